"""The judge: final mean and variance of any sampler in a Gaussian world, without Monte Carlo.

A sampler is a function(denoiser, x_T, alpha_bar, tau, eta, noise) -> x_0 over float64 NumPy arrays (n, 1):

    denoiser(x, t)   the exact eps at step t in 1..T
    alpha_bar        float64 (T + 1,), alpha_bar[0] == 1;  tau  int64 (S,), increasing
    noise(j)         the fresh noise z of the j-th transition, j = 1 the top one, of the shape of x_T

There x_0 = c + G x_T + sum_j h_j z_j. One call with chosen rows shows c, G and every h_j, so the mean is c and the
variance G^2 + sum_j h_j^2 to rounding.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact, spacing
from ddim_lab.run import Run

Floats = NDArray[np.float64]
Sampler = Callable[[Callable[..., Floats], Floats, Floats, NDArray[np.int64], float, Callable[[int], Floats]], Any]

WORLD = exact.Gaussian(0.3, 0.5)
TOLERANCE = 1e-6  # of mean and variance; a right sampler in float64 misses by 1e-12


@dataclass(frozen=True)
class Case:
    """A run to be judged, and how the table names its noise schedule and its spacing."""

    schedule: str
    spacing: str
    run: Run

    @classmethod
    def of(cls, rule: str, S: int, eta: float, schedule: str = "linear", sigma_hat: bool = False) -> "Case":
        """The case over T = 1000 with the spacing `rule`."""
        return cls(schedule, rule, Run.named(eta=eta, S=S, spacing=rule, schedule=schedule, sigma_hat=sigma_hat))

    def wanted(self, tau: Any = None) -> exact.Moments:
        """What a right sampler gives (along `tau`, where it is another one)."""
        run = self.run if tau is None else replace(self.run, tau=tau)
        return exact.moments(WORLD, run.schedule, run.tau, run.eta, run.sigma_hat)


CASES = (
    *(Case.of(rule, S, eta) for rule in spacing.KINDS for S in (10, 50) for eta in (0.0, 0.5, 1.0)),
    *(Case.of("trailing", S, eta) for S in (1, 61) for eta in (0.0, 1.0)),
    *(Case.of("trailing", 20, eta, "cosine") for eta in (0.0, 1.0)),
    Case.of("trailing", 1000, 1.0),
)


@dataclass(frozen=True)
class Verdict:
    """What one sampler gave in one case. `fault` says in words what is wrong; it is empty for a pass."""

    case: Case
    mean: float
    variance: float
    wanted: exact.Moments
    fault: str

    @property
    def passes(self) -> bool:
        """Whether nothing is wrong."""
        return not self.fault


def judge(sampler: Sampler, case: Case, tolerance: float = TOLERANCE, tau: Any = None) -> Verdict:
    """Runs `sampler` once on chosen rows. Whatever it does wrong, an exception too, ends in the verdict's fault.

    `tau` are the steps that count, where the sampler goes its own ways (default: the case's).
    """
    run, wanted, probe = case.run, case.wanted(tau), Probe(case.run)
    try:  # copies: a sampler may change what it is given
        given = probe.x_T.copy(), run.schedule.alpha_bar.copy(), run.tau.copy(), run.eta
        x_0 = sampler(probe.denoiser, *given, probe.noise)
    except Exception as error:  # a stranger's code may raise anything
        return Verdict(case, np.nan, np.nan, wanted, f"raised {type(error).__name__}: {error}")
    if not isinstance(x_0, np.ndarray) or x_0.shape != probe.x_T.shape or x_0.dtype.kind != "f":
        return Verdict(
            case, np.nan, np.nan, wanted, f"returned {_named(x_0)}, not a NumPy array {probe.x_T.shape} of floats"
        )
    x_0 = x_0.astype(np.float64)
    mean, variance = probe.moments(x_0)
    return Verdict(case, mean, variance, wanted, _fault(probe, x_0, mean, variance, wanted, tolerance))


def _fault(probe: "Probe", x_0: Floats, mean: float, variance: float, wanted: exact.Moments, tolerance: float) -> str:
    if not np.isfinite(x_0).all():
        return f"{int((~np.isfinite(x_0)).sum())} of {len(x_0)} results are NaN or infinite"
    if abs(x_0[-1, 0] - x_0[-2, 0]) > tolerance:
        return "equal rows end differently: draw no noise of your own, take noise(j)"
    if abs(probe.predicted(x_0) - x_0[-1, 0]) > tolerance * 100:
        return "not affine in x_T and the noise, as every right sampler is in this world"
    misses = {"mean": mean - wanted.mean, "variance": variance - wanted.cov}
    return ", ".join(f"{name} off by {miss:+.2g}" for name, miss in misses.items() if not abs(miss) <= tolerance)


class Probe:
    """The rows of one run: nothing, x_T = 1, one for each z_j = 1, and two equal rows of everything, far out."""

    def __init__(self, run: Run) -> None:
        self._run, S = run, run.S
        self._rows = np.zeros((S + 4, S + 1))  # of each row: x_T, z_1, ..., z_S
        self._rows[1 : S + 2] = np.eye(S + 1)
        self._rows[-2:] = 10.0  # far enough out that whatever is clipped shows

    @property
    def x_T(self) -> Floats:
        """The starts, float64 (S + 4, 1)."""
        return self._rows[:, :1]

    def noise(self, j: int) -> Floats:
        """z of the j-th transition, (S + 4, 1). Raises ValueError for a j that the run does not have."""
        if not 1 <= j <= self._run.S:
            raise ValueError(f"noise(j) is for the transitions j = 1..{self._run.S}, 1 the top one; asked for {j}")
        return self._rows[:, j : j + 1].copy()

    def denoiser(self, x: Any, t: int) -> Floats:
        """The exact eps at step t, of the shape of `x`. Raises ValueError for a t outside 1..T."""
        schedule = self._run.schedule
        if not 1 <= t <= schedule.T or t != int(t):
            raise ValueError(f"denoiser(x, t) is for steps t = 1..{schedule.T}, asked at {t}")
        return WORLD.eps(np.asarray(x, dtype=np.float64), float(schedule.alpha_bar[int(t)]))

    def moments(self, x_0: Floats) -> tuple[float, float]:
        """Mean and variance of x_0 for x_T and all z from N(0, I)."""
        gains = x_0[1:-2, 0] - x_0[0, 0]
        return float(x_0[0, 0]), float(gains @ gains)

    def predicted(self, x_0: Floats) -> float:
        """What the last row must be if the run is affine."""
        return float(x_0[0, 0] + (x_0[1:-2, 0] - x_0[0, 0]) @ self._rows[-1])


def _named(value: Any) -> str:
    return f"an array {value.shape} of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
