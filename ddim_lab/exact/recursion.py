"""Mean and covariance that a sampler gives in a Gaussian world, transition by transition, without sampling.

There every sampler x_prev = k x0_hat + m x_t + sigma z is affine: x0_hat = mu + g (x_t - sqrt(a) mu) with
g = sqrt(a) s^2 / (a s^2 + 1 - a) along each direction of the data's covariance (s^2 the variance there). So

    mean' = (k g + m) mean + k (1 - g sqrt(a)) mu,   cov' = (k g + m) cov (k g + m) + sigma^2 I.

A solver that remembers a belief carries both, jointly Gaussian: mean and cov are then those of 2 d numbers.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks, solvers
from ddim_lab.exact.rules import RULE, Level, Rule, ddim, pairs
from ddim_lab.exact.worlds import Gaussian, World
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import Transition, itself, last, walk

Floats = NDArray[np.float64]
Inner = tuple[Floats, Floats]  # mean (n,) and covariance (n, n) along the data's directions


@dataclass(frozen=True, eq=False)
class Moments:
    """float64, in the world's form: a mean and a variance, or mean (d,) and cov (d, d)."""

    mean: Any
    cov: Any


class Affine(NamedTuple):
    """A transition along the data's directions: what is held goes to `gain` times it plus `offset` (n,), and x_prev
    gets sigma z. `gain` is (n,), a factor for each direction, or (n, n), with n = 2 d where a belief is held too."""

    gain: Floats
    offset: Floats
    sigma: float


def moments(
    world: Gaussian,
    schedule: NoiseSchedule,
    tau: Any,
    eta: float = 0.0,
    sigma_hat: bool = False,
    solver: str = "ddim",
) -> Moments:
    """Exact moments of what `dl.sample` gives from x_T ~ N(0, I) with this world's own denoiser.

    Raises as `dl.sample` does, TypeError for a world that is no Gaussian (nothing else stays Gaussian on the way).
    """
    return last(solved(world, Run(schedule, tau, eta, sigma_hat, solver=solver)))


def solved(world: Gaussian, run: Run) -> Iterator[Moments]:
    """The moments after every transition of `run` (clipping left out), with the beliefs of its solver."""
    checks.instance("run", run, Run)
    rule, belief, eye = ddim(run.eta, run.sigma_hat), _belief(world), np.eye(len(world.variances))

    def affine(at: Transition, before: Transition | None) -> Affine:
        (k, m, sigma), (g, h) = rule(at.a, at.b), belief(at.a)
        if run.solver == "dpmpp_2m":  # k (x_0 + w (x_0 - y)) + m x_t, and x_0 is the next y
            w = solvers.extrapolation(at, before)
            gain = np.block([[np.diag(k * (1 + w) * g + m), -k * w * eye], [np.diag(g), 0 * eye]])
            return Affine(gain, np.concatenate([k * (1 + w) * h, h]), sigma)
        if solvers.averages(run.solver, at):
            g_there, h_there = belief(at.b)
            g, h = (g + g_there * (k * g + m)) / 2, (h + h_there + g_there * k * h) / 2
        return _step(k, m, sigma, g, h)

    steps = zip(run.transitions, (None, *run.transitions), strict=False)
    return _carried(world, (affine(*step) for step in steps), memory=run.solver == "dpmpp_2m")


def propagate(world: Gaussian, levels: Iterable[Level], rule: Rule, start: Moments | None = None) -> Iterator[Moments]:
    """The moments after every transition of any affine sampler, right or wrong.

    `levels` are (alpha_bar_t, alpha_bar_prev), top first, as `Run.levels`; rule(a, b) -> (k, m, sigma) means
    x_prev = k x0_hat + m x_t + sigma z with x0_hat = (x_t - sqrt(1 - a) world.eps(x_t, a)) / sqrt(a).
    `start` are the moments of x_T, N(0, I) by default.
    """
    belief = _belief(world)
    checks.function("rule", rule, RULE)

    def affine(level: tuple[float, float]) -> Affine:
        a, b = level
        k, m, sigma = rule(a, b)
        return _step(k, m, sigma, *belief(a))

    return _carried(world, map(affine, pairs(levels)), start)


def _step(k: Any, m: Any, sigma: Any, g: Floats, h: Floats) -> Affine:
    """k x_0 + m x_t + sigma z with the belief x_0 = g x_t + h."""
    return Affine(k * g + m, k * h, sigma)


def _belief(world: Gaussian) -> Callable[[float], tuple[Floats, Floats]]:
    """alpha_bar_t -> g and h, (d,) each, of the world's own x0_hat = g x_t + h along the data's directions."""
    if not isinstance(world, Gaussian):
        raise TypeError(f"world must be Gaussian: moments are exact in a Gaussian world only, got {checks.told(world)}")
    variances, mu = world.variances, world.directions.T @ np.reshape(world.mean, len(world.variances))

    def belief(a: float) -> tuple[Floats, Floats]:
        spread = a * variances + (1 - a)
        return a**0.5 / spread * variances, (1 - a) / spread * mu

    return belief


def _carried(
    world: Gaussian, steps: Iterable[Affine], start: Moments | None = None, memory: bool = False
) -> Iterator[Moments]:
    """Walks the moments of x, and with `memory` those of a belief behind it, through `steps`."""
    U, d = world.directions, len(world.variances)
    eye = np.eye(d)

    def move(step: Affine, held: Inner, _: Any) -> Inner:
        (mean, cov), (gain, offset, sigma) = held, step
        mean, cov = (gain * mean, gain[:, None] * cov * gain) if gain.ndim == 1 else (gain @ mean, gain @ cov @ gain.T)
        cov[:d, :d] += sigma**2 * eye
        return mean + offset, cov

    mean, cov = (np.zeros(d), eye) if start is None else _inwards(start, U)
    if memory:  # nothing is believed yet: the first transition makes no use of it
        mean, cov = np.pad(mean, (0, d)), np.pad(cov, (0, d))
    return (_outwards(mean[:d], cov[:d, :d], U, world.item) for mean, cov in walk(steps, (mean, cov), move, itself))


def marginal(world: World, alpha_bar_t: float) -> Moments:
    """Mean and covariance of q(x_t), where every right sampler is meant to be; a mixture is more than these two."""
    checks.instance("world", world, World)
    a = checks.level("alpha_bar_t", alpha_bar_t)
    mean, cov = world.spread()
    if not world.item:
        return Moments(np.float64(a**0.5 * mean[0]), np.float64(a * cov[0, 0] + (1 - a)))
    return Moments(a**0.5 * mean, a * cov + (1 - a) * np.eye(len(mean)))


def levels_of(schedule: NoiseSchedule, tau: Any) -> list[list[float]]:
    """`Run.levels` of the run along tau as pairs of floats, top first. Raises as `Run` does."""
    return Run(schedule, tau).levels.tolist()


def _inwards(start: Moments, U: Floats) -> Inner:
    d = len(U)
    return U.T @ np.reshape(start.mean, d), U.T @ np.reshape(start.cov, (d, d)) @ U


def _outwards(mean: Any, cov: Any, U: Floats, item: tuple[int, ...]) -> Moments:
    if not item:
        return Moments(np.float64(mean[0]), np.float64(cov[0, 0]))
    return Moments(U @ mean, U @ cov @ U.T)
