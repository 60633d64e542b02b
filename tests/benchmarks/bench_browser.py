"""How live the page is: `python -m tests.benchmarks.bench_browser` drags eta in Chromium and prints a table.

Drag: from the slider's input event to the new curve, to the first frame, and to the first picture that eta changes
(the second column), each when it has been drawn (the page writes its attributes then); one move at a time, from rest.
Release: from the slider's change event to the last exact picture, 16 images x S = 20, beside the 20 network passes of
such a run alone, measured in turns with it: once at the end of a drag, when a draft is on screen, once by a click on
the slider. The page makes 19 of them: what the network says of x_T does not depend on eta, and it was heard before.
"""

import argparse
import statistics
import time
from functools import partial

import torch

import ddim_lab as dl
from tests.benchmarks.opened import opened
from tests.browser.lab import Lab

IMAGES, S = 16, 20
BAR_FRAME, BAR_EXACT = 50.0, 1.15  # ms; times the passes
REST = 400  # ms between two measurements

CLOCK = """lab => {
  let now = null, wanted = null;
  const tell = () => { if (wanted && now && wanted.name in now) { wanted.tell(now); wanted = null; } };
  const drawn = name => { if (now && !(name in now)) { now[name] = performance.now() - now.at; tell(); } };
  for (const name of ["input", "change"])
    lab.querySelector(".eta").addEventListener(name, () => { now = { at: performance.now() }; }, true);
  lab.drawn = name => new Promise(done => { wanted = { name, tell: done }; tell(); });
  new MutationObserver(changes => {
    for (const name of changes.map(change => change.attributeName)) {
      if (name == "data-eta") drawn("curve");
      if (name == "data-frames") { drawn("frame"); if (lab.dataset.frames > 1) drawn("changed"); }
      if (name == "data-status" && lab.dataset.status == "exact") drawn("exact");
    }
  }).observe(lab, { attributes: true });
}"""


def passes(denoiser, tau, schedule) -> float:
    """Seconds of the network passes of one full run, and of nothing else."""
    x = dl.initial_noise(IMAGES, (1, 28, 28))
    levels = [float(schedule.alpha_bar[t]) for t in tau[::-1]]
    started = time.perf_counter()
    for level in levels:
        denoiser(x, level)
    return time.perf_counter() - started


def drawn(lab: Lab, name: str) -> dict[str, float]:
    """When each thing was drawn, ms after the last event, once `name` was. Asked once: polling would take the cores."""
    return lab.root.evaluate("(lab, name) => lab.drawn(name)", name)


def measure(lab: Lab, n_moves: int, releases: int) -> tuple[list[dict], dict[str, list[tuple[float, float]]]]:
    """Moves as `drawn` tells them; for each way of release (seconds to exact, seconds of the same passes)."""
    denoiser = partial(dl.load_denoiser(), label=torch.arange(IMAGES) % 10)
    schedule, tau = dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, S)
    passes(denoiser, tau, schedule)  # warm
    lab.root.evaluate(CLOCK)
    mouse, moves, ways = lab.page.mouse, [], {"drag": [], "click": []}
    mouse.move(*lab.place("eta", 0))
    mouse.down()
    for i in range(n_moves):
        mouse.move(*lab.place("eta", 0.2 + 0.6 * (7 * i % n_moves) / n_moves))
        moves.append(drawn(lab, "exact"))  # the hand rests, and the full run ends
        lab.page.wait_for_timeout(REST)  # link and figures follow
    mouse.up()
    for i in range(2 * releases):
        way = list(ways)[i % 2]
        lab.page.wait_for_timeout(REST)
        # far from the last place, for a press on the thumb moves nothing; and never there again, for that is remembered
        share = 0.2 + 0.6 * (0.618 * (i + 1) % 1)
        if way == "drag":
            mouse.down()
            mouse.move(*lab.place("eta", share))
            drawn(lab, "changed")
        else:
            mouse.move(*lab.place("eta", share))
            mouse.down()
        mouse.up()
        exact = drawn(lab, "exact")["exact"] / 1000
        lab.page.wait_for_timeout(REST)
        ways[way].append((exact, passes(denoiser, tau, schedule)))
    return moves, ways


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--releases", type=int, default=9)
    options = parser.parse_args()
    with opened() as (app, page):
        lab = Lab(page, f"{app.url}/?images={IMAGES}&S={S}&guide=end")
        lab.wait_exact()
        measured = measure(lab, options.moves, options.releases)
    report(*measured)


def report(moves: list[dict], ways: dict[str, list[tuple[float, float]]]) -> None:
    print(f"{IMAGES} images, S = {S}; medians of {len(moves)} moves and {len(ways['drag'])} releases, milliseconds")
    rows = {"curve": "the new curve", "frame": "the first frame", "changed": "the first picture that eta changes"}
    for name, words in rows.items():
        print(f"drag → {words:38}{statistics.median(move[name] for move in moves):8.0f}   bar {BAR_FRAME:.0f}")
    for way, pairs in ways.items():
        whole, network = (1000 * statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(exact / alone for exact, alone in pairs)
        print(f"{f'release of a {way} → exact':45}{whole:8.0f}")
        print(f"{'the same network passes alone':45}{network:8.0f}")
        print(f"{'their ratio':45}{ratio:8.2f}   bar {BAR_EXACT}")


if __name__ == "__main__":
    main()
