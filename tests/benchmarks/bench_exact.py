"""How live the exact world is: `python -m tests.benchmarks.bench_exact` drags eta over the crowd in Chromium.

From the slider's input event to the particles of that eta on the canvas, at S = 50 and at the end of the run (all fifty
transitions), one move at a time, from rest; beside it how many of the 5,000 particles followed.
"""

import argparse
import statistics

from playwright.sync_api import Page

from ddim_lab.exact import gallery
from tests.benchmarks.opened import opened

S = 50
CLOCK = """lab => {
  lab.times = [];
  const now = () => lab.times.at(-1);
  lab.querySelector(".eta").addEventListener("input", () => lab.times.push({ at: performance.now() }), true);
  new MutationObserver(() => {
    if (!now() || now().drawn) return;
    now().drawn = performance.now() - now().at;
    now().n = +lab.dataset.crowdN;
  }).observe(lab, { attributes: true, attributeFilter: ["data-crowd-eta"] });
}"""


def measure(page: Page, url: str, world: str, moves: int) -> list[dict[str, float]]:
    page.goto(f"{url}/exact?view=crowd&world={world}&S={S}")
    lab = page.locator(".lab.exact")
    page.wait_for_selector(
        '.lab.exact[data-crowd-mode="exact"][data-crowd-t="0"][data-numbers-done="true"]', state="attached"
    )
    lab.evaluate(CLOCK)
    box = page.get_by_role("slider", name="eta", exact=True).bounding_box()
    assert box is not None
    x, y, width = box["x"] + 8, box["y"] + box["height"] / 2, box["width"] - 16
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(moves):
        page.mouse.move(x + width * (0.2 + 0.6 * (7 * i % moves) / moves), y)
        page.wait_for_function("lab => lab.times.at(-1)?.drawn", arg=lab.element_handle())
        page.wait_for_timeout(250)
    page.mouse.up()
    return lab.evaluate("lab => lab.times")[-moves:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=20)
    options = parser.parse_args()
    with opened() as (app, page):
        print(f"S = {S}, medians of {options.moves} moves")
        for world in gallery.WORLDS:
            times = measure(page, app.url, world, options.moves)
            drawn, n = (statistics.median(move[name] for move in times) for name in ("drawn", "n"))
            print(f"{world:8} drag → particles {drawn:6.0f} ms   {n:6.0f} of 5,000 particles")


if __name__ == "__main__":
    main()
