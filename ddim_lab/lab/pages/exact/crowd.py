"""The exact world in the plane: thousands of particles from noise to data, the density and the field around them.

The walk is `exact.rules.walk` over the world's own denoiser, in float64 with the noise of `ddim_lab.noise`: what
`dl.sample` gives. The world's denoiser is asked for both halves of a crowd at once, one on each core.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Lock
from typing import Any, cast

import numpy as np
from cachetools import LRUCache, cached
from contourpy import LineType, contour_generator
from numpy.typing import NDArray

from ddim_lab import checks, exact
from ddim_lab.exact import gallery, rules
from ddim_lab.exact.chains import particle_noise
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.fields import anything, checked, one_of, whole, within
from ddim_lab.lab.live.film import NOISY_START
from ddim_lab.lab.live.frames import floats
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.exact.view import times
from ddim_lab.lab.settings import SEED_MAX, Settings, fitted_plain

Floats = NDArray[np.float64]
World = exact.Gaussian | exact.GaussianMixture
PARTICLES_MAX, CHOSEN_MAX = 5000, 16
FRAMES = 61  # times of a run that are kept for the scrubber, at most
DRAFT = 0.14  # seconds that one answer may take while a slider is dragged
DRAFTS = (5000, 2500, 1250, 600, 300)  # particles of a draft: the most that this machine draws in that time
STEP_WORK = 10_000  # what a step costs beside its particles, in particles x components
HALVES = 20_000  # particles x components from which two cores are quicker than one
REACH, DENSITY, ARROWS = 3.0, 97, 17  # the plane shown is -3 .. 3 both ways; points of the two grids along a side
MASSES = (0.9, 0.5, 0.1)  # of the probability: what the three contours hold
FIELDS = ("none", "eps", "score")
_pool = ThreadPoolExecutor(1, "exact-world")


class Pace:
    """How much work (particles x components x steps) this machine does a second, as it turned out lately."""

    def __init__(self) -> None:
        self.rate = 1e8

    def fitting(self, components: int, steps: int) -> int:
        """The particles of a draft."""
        return next((n for n in DRAFTS if self.work(n, components, steps) <= DRAFT * self.rate), DRAFTS[-1])

    def took(self, n: int, components: int, steps: int, seconds: float) -> None:
        if steps:
            self.rate = 0.7 * self.rate + 0.3 * self.work(n, components, steps) / max(seconds, 1e-4)

    @staticmethod
    def work(n: int, components: int, steps: int) -> int:
        return (n * components + STEP_WORK) * steps


_pace = Pace()


def world_of(values: Any) -> World:
    """A world of the gallery {"name"}, or {"name": "drawn", "centres": [[x, y], ...]}."""
    if not isinstance(values, dict):
        raise TypeError(f"world must be an object with a name, got {type(values).__name__}")
    name = checks.choice("world", values.get("name"), (*gallery.WORLDS, "drawn"))
    if set(values) != ({"name", "centres"} if name == "drawn" else {"name"}):
        raise ValueError(f"a world needs its name, and a drawn one its centres; got {', '.join(map(str, values))}")
    if name != "drawn":
        return gallery.named(name)
    centres = values["centres"]
    if not isinstance(centres, list) or not 1 <= len(centres) <= gallery.CENTRES_MAX:
        raise ValueError(f"a drawn world needs 1..{gallery.CENTRES_MAX} centres")
    if not all(isinstance(point, list) and len(point) == 2 for point in centres):
        raise ValueError("every centre must be a pair of numbers")
    return _drawn(tuple((checks.real("a centre", x), checks.real("a centre", y)) for x, y in centres))


@cached(LRUCache(8), lock=Lock())
def _drawn(centres: tuple[tuple[float, float], ...]) -> World:
    return gallery.drawn(np.array(centres))


def in_world(name: str, value: Any) -> World:
    """The rule of a view's world."""
    return world_of(value)


def world(values: dict[str, Any]) -> Iterator[Part]:
    """What the data look like: {"world", "n"} -> n exact draws as bytes (n, 2)."""
    made, n = checked(values, world=in_world, n=whole(1, PARTICLES_MAX))
    title = gallery.WORLDS.get(values["world"]["name"], ("drawn by hand",))[0]
    head = {"n": n, "title": title, "components": len(made.weights), "exact": isinstance(made, exact.Gaussian)}
    return iter([(head, floats(made.sample(n, seed=SEED_MAX)))])


def particles(values: dict[str, Any]) -> Iterator[Part]:
    """n particles at every (thinned) time of a run.

    `values`: settings, world, n, place (0..1, the share of the run at which the page stands), drag, chosen (indices of
    the particles whose path is drawn). While dragging: one part, the frame at `place`, with fewer particles where this
    machine is too slow for all of them. Else: a part for every frame, from the top. Bytes: the frame (n, 2); while
    dragging then the chosen paths (chosen, frames so far, 2).
    """
    settings, made, n, place, drag, chosen = checked(
        values,
        settings=fitted_plain,
        world=in_world,
        n=whole(1, PARTICLES_MAX),
        place=within(0, 1),
        drag=checks.flag,
        chosen=anything,
    )
    if not isinstance(chosen, list) or len(chosen) > CHOSEN_MAX:
        raise ValueError(f"chosen must be a list of at most {CHOSEN_MAX} particles")
    picked = [checks.integer("a chosen particle", particle, 0, n - 1) for particle in chosen]
    return (_dragged if drag else _streamed)(settings, made, n, place, picked)


