"""Digits of a faulty sampler and of the right one, from the same x_T and the same noise, column by column as they come.

A part costs at most one pass of the network. NaN is drawn as mid-grey and told in the head.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks, errata
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.fields import Rule, checked, whole
from ddim_lab.lab.live import network
from ddim_lab.lab.live.frames import frame
from ddim_lab.lab.live.views import Part, interleaved
from ddim_lab.lab.pages.errata.view import SETTING, drawing
from ddim_lab.lab.settings import SEED_MAX, Settings
from ddim_lab.latents.comparing import VISIBLE, gaps
from ddim_lab.run import Run

IMAGES, COLUMNS = 8, 11
LONG = 60  # passes of a film beyond which one image goes ahead of the eight
START: dict[str, Rule] = {"seed": whole(0, SEED_MAX), "draft": checks.flag, "focus": whole(0, IMAGES - 1)}


@dataclass(frozen=True)
class Side:
    """One of the two samplers: `name` is "wrong" or "right", `times` every t it visits, the end included."""

    name: str
    recipe: errata.Recipe
    times: tuple[int, ...]

    @property
    def columns(self) -> list[int]:
        """The frames shown, of 1 .. len(times): thinned evenly, first and last among them."""
        return (1 + thinned(len(self.times), COLUMNS)).tolist()


@dataclass(frozen=True)
class Start:
    """Which images are drawn: `first` .. `first` + `n` - 1 of the seed."""

    seed: int
    first: int
    n: int


def digits(values: dict[str, Any]) -> Iterator[Part]:
    """Both samplers of `case` at `eta` and `S`: the image `focus` alone if it is a draft, else all eight."""
    case, eta, S, *start = checked(values, case=drawing, **SETTING, **START)
    recipes = {"wrong": case.recipe or errata.RIGHT, "right": errata.RIGHT}
    return twins(recipes, errata.even_steps(eta, S), *start)


def twins(
    recipes: dict[str, errata.Recipe], at: Run, seed: int, draft: bool, focus: int, show_times: bool = True
) -> Iterator[Part]:
    """The films of `recipes` (by side), interleaved; a draft is of the image `focus` alone."""
    sides = [Side(name, recipe, _times(recipe, at)) for name, recipe in recipes.items()]
    focused, whole = Start(seed, focus, 1), Start(seed, 0, IMAGES)
    long = sum(len(side.times) for side in sides) > LONG
    rounds = [focused] if draft else [focused, whole] if long else [whole]
    return _rounds(sides, at, rounds, show_times)


def _times(recipe: errata.Recipe, at: Run) -> tuple[int, ...]:
    moves = recipe.moves(at.schedule, at.tau, at.eta)
    return (*(move.t for move in moves), moves[-1].t_prev)


def _rounds(sides: list[Side], at: Run, rounds: list[Start], show_times: bool) -> Iterator[Part]:
    shown: dict[str, dict[str, Any]] = {side.name: {"columns": len(side.columns)} for side in sides}
    if show_times:
        for side in sides:
            shown[side.name] |= {"t": [side.times[j - 1] for j in side.columns], "calls": len(side.times) - 1}
    yield {"kind": "start", "sides": shown, "images": IMAGES}, b""
    for start in rounds:
        results: dict[str, Any] = {}
        yield from interleaved({side.name: _walk(side, at, start, results) for side in sides})
        yield {"kind": "verdict", "first": start.first, "n": start.n, **_verdict(results)}, b""


def _walk(side: Side, at: Run, start: Start, results: dict[str, Any]) -> Iterator[Part]:
    import ddim_lab as dl

    model = network.denoiser()
    network.admit(at, f"linear, T = {at.schedule.T}")
    x_T = dl.initial_noise(start.n, (1, 28, 28), start.seed, start.first).to(model.engine.device)
    walk = errata.run(
        side.recipe, _bound(model, start), x_T, at.schedule, at.tau, at.eta, seed=start.seed, first=start.first
    )
    last = len(side.times) - 1
    for j, record in enumerate(walk, start=1):
        yield _frame(side, start, j, record.x_t, record.x0)
        if j == last:
            results[side.name] = record.x_prev
            yield _frame(side, start, j + 1, record.x_prev, record.x_prev)


def _bound(model: Any, start: Start) -> Callable[..., Any]:
    import torch

    labels = Settings(images=IMAGES).labels(start.n, start.first)
    return functools.partial(model, label=None if labels is None else torch.tensor(labels))


def _frame(side: Side, start: Start, j: int, x_t: Any, x0: Any) -> Part:
    done = {"side": side.name, "share": (j - 1) / (len(side.times) - 1)}
    if j not in side.columns:
        return {"kind": "progress", **done}, b""
    values = x_t.detach().cpu().numpy()
    finite = np.isfinite(values)
    told = {
        "nan": [bool(not whole.all()) for whole in finite],
        "reach": float(np.abs(values[finite]).max()) if finite.any() else None,
    }
    return frame(side.columns.index(j) + 1, start.first, {"x_t": _grey(x_t), "x0": _grey(x0)}, **done, **told)


def _grey(pictures: Any) -> NDArray[np.uint8]:
    from ddim_lab.model.mnist import to_grey

    values: NDArray[np.float32] = pictures.detach().cpu().numpy()
    return to_grey(np.nan_to_num(values, nan=0.0)).reshape(-1, 28, 28)


def _verdict(results: dict[str, Any]) -> dict[str, Any]:
    """How far apart the results are, image by image; null where one is not a number."""
    if len(results) < 2:
        return {"rms": None, "differ": None}
    apart = gaps(*(results[name].detach().cpu().numpy() for name in ("wrong", "right"))).tolist()
    return {
        "rms": [None if not np.isfinite(gap) else float(f"{gap:.4g}") for gap in apart],
        "differ": sum(not gap <= VISIBLE for gap in apart),
    }
