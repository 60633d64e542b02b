"""What the page "Compare" asks the socket for: which lanes to open, and the films of the lanes that changed."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from ddim_lab import checks
from ddim_lab.lab.fields import anything, checked, whole
from ddim_lab.lab.live import film, network
from ddim_lab.lab.live.frames import frame
from ddim_lab.lab.live.views import Part, interleaved
from ddim_lab.lab.pages.compare import lanes as parsing
from ddim_lab.lab.pages.compare import words
from ddim_lab.lab.pages.compare.lanes import Lane
from ddim_lab.lab.settings import fitted, lowered
from ddim_lab.latents import comparing

SHAPE = (1, 28, 28)
LONG = 60  # steps of all drawn lanes together beyond which the image that is followed goes ahead
KEPT = 256  # results of full runs that are remembered, for the distances between lanes
_results: "LRUCache[Lane, Result]" = LRUCache(KEPT)
_lock = Lock()


@dataclass(frozen=True, eq=False)
class Result:
    """The end of a lane's full run: pictures (n, 28, 28) float32, and the digits read in them (None: no judge)."""

    pictures: NDArray[np.float32]
    read: list[int] | None


def opened(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: settings, link (texts by name). The lanes that a link, or a setting brought along, opens."""
    settings, texts = checked(values, settings=fitted, link=anything)
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise TypeError(f"link must be an object of texts, got {texts!r}")
    lanes, problems = words.read(settings, texts)
    if len(lanes) < parsing.LANES_MIN:
        lanes = [lane.own() for lane in parsing.carried(settings)]
    return iter([({"lanes": lanes, "one_start": texts.get("one") == "1", "problems": problems}, b"")])


def compare(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: common, lanes, draw (which lanes, counted from 0), draft, focus (the image that is followed).

    Parts: how every lane is called, where its moments lie, and the Code; then frames of the drawn lanes, x_t and x_0
    (and maps of their pixels' std over the images where all share one start); then the numbers. A draft draws the image
    `focus` alone.
    """
    common, own, draw, draft, focus = checked(
        values, common=anything, lanes=anything, draw=anything, draft=checks.flag, focus=anything
    )
    lanes = parsing.parse(common, own)
    whole(0, lanes[0].settings.images - 1)("focus", focus)
    if not isinstance(draw, list):
        raise TypeError(f"draw must be a list of lanes, got {draw!r}")
    draw = sorted({checks.integer("a lane to draw", i, 0, len(lanes) - 1) for i in draw})
    return _parts(lanes, draw, draft, focus)


def _parts(lanes: tuple[Lane, ...], draw: list[int], draft: bool, focus: int) -> Iterator[Part]:
    yield _start(lanes, draw, draft), b""
    n = lanes[0].settings.images
    long = sum(lanes[i].settings.S for i in draw) > LONG
    rounds = ([(focus, 1)] if draft or long else []) + ([] if draft else [(0, n)])
    for first, count in rounds:
        yield from interleaved({i: _walk(lanes[i], i, first, count) for i in draw})
    if not draft:
        yield {"kind": "numbers", "lanes": _numbers(lanes)}, b""


def _start(lanes: tuple[Lane, ...], draw: list[int], draft: bool) -> dict[str, Any]:
    names, shared = words.headings(lanes)
    told = []
    for number, (lane, name, place) in enumerate(zip(lanes, names, parsing.places(lanes), strict=True), start=1):
        times = lane.times[lane.kept]
        noisy = 1 - lane.settings.run.schedule.alpha_bar[times]
        told.append(
            {
                "name": name,
                "link": words.link(lane),
                "own": lane.own(),
                "eta_end": lane.settings.eta_end,
                "calls": lane.settings.calls,
                "lowered": lowered(f"eta of lane {number}", lane.settings),
                "t": times.tolist(),
                "visited": lane.settings.run.tau.tolist(),
                "noise": [float(f"{share:.4g}") for share in noisy],
                "place": place,
                "warning": film.curves(lane.settings.run)["warning"],
            }
        )
    first = lanes[0]
    common = {name: getattr(first.settings, name) for name in ("images", "T")}
    common |= {"labels": first.labels, "one_start": first.one_start}
    return {"kind": "start", "lanes": told, "drawn": draw, "draft": draft, "shared": shared, **common} | {
        "code": words.lines(lanes)
    }


def _walk(lane: Lane, number: int, first: int, n: int) -> Iterator[Part]:
    last, place = lane.settings.S, {index: j for j, index in enumerate(lane.kept, start=1)}
    for i, step in enumerate(walk(lane, first, n)):
        done = {"lane": number, "share": i / last}
        if i in place:
            yield _frame(lane, place[i], first, step.x_t, step.x0, **done)
        else:
            yield {"kind": "progress", **done}, b""
        if i == last - 1:
            yield _frame(lane, place[last], first, step.x_prev, step.x_prev, lane=number, share=1.0)
            if n == lane.settings.images:
                _remember(lane, step.x_prev)


def walk(lane: Lane, first: int, n: int) -> Iterator[Any]:
    """The `Step` records of the images first .. first + n - 1 of a lane, as they are made."""
    import torch

    import ddim_lab as dl

    model, s = network.denoiser(), lane.settings
    network.admit(s.run, s.levels_told)
    labels = None if lane.labels is None else torch.tensor(lane.labels[first : first + n])
    bound = functools.partial(model, label=labels, guidance=s.guidance)
    single, many = comparing.one_start, functools.partial(dl.initial_noise, first=first)
    x_T = (single if lane.one_start else many)(n, SHAPE, s.seed).to(model.engine.device)
    if lane.noise:
        return dl.sample(bound, x_T, s.run.schedule, s.run.tau, first=first, **s.sampling)
    return comparing.noise_off(bound, x_T, s.run.schedule, s.run.tau, s.eta, s.sigma_hat, s.clip)


def _frame(of: Lane, j: int, first: int, x_t: Any, x0: Any, **done: Any) -> Part:
    """Both pictures of each image; where all share one start, also how their pixels vary: two maps and two numbers."""
    from ddim_lab.figures.pixels import to_grey

    kinds = {"x_t": to_grey(x_t), "x0": to_grey(x0)}
    if of.one_start and len(x_t) > 1:
        for kind, pictures in (("x_t", x_t), ("x0", x0)):
            spread = comparing.pixel_std(pictures.detach().cpu().numpy()[:, 0])
            kinds[f"{kind}_std"] = _map(spread)
            done.setdefault("vary", {})[kind] = _overall(spread)
    return frame(j, first, kinds, **done)


def _map(spread: NDArray[np.float64]) -> NDArray[np.uint8]:
    """std 0 black, std 1 (the most that pictures within -1..1 can have) white: (1, 28, 28)."""
    return np.rint(255 * np.clip(spread, 0, 1)).astype(np.uint8)[None]


def _overall(spread: NDArray[np.float64]) -> float:
    """Root of the mean variance of the pixels."""
    return float(f"{(spread**2).mean() ** 0.5:.3g}")


def _remember(lane: Lane, pictures: Any) -> None:
    from ddim_lab.figures.pixels import to_grey

    values, read = pictures.detach().cpu().numpy()[:, 0], film.digits_in(to_grey(pictures))
    with _lock:
        _results[lane] = Result(values, read)


def _numbers(lanes: tuple[Lane, ...]) -> list[dict[str, Any] | None]:
    """Of each lane whose result is known: distance to lane 1 picture by picture, digits read."""
    with _lock:
        results = [_results.get(lane) for lane in lanes]
    return [None if result is None else _told(result, results[0]) for result in results]


def _told(result: Result, yardstick: Result | None) -> dict[str, Any]:
    told: dict[str, Any] = {"read": result.read, "rms": None, "differ": None}
    if yardstick is not None:
        gaps = comparing.gaps(result.pictures, yardstick.pictures)
        told |= {"rms": [float(f"{gap:.3g}") for gap in gaps], "differ": int((gaps > comparing.VISIBLE).sum())}
    return told
