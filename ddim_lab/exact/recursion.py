"""Mean and covariance that a sampler gives in a Gaussian world, transition by transition, without sampling.

There every sampler x_prev = k x0_hat + m x_t + sigma z is affine: x0_hat = mu + g (x_t - sqrt(a) mu) with
g = sqrt(a) s^2 / (a s^2 + 1 - a) along each direction of the data's covariance (s^2 the variance there). So

    D = mean - sqrt(a) mu,   mean' = (k + m sqrt(a)) mu + (k g + m) D,   cov' = (k g + m) cov (k g + m) + sigma^2 I.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks, spacing, transition
from ddim_lab.exact.rules import Level, Rule, ddim
from ddim_lab.exact.worlds import Gaussian, World
from ddim_lab.schedule import NoiseSchedule


@dataclass(frozen=True, eq=False)
class Moments:
    """float64, in the world's form: a mean and a variance, or mean (d,) and cov (d, d)."""

    mean: Any
    cov: Any


def moments(world: Gaussian, schedule: NoiseSchedule, tau: Any, eta: float = 0.0, sigma_hat: bool = False) -> Moments:
    """Exact moments of what `dl.sample` gives from x_T ~ N(0, I) with this world's own denoiser.

    Raises as `dl.sample` does, TypeError for a world that is no Gaussian (nothing else stays Gaussian on the way).
    """
    rule, pairs = ddim(eta, sigma_hat), levels_of(schedule, tau)
    check_run(pairs, eta, sigma_hat)
    return deque(propagate(world, pairs, rule), maxlen=1)[0]


def propagate(world: Gaussian, levels: Iterable[Level], rule: Rule, start: Moments | None = None) -> Iterator[Moments]:
    """The moments after every transition of any affine sampler, right or wrong.

    `levels` are (alpha_bar_t, alpha_bar_prev), top first; rule(a, b) -> (k, m, sigma) means
    x_prev = k x0_hat + m x_t + sigma z with x0_hat = (x_t - sqrt(1 - a) world.eps(x_t, a)) / sqrt(a).
    `start` are the moments of x_T, N(0, I) by default.
    """
    if not isinstance(world, Gaussian):
        raise TypeError(f"moments are exact in a Gaussian world only, got {type(world).__name__}")
    U, d = world.directions, len(world.variances)
    eye = np.eye(d)
    mu = U.T @ np.reshape(world.mean, d)
    mean, cov = (np.zeros(d), eye) if start is None else _inwards(start, U)
    for a, b in levels:
        k, m, sigma = rule(a, b)
        g = a**0.5 * world.variances / (a * world.variances + (1 - a))
        A = k * g + m
        mean = (k + m * a**0.5) * mu + A * (mean - a**0.5 * mu)
        cov = A[:, None] * cov * A + sigma**2 * eye
        yield _outwards(mean, cov, U, world.item)


def marginal(world: World, alpha_bar_t: float) -> Moments:
    """Mean and covariance of q(x_t), where every right sampler is meant to be; a mixture is more than these two."""
    a = alpha_bar_t
    mean, cov = world.spread()
    if not world.item:
        return Moments(np.float64(a**0.5 * mean[0]), np.float64(a * cov[0, 0] + (1 - a)))
    return Moments(a**0.5 * mean, a * cov + (1 - a) * np.eye(len(mean)))


def levels_of(schedule: NoiseSchedule, tau: Any) -> list[Level]:
    """(alpha_bar_t, alpha_bar_prev) of the run along tau, top first. Raises as `spacing.custom` does."""
    if not isinstance(schedule, NoiseSchedule):
        raise TypeError(f"schedule must be a NoiseSchedule, got {type(schedule).__name__}")
    alpha_bar = schedule.alpha_bar
    pairs = spacing.transitions(spacing.custom(tau, schedule.T))
    return [(float(alpha_bar[t]), float(alpha_bar[t_prev])) for t, t_prev in pairs]


def check_run(pairs: Sequence[Level], eta: float, sigma_hat: bool) -> None:
    """Raises ValueError if some transition does not admit `eta`."""
    a, b = np.array(pairs).T
    bounds = transition.eta_bound(a, b)
    where = f" of transition {int(np.argmin(bounds)) + 1} from the top"
    eta = checks.real("eta", eta)
    transition.check_eta(np.asarray(eta), bounds.min(), checks.flag("sigma_hat", sigma_hat), where)


def _inwards(start: Moments, U: NDArray[np.float64]) -> tuple[Any, Any]:
    d = len(U)
    return U.T @ np.reshape(start.mean, d), U.T @ np.reshape(start.cov, (d, d)) @ U


def _outwards(mean: Any, cov: Any, U: NDArray[np.float64], item: tuple[int, ...]) -> Moments:
    if not item:
        return Moments(np.float64(mean[0]), np.float64(cov[0, 0]))
    return Moments(U @ mean, U @ cov @ U.T)