def _dragged(settings: Settings, made: World, n: int, place: float, chosen: list[int]) -> Iterator[Part]:
    started = time.perf_counter()
    frames = thinned(settings.S + 1, FRAMES)
    here = round(place * (len(frames) - 1))
    steps = int(frames[here])
    few = min(n, max(_pace.fitting(len(made.weights), steps), *(particle + 1 for particle in chosen), 1))
    kept, now = [], None
    for i, now in enumerate(crowd(made, settings, few, steps)):
        if i in frames:
            kept.append(now[chosen])
    assert now is not None
    head = {**_head(settings, frames), "here": here, "n": few, "of": n, "draft": few < n, "drag": True}
    seconds = time.perf_counter() - started
    _pace.took(few, len(made.weights), steps, seconds)
    head |= {"seen": _seen(now, made, settings, steps), "ms": 1000 * seconds}
    yield head, floats(now, np.stack(kept, axis=1))


def _streamed(settings: Settings, made: World, n: int, place: float, chosen: list[int]) -> Iterator[Part]:
    frames = thinned(settings.S + 1, FRAMES)
    common = {**_head(settings, frames), "here": round(place * (len(frames) - 1)), "n": n, "of": n}
    at = 0
    for i, now in enumerate(crowd(made, settings, n, settings.S)):
        if i == frames[at]:
            yield {**common, "frame": at, "seen": _seen(now, made, settings, i)}, floats(now)
            at += 1


def _head(settings: Settings, frames: NDArray[np.int64]) -> dict[str, Any]:
    a = float(settings.run.schedule.alpha_bar[settings.run.tau[-1]])
    warning = None
    if a > NOISY_START:
        warning = (
            f"The run starts at t = {settings.run.tau[-1]}, where alpha_bar is {a:.4f}: "
            "pure noise is noisier than the chain expects there."
        )
    return {**settings.head(), "t": times(settings)[frames].tolist(), "steps": frames.tolist(), "warning": warning}


def _seen(now: Floats, made: World, settings: Settings, i: int) -> dict[str, float]:
    """Variance an axis, as seen and as it should be."""
    truth = exact.marginal(made, float(settings.run.schedule.alpha_bar[times(settings)[i]]))
    return {"variance": float(now.var(axis=0).mean()), "exact": float(np.trace(truth.cov)) / 2}


def crowd(made: World, settings: Settings, n: int, steps: int, x_T: Floats | None = None) -> Iterator[Floats]:
    """x_T and the state after each of the first `steps` transitions, float64 (n, 2)."""
    z = particle_noise(n, (2,), settings.seed)
    levels = exact.levels_of(settings.run.schedule, settings.run.tau)[:steps]
    start = z(0) if x_T is None else x_T
    rule = rules.ddim(settings.eta, settings.sigma_hat)
    return chain([start], rules.walk(_on_both_cores(made, n), start, levels, rule, z))


def _on_both_cores(made: World, n: int) -> Callable[[Any, float], Any]:
    if n * len(made.weights) < HALVES:
        return made.eps

    def eps(x: Floats, alpha_bar_t: float) -> Floats:
        half = _pool.submit(made.eps, x[: n // 2], alpha_bar_t)
        rest = made.eps(x[n // 2 :], alpha_bar_t)
        return np.concatenate([half.result(), rest])

    return eps


def field(values: dict[str, Any]) -> Iterator[Part]:
    """Three contours of the exact density at `t`, with their heights, and eps or the score on a grid of arrows.

    `values`: settings (noise schedule and T count), world, t, show. Bytes: the lines' points (x, y), `lines` tells how
    many each line of each contour has, then the arrows (17, 17, 2), rows from y = -3 up, as they point (of eps, minus
    it: where a step pulls), if any.
    """
    settings, made, t, show = checked(values, settings=fitted_plain, world=in_world, t=anything, show=one_of(FIELDS))
    t = whole(0, settings.T)("t", t)
    a = float(settings.run.schedule.alpha_bar[t])
    density = made.density(_plane(DENSITY), a)
    heights = _heights(density)
    lines = _contours(density, heights)
    points_of = [[len(line) for line in contour] for contour in lines]
    head = {"t": t, "alpha_bar": a, "show": show, "reach": REACH, "heights": heights, "lines": points_of}
    drawn = [line for contour in lines for line in contour]
    if show == "none":
        return iter([({**head, "arrows": 0, "longest": 0.0}, floats(*drawn))])
    points = _plane(ARROWS)
    arrows = made.score(points, a) if show == "score" else -made.eps(points, a)
    longest = float(np.quantile(np.linalg.norm(arrows, axis=-1), 0.95))
    return iter([({**head, "arrows": ARROWS, "longest": longest}, floats(*drawn, arrows))])


def _plane(side: int) -> Floats:
    """A grid of points (side, side, 2) over the plane shown: rows are y from below, columns x."""
    line = np.linspace(-REACH, REACH, side)
    return np.stack(np.meshgrid(line, line), axis=-1)


def _contours(density: Floats, heights: list[float]) -> list[list[Floats]]:
    """For each height the lines on which the density has it, each (points, 2)."""
    axis = np.linspace(-REACH, REACH, DENSITY)
    generator = contour_generator(axis, axis, density, line_type=LineType.Separate)
    return [cast(list[Floats], generator.lines(height)) for height in heights]


def _heights(density: Floats) -> list[float]:
    """The density above which MASSES of the probability lie."""
    heights = np.sort(density.ravel())[::-1]
    held = np.cumsum(heights) / heights.sum()
    return [float(heights[np.searchsorted(held, mass)]) for mass in MASSES]
