"""What a run's curves show: k, m, sigma and the noise levels of each transition it makes. NumPy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.transition import coefficients, eta_max

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RunCurves:
    """One run over `schedule`: all arrays float64 (S,), one entry a transition t -> t_prev, the top one first."""

    schedule: NoiseSchedule
    eta: float
    t: Array
    t_prev: Array
    alpha_bar_t: Array
    alpha_bar_prev: Array
    k: Array
    m: Array
    sigma: Array
    sigma_max: Array  # sqrt(1 - alpha_bar_prev): the whole noise of x_prev, reached at eta_max
    bound: float  # the largest eta the whole run admits; inf for a single transition to t = 0

    @property
    def fresh_share(self) -> Array:
        """sigma^2 / (1 - alpha_bar_prev), the part of x_prev's noise variance that is fresh; 0 at t_prev = 0."""
        return np.divide(self.sigma**2, self.sigma_max**2, out=np.zeros_like(self.sigma), where=self.sigma_max > 0)


def run_curves(
    schedule: NoiseSchedule, tau: Sequence[int] | NDArray[np.integer], eta: float = 0.0, sigma_hat: bool = False
) -> RunCurves:
    """The curves of a run over the steps `tau`. Raises ValueError as `coefficients` does."""
    pairs = np.array(spacing.transitions(spacing.custom(tau, schedule.T)))  # (S, 2)
    t, t_prev = pairs.T
    a, b = schedule.alpha_bar[t], schedule.alpha_bar[t_prev]
    c = coefficients(a, b, eta, sigma_hat)
    k, m, sigma = (np.asarray(value) for value in (c.k, c.m, c.sigma))
    bound = float(np.min(eta_max(a, b)))
    return RunCurves(schedule, eta, t * 1.0, t_prev * 1.0, a, b, k, m, sigma, np.sqrt(1 - b), bound)
