"""The mystery sampler: a fault of the catalogue runs unnamed; instruments, candidate causes, and the line to repair.

patient = mystery.pick(seed)
patient.sampler(denoiser, x_T, seed=0)    # what to look at; patient.setting is its run: schedule, tau, eta
patient.readings()                        # the instruments
patient.judge(choice)                     # right or not, and which reading says so
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks, errata
from ddim_lab.errata import runner
from ddim_lab.errata.case import Case, Suspect
from ddim_lab.errata.recipe import Denoiser
from ddim_lab.errata.runner import Moment
from ddim_lab.exact.known import KNOWN_WORLD
from ddim_lab.run import Run

if TYPE_CHECKING:
    from torch import Tensor

CHOICES = 4
IMAGES = 8
STRIDE = 5  # shares no factor with the number of suspects: seeds in a row visit all of them
SUSPECTS: tuple[Case, ...] = tuple(
    errata.find(key)
    for key in (  # in this order, which seeds and with them links rest on; a new one goes to the end
        *("covariance", "noise-off", "same-noise", "alpha-midway", "x-for-x0", "lost-root", "variance-is-deviation"),
        *("eta-once", "training-without-roots", "linked-direction", "linked-noise", "class-unscaled-noise"),
        *("sigma-table", "last-transition", "uniform-repeats", "exp-is-quadratic", "short-chain"),
    )
)


@dataclass(frozen=True)
class Readings:
    """The instruments. `seen` and `exact`: t, mean, variance of the unknown and of the right sampler on N(.3, .5^2).

    `repeat`: largest difference between two runs with the same seed; `reseeded`: with the same x_T, other fresh noise.
    `visited`: the times in order, with 0 or 1 at the end; `calls`: how often the network is asked. May hold NaN.
    """

    seen: tuple[Moment, ...]
    exact: tuple[Moment, ...]
    repeat: float
    reseeded: float
    visited: tuple[int, ...]
    calls: int


@dataclass(frozen=True)
class Verdict:
    """`right`: whether the cause was named; `reply`: the reading that decides; `repaired`: the line, once found."""

    right: bool
    reply: str
    repaired: str


@dataclass(frozen=True)
class Mystery:
    """One round: the case that runs unnamed, and the `options` to choose from, it among them."""

    seed: int
    culprit: Case
    options: tuple[Case, ...]

    @property
    def suspect(self) -> Suspect:
        """The culprit as a patient: setting, tell, line at fault and lines that may repair it."""
        return suspect(self.culprit)

    @property
    def candidates(self) -> tuple[str, ...]:
        """The causes to choose from, in words."""
        return tuple(suspect(case).cause for case in self.options)

    @property
    def answer(self) -> int:
        """The index of the true cause among the candidates."""
        return self.options.index(self.culprit)

    @property
    def setting(self) -> Run:
        """The run at which the round is played."""
        return self.suspect.setting

    def sampler(self, denoiser: Denoiser, x_T: "Tensor", seed: int = 0, first: int = 0) -> Iterator[runner.Record]:
        """The unnamed sampler at `setting`; compare with `errata.run(errata.RIGHT, ...)` at the same noise."""
        at = self.setting
        return self.culprit.sampler(denoiser, x_T, at.schedule, at.tau, at.eta, seed, first)

    def readings(self) -> Readings:
        """What the instruments say, measured once for each sampler."""
        return measured(self.culprit.key, self.setting)

    def judge(self, choice: int) -> Verdict:
        """What to say to candidate `choice` (an index). Raises as `checks.integer` for no such candidate."""
        named = self.options[checks.integer("the choice", choice, 0, len(self.options) - 1)]
        if named is self.culprit:
            return Verdict(True, f"{self.suspect.tell} {self.culprit.why}", self.suspect.repaired)
        return Verdict(False, _excluded(named, self), "")


def suspect(case: Case) -> Suspect:
    """`case` as a patient. Raises ValueError for a case that is none."""
    if case.suspect is None:
        raise ValueError(f"the case {case.key!r} is no suspect of the mystery sampler")
    return case.suspect


def pick(seed: int) -> Mystery:
    """The round of `seed`, the same whenever it is asked for. Seeds in a row go through all suspects."""
    seed = checks.integer("seed", seed, 0)
    culprit = SUSPECTS[seed * STRIDE % len(SUSPECTS)]
    rng, at = np.random.default_rng(seed), suspect(culprit).setting
    others = [case for case in SUSPECTS if case is not culprit and not _alike(culprit.key, case.key, at)]
    options = [culprit, *(others[i] for i in rng.permutation(len(others))[: CHOICES - 1])]
    return Mystery(seed, culprit, tuple(options[i] for i in rng.permutation(len(options))))


@cache
def _path(key: str, at: Run) -> tuple[Moment, ...]:
    return errata.find(key).moments(at.schedule, at.tau, at.eta)


def _times(path: Sequence[Moment]) -> list[int]:
    return [moment.t for moment in path]


def _alike(key: str, other: str, at: Run) -> bool:
    """Whether the instruments cannot tell the two apart at this setting."""
    left, right = _path(key, at), _path(other, at)
    return _times(left) == _times(right) and bool(np.allclose(left, right, rtol=1e-2, atol=1e-3, equal_nan=True))


@cache
def measured(key: str, at: Run) -> Readings:
    """What the instruments say of the case called `key` at a run, measured once for each."""
    case, right = errata.find(key), runner.right_moments(at.schedule, at.tau, at.eta)
    once, again, other = (_drawn(case, at, seed) for seed in (0, 0, 1))
    seen = _path(key, at)
    return Readings(
        seen, right, _furthest(once, again), _furthest(once, other), tuple(_times(seen)), calls=len(seen) - 1
    )


def _drawn(case: Case, at: Run, seed: int) -> NDArray[np.float64]:
    from ddim_lab import noise

    x_T = noise.initial_noise(IMAGES, (1,), seed=0).double()
    (last,) = deque(case.sampler(KNOWN_WORLD.eps, x_T, at.schedule, at.tau, at.eta, seed=seed), maxlen=1)
    return last.x_prev.numpy()


def _furthest(results: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    return float(np.abs(results - others).max())


VISITS = "That cause would visit {theirs}; the ruler shows {ours}."
GIVES = {
    "mean": "That cause would give the mean {would:.4g} at t = {t}; the instrument shows {shows:.4g}.",
    "variance": "That cause would give the variance {would:.4g} at t = {t}; the instrument shows {shows:.4g}.",
}


def _excluded(named: Case, mystery: Mystery) -> str:
    """Which reading speaks against `named`: the steps visited, else the mean or variance that differs most."""
    theirs, ours = (_path(case.key, mystery.setting) for case in (named, mystery.culprit))
    if _times(theirs) != _times(ours):
        return VISITS.format(theirs=_listed(_times(theirs)), ours=_listed(_times(ours)))
    with np.errstate(invalid="ignore"):
        gaps = np.abs(np.array(theirs) - np.array(ours))[:, 1:]  # (time, mean or variance)
    where, which = np.unravel_index(np.argmax(np.nan_to_num(gaps, nan=np.inf)), gaps.shape)
    name = ("mean", "variance")[int(which)]
    would, shows = (getattr(path[int(where)], name) for path in (theirs, ours))
    return GIVES[name].format(would=would, t=ours[int(where)].t, shows=shows)


def _listed(times: list[int]) -> str:
    if len(times) <= 6:
        return ", ".join(map(str, times))
    first, second, third, *_, before_last, last = times
    return f"{first}, {second}, {third}, …, {before_last}, {last} ({len(times) - 1} calls)"
