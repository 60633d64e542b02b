"""What a run is: a noise schedule, the steps visited, eta, and how a step is taken. NumPy only.

Whatever describes a run (a page's setting, a case of the errata, a cell of a table, a checked sentence) holds a `Run`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks, solvers
from ddim_lab import spacing as spacings
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.transition import CLIPS, Coefficients, check_eta, coefficients, eta_bound
from ddim_lab.walk import Transition, path

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Run:
    """A run over `schedule` along `tau`, checked and immutable; equal and hashed by value, so that it can be a key.

    Arrays have one entry a transition, the top one first. Raises TypeError or ValueError naming the value; an eta
    beyond the bound is an error that names the transition (`fit` lowers it instead).
    """

    schedule: NoiseSchedule
    tau: NDArray[np.int64]  # or any sequence of integers, as `spacing.custom` takes it
    eta: float = 0.0
    sigma_hat: bool = False
    clip: str = "none"
    solver: str = "ddim"

    def __post_init__(self) -> None:
        checks.instance("schedule", self.schedule, NoiseSchedule)
        tau = spacings.custom(self.tau, self.schedule.T)
        tau.setflags(write=False)
        object.__setattr__(self, "tau", tau)
        checks.choice("clip", self.clip, CLIPS)
        eta, bound = checks.real("eta", self.eta), self.tightest
        solvers.check(self.solver, eta, checks.flag("sigma_hat", self.sigma_hat), self.clip)
        where = f" of the transition {bound.t} -> {bound.t_prev}"
        check_eta(np.asarray(eta), np.asarray(self.eta_bound), self.sigma_hat, where)
        object.__setattr__(self, "eta", min(eta, self.eta_bound))  # beyond it by rounding alone

    @classmethod
    def fit(
        cls,
        schedule: NoiseSchedule,
        tau: NDArray[np.int64],
        eta: float = 0.0,
        sigma_hat: bool = False,
        clip: str = "none",
        solver: str = "ddim",
    ) -> "Run":
        """The same run with eta lowered to its bound, as a slider's end would do; under `sigma_hat` eta is 1."""
        plain = cls(schedule, tau, 0.0, False, clip, solver)
        eta = 1.0 if checks.flag("sigma_hat", sigma_hat) else min(checks.real("eta", eta), plain.eta_bound)
        return cls(schedule, plain.tau, eta, sigma_hat, clip, solver)

    @classmethod
    def named(
        cls,
        *,
        eta: float = 0.0,
        S: int = 10,
        spacing: str = "trailing",
        schedule: str = "linear",
        T: int = 1000,
        sigma_hat: bool = False,
        clip: str = "none",
        solver: str = "ddim",
    ) -> "Run":
        """The run in the words of a link: noise schedule and steps visited by name. The defaults are the lab's."""
        return cls(NoiseSchedule.named(schedule, T), spacings.named(spacing, T, S), eta, sigma_hat, clip, solver)

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """The transitions t -> t_prev, from tau[-1] down to 0."""
        return tuple(path(self.schedule, self.tau))

    @cached_property
    def levels(self) -> Array:
        """alpha_bar_t and alpha_bar_prev, float64 (S, 2), read-only."""
        levels = np.array([[transition.a, transition.b] for transition in self.transitions])
        levels.setflags(write=False)
        return levels

    @property
    def t(self) -> NDArray[np.int64]:
        """The step each transition leaves, int64 (S,)."""
        return self.tau[::-1]

    @property
    def t_prev(self) -> NDArray[np.int64]:
        """The step each transition lands on, int64 (S,): 0 at last."""
        return np.append(self.tau[-2::-1], 0)

    @property
    def S(self) -> int:
        """Number of transitions."""
        return len(self.tau)

    @cached_property
    def coefficients(self) -> Coefficients:
        """k, m and sigma of all transitions, float64 (S,) each, read-only."""
        a, b = self.levels.T
        c = coefficients(a, b, np.full(self.S, self.eta), self.sigma_hat)
        for values in (c.k, c.m, c.sigma):
            np.asarray(values).setflags(write=False)
        return c

    @property
    def k(self) -> Array:
        """k on the predicted x_0, (S,)."""
        return np.asarray(self.coefficients.k)

    @property
    def m(self) -> Array:
        """m on x_t, (S,)."""
        return np.asarray(self.coefficients.m)

    @property
    def sigma(self) -> Array:
        """sigma on the fresh noise, (S,)."""
        return np.asarray(self.coefficients.sigma)

    @property
    def sigma_max(self) -> Array:
        """sqrt(1 - alpha_bar_prev): the whole noise of x_prev, reached by sigma at eta_max, (S,)."""
        return np.sqrt(1 - self.levels[:, 1])

    @property
    def put_back(self) -> Array:
        """sqrt(1 - alpha_bar_prev - sigma(eta)^2): the predicted noise that is put back, (S,)."""
        return self.m * np.sqrt(1 - self.levels[:, 0])

    @property
    def fresh_share(self) -> Array:
        """sigma^2 / (1 - alpha_bar_prev), the part of x_prev's noise variance that is fresh; 0 at t_prev = 0; (S,)."""
        whole = self.sigma_max
        return np.divide(self.sigma**2, whole**2, out=np.zeros_like(whole), where=whole > 0)

    @cached_property
    def eta_bound(self) -> float:
        """The largest eta that every transition admits (`eta_max`); inf for a single one; 0 under dpmpp_2s."""
        if self.solver == "dpmpp_2s":
            return 0.0
        bound = self.tightest
        return float(eta_bound(np.asarray(bound.a), np.asarray(bound.b)))

    @property
    def calls(self) -> int:
        """How often the network is called for each image."""
        return solvers.calls(self.solver, self.S)

    def begun(self, start: int | None) -> tuple[Transition, ...]:
        """The transitions from `start` on, a step of tau; all of them for None. Raises TypeError or ValueError."""
        if start is None:
            return self.transitions
        start = checks.integer("start", start, 1, self.schedule.T)
        if start not in self.tau:
            near = self.tau[np.abs(self.tau - start).argmin()]
            raise ValueError(f"start must be a step of tau, got {start}; the nearest is {near}")
        return self.transitions[self.S - 1 - int(np.searchsorted(self.tau, start)) :]

    @cached_property
    def tightest(self) -> Transition:
        """The transition that bounds eta."""
        a, b = self.levels.T
        return self.transitions[int(np.argmin(eta_bound(a, b)))]

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        return self.schedule, self.tau.tobytes(), self.eta, self.sigma_hat, self.clip, self.solver

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Run) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.schedule, self.tau, self.eta, self.sigma_hat, self.clip, self.solver)  # made anew
