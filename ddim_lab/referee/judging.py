"""The judge: final mean and variance of any sampler in a Gaussian world, without Monte Carlo.

A sampler is a function(denoiser, x_T, alpha_bar, tau, eta, noise) -> x_0 over float64 NumPy arrays (n, 1):

    denoiser(x, t)   the exact eps at step t in 1..T
    alpha_bar        float64 (T + 1,), alpha_bar[0] == 1;  tau  int64 (S,), increasing
    noise(j)         the fresh noise z of the j-th transition, j = 1 the top one, of the shape of x_T

There x_0 = c + G x_T + sum_j h_j z_j. One call with chosen rows shows c, G and every h_j, so the mean is c and the
variance G^2 + sum_j h_j^2 to rounding.
"""

from collections.abc import Callable, Iterable
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
SINGLE = 1e-5  # for float32: on the runs below its rounding moves mean or variance by up to 2.4e-6
TOLERANCE_MAX = 1e-2  # beyond it, faults that the judge is there to find would pass
EXPLODED = 100.0  # times as far out as a right sampler comes


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
        return exact.moments(WORLD, run.schedule, run.tau, run.eta, run.sigma_hat, run.solver)


CASES = (
    *(Case.of(rule, S, eta) for rule in spacing.KINDS for S in (10, 50) for eta in (0.0, 0.5, 1.0)),
    *(Case.of("trailing", S, eta) for S in (1, 61) for eta in (0.0, 1.0)),
    *(Case.of("trailing", 20, eta, "cosine") for eta in (0.0, 1.0)),
    Case.of("trailing", 1000, 1.0),
)


def under(solver: str, cases: Iterable[Case]) -> tuple[Case, ...]:
    """The same runs under `solver`, as far as it takes their eta (dpmpp_2s: 0 only)."""
    taken = (case for case in cases if solver != "dpmpp_2s" or not case.run.eta)
    return tuple(replace(case, run=replace(case.run, solver=solver)) for case in taken)


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


class FaultError(Exception):
    """What a sampler did in place of returning its results, in words."""


def judge(sampler: Sampler, case: Case, tolerance: float = TOLERANCE, tau: Any = None) -> Verdict:
    """Runs `sampler` once on chosen rows. Whatever it does wrong, an exception too, ends in the verdict's fault.

    `tau` are the steps that count, where the sampler goes its own ways (default: the case's).
    """
    return verdict(lambda: results(sampler, case), case, tolerance, tau)


def results(sampler: Sampler, case: Case) -> NDArray[np.floating]:
    """What `sampler` makes of the case's chosen rows, (S + 4, 1). Raises FaultError if it gives none."""
    run, probe = case.run, Probe(case.run)
    try:  # copies: a sampler may change what it is given
        given = probe.x_T.copy(), run.schedule.alpha_bar.copy(), run.tau.copy(), run.eta
        x_0 = sampler(probe.denoiser, *given, probe.noise)
    except Exception as error:  # a stranger's code may raise anything
        raise FaultError(f"raised {type(error).__name__}: {error}") from error
    if not isinstance(x_0, np.ndarray) or x_0.shape != probe.x_T.shape or x_0.dtype.kind != "f":
        raise FaultError(f"returned {_named(x_0)}, not a NumPy array {probe.x_T.shape} of floats")
    return np.array(x_0)


def verdict(
    results: Callable[[], NDArray[np.floating]], case: Case, tolerance: float = TOLERANCE, tau: Any = None
) -> Verdict:
    """What is to be said of the rows that `results` gives, wherever they were computed."""
    wanted, probe = case.wanted(tau), Probe(case.run)
    try:
        x_0 = results()
    except FaultError as fault:
        return Verdict(case, np.nan, np.nan, wanted, str(fault))
    values = x_0.astype(np.float64)
    fault = _fault(probe, values, wanted, tolerance)
    if fault and x_0.dtype.itemsize < 8 and not _fault(probe, values, wanted, SINGLE):
        fault += f"; rounding in {x_0.dtype} can be this large, --tolerance {SINGLE:g} allows for it"
    return Verdict(case, *probe.moments(values), wanted, fault)


def _fault(probe: "Probe", x_0: Floats, wanted: exact.Moments, tolerance: float) -> str:
    if not np.isfinite(x_0).all():
        return f"{int((~np.isfinite(x_0)).sum())} of {len(x_0)} results are NaN or infinite"
    far, reach = float(np.abs(x_0).max()), probe.reach(wanted)
    if far > EXPLODED * reach:
        return f"exploded: results reach {far:.2g}, where a right sampler stays within {reach:.2g}"
    if abs(x_0[-1, 0] - x_0[-2, 0]) > tolerance:
        return "equal rows end differently: draw no noise of your own, take noise(j)"
    if abs(probe.predicted(x_0) - x_0[-1, 0]) > tolerance * 100:
        return "not affine in x_T and the noise, as every right sampler is in this world: is something clipped?"
    mean, variance = probe.moments(x_0)
    misses = {"mean": mean - wanted.mean, "variance": variance - wanted.cov}
    return ", ".join(f"{name} off by {miss:+.2g}" for name, miss in misses.items() if not abs(miss) <= tolerance)


class Probe:
    """The rows of one run: nothing, x_T = 1, one for each z_j = 1, and two equal rows of everything, far out."""

    OUT = 10.0  # far enough that whatever is clipped shows

    def __init__(self, run: Run) -> None:
        self._run, S = run, run.S
        self._rows = np.zeros((S + 4, S + 1))  # of each row: x_T, z_1, ..., z_S
        self._rows[1 : S + 2] = np.eye(S + 1)
        self._rows[-2:] = self.OUT

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

    def reach(self, wanted: exact.Moments) -> float:
        """No row of a right sampler ends further out: |c| + 10 sum |gains|, which their squares' sum bounds."""
        return float(abs(wanted.mean) + self.OUT * (self._rows.shape[1] * wanted.cov) ** 0.5)


def _named(value: Any) -> str:
    return f"an array {value.shape} of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
