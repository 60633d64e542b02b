"""Mean and covariance that a sampler gives in a Gaussian world, transition by transition, without sampling.

There every sampler x_prev = k x0_hat + m x_t + sigma z is affine: x0_hat = mu + g (x_t - sqrt(a) mu) with
g = sqrt(a) s^2 / (a s^2 + 1 - a) along each direction of the data's covariance (s^2 the variance there). So

    D = mean - sqrt(a) mu,   mean' = (k + m sqrt(a)) mu + (k g + m) D,   cov' = (k g + m) cov (k g + m) + sigma^2 I.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.exact.rules import Level, Rule, ddim
from ddim_lab.exact.worlds import Gaussian, World
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import itself, last, walk

Inner = tuple[NDArray[np.float64], NDArray[np.float64]]  # mean (d,) and covariance (d, d) along the data's directions


@dataclass(frozen=True, eq=False)
class Moments:
    """float64, in the world's form: a mean and a variance, or mean (d,) and cov (d, d)."""

    mean: Any
    cov: Any


def moments(world: Gaussian, schedule: NoiseSchedule, tau: Any, eta: float = 0.0, sigma_hat: bool = False) -> Moments:
    """Exact moments of what `dl.sample` gives from x_T ~ N(0, I) with this world's own denoiser.

    Raises as `dl.sample` does, TypeError for a world that is no Gaussian (nothing else stays Gaussian on the way).
    """
    run = Run(schedule, tau, eta, sigma_hat)
    return last(propagate(world, run.levels, ddim(run.eta, run.sigma_hat)))


def propagate(world: Gaussian, levels: Iterable[Level], rule: Rule, start: Moments | None = None) -> Iterator[Moments]:
    """The moments after every transition of any affine sampler, right or wrong.

    `levels` are (alpha_bar_t, alpha_bar_prev), top first, as `Run.levels`; rule(a, b) -> (k, m, sigma) means
    x_prev = k x0_hat + m x_t + sigma z with x0_hat = (x_t - sqrt(1 - a) world.eps(x_t, a)) / sqrt(a).
    `start` are the moments of x_T, N(0, I) by default.
    """
    if not isinstance(world, Gaussian):
        raise TypeError(f"moments are exact in a Gaussian world only, got {type(world).__name__}")
    U, d = world.directions, len(world.variances)
    eye = np.eye(d)
    mu = U.T @ np.reshape(world.mean, d)

    def move(level: Level, held: Inner, _: Any) -> Inner:
        (a, b), (mean, cov) = map(float, level), held
        k, m, sigma = rule(a, b)
        g = a**0.5 * world.variances / (a * world.variances + (1 - a))
        A = k * g + m
        return (k + m * a**0.5) * mu + A * (mean - a**0.5 * mu), A[:, None] * cov * A + sigma**2 * eye

    inner = (np.zeros(d), eye) if start is None else _inwards(start, U)
    return (_outwards(*held, U, world.item) for held in walk(levels, inner, move, itself))


def marginal(world: World, alpha_bar_t: float) -> Moments:
    """Mean and covariance of q(x_t), where every right sampler is meant to be; a mixture is more than these two."""
    a = alpha_bar_t
    mean, cov = world.spread()
    if not world.item:
        return Moments(np.float64(a**0.5 * mean[0]), np.float64(a * cov[0, 0] + (1 - a)))
    return Moments(a**0.5 * mean, a * cov + (1 - a) * np.eye(len(mean)))


def levels_of(schedule: NoiseSchedule, tau: Any) -> list[list[float]]:
    """`Run.levels` of the run along tau as pairs of floats, top first. Raises as `Run` does."""
    return Run(schedule, tau).levels.tolist()


def _inwards(start: Moments, U: NDArray[np.float64]) -> Inner:
    d = len(U)
    return U.T @ np.reshape(start.mean, d), U.T @ np.reshape(start.cov, (d, d)) @ U


def _outwards(mean: Any, cov: Any, U: NDArray[np.float64], item: tuple[int, ...]) -> Moments:
    if not item:
        return Moments(np.float64(mean[0]), np.float64(cov[0, 0]))
    return Moments(U @ mean, U @ cov @ U.T)
