"""The mystery sampler: a fault of the catalogue runs unnamed; instruments, candidate causes, and the line to repair.

one = mystery.pick(seed)
one.sampler(denoiser, x_T, seed=0)    # what to look at; one.setting says eta and S
one.readings()                                  # the instruments
one.judge(choice)                               # right or not, and which reading says so
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks, errata
from ddim_lab.errata import runner
from ddim_lab.errata.case import Case, Setting
from ddim_lab.errata.recipe import Denoiser
from ddim_lab.errata.runner import Moment
from ddim_lab.errata.suspects import SUSPECTS, Suspect
from ddim_lab.exact.known import KNOWN_WORLD

if TYPE_CHECKING:
    from torch import Tensor

CHOICES = 4
IMAGES = 8
STRIDE = 5  # shares no factor with the number of suspects: seeds in a row visit all of them


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
    """One round. `candidates` are causes in words; `answer` is the index of the true one."""

    seed: int
    culprit: Suspect
    options: tuple[Suspect, ...]

    @property
    def candidates(self) -> tuple[str, ...]:
        """The causes to choose from, in words."""
        return tuple(one.cause for one in self.options)

    @property
    def repairs(self) -> tuple[str, ...]:
        """A repaired line for each candidate: choosing one is the second question."""
        return tuple(one.repaired for one in self.options)

    @property
    def answer(self) -> int:
        """The index of the true cause among the candidates."""
        return self.options.index(self.culprit)

    @property
    def case(self) -> Case:
        """The case of the catalogue that runs unnamed."""
        return errata.find(self.culprit.key)

    @property
    def setting(self) -> Setting:
        """eta, S and spacing at which the round is played."""
        return self.culprit.setting

    def sampler(self, denoiser: Denoiser, x_T: "Tensor", seed: int = 0, first: int = 0) -> Iterator[runner.Record]:
        """The unnamed sampler at `setting`; compare with `errata.run(errata.RIGHT, ...)` at the same noise."""
        at = self.setting
        return self.case.sampler(denoiser, x_T, at.schedule, at.tau, at.eta, seed, first)

    def readings(self) -> Readings:
        """What the instruments say, measured once for each sampler."""
        return _readings(self.culprit.key, self.setting)

    def judge(self, choice: int) -> Verdict:
        """What to say to candidate `choice` (an index). Raises as `checks.integer` for no such candidate."""
        choice = checks.integer("the choice", choice, 0, len(self.options) - 1)
        named = self.options[choice]
        if named is self.culprit:
            return Verdict(True, f"{named.tell} {self.case.why}", self.culprit.repaired)
        return Verdict(False, _excluded(named, self), "")


def pick(seed: int) -> Mystery:
    """The round of `seed`, the same whenever it is asked for. Seeds in a row go through all suspects."""
    seed = checks.integer("seed", seed, 0)
    culprit = SUSPECTS[seed * STRIDE % len(SUSPECTS)]
    rng = np.random.default_rng(seed)
    others = [one for one in SUSPECTS if one is not culprit and not _alike(culprit.key, one.key, culprit.setting)]
    chosen = [others[i] for i in rng.permutation(len(others))[: CHOICES - 1]]
    options = [culprit, *chosen]
    return Mystery(seed, culprit, tuple(options[i] for i in rng.permutation(len(options))))


@cache
def _path(key: str, at: Setting) -> tuple[Moment, ...]:
    return errata.find(key).moments(at.schedule, at.tau, at.eta)


def _alike(one: str, other: str, at: Setting) -> bool:
    """Whether the instruments cannot tell the two apart at this setting."""
    left, right = _path(one, at), _path(other, at)
    if [moment.t for moment in left] != [moment.t for moment in right]:
        return False
    return bool(np.allclose(left, right, rtol=1e-2, atol=1e-3, equal_nan=True))


@cache
def _readings(key: str, at: Setting) -> Readings:
    case, right = errata.find(key), runner.right_moments(at.schedule, at.tau, at.eta)
    once, again, other = (_drawn(case, at, seed) for seed in (0, 0, 1))
    seen = _path(key, at)
    visited = tuple(one.t for one in seen)
    return Readings(seen, right, _furthest(once, again), _furthest(once, other), visited, len(visited) - 1)


def _drawn(case: Case, at: Setting, seed: int) -> NDArray[np.float64]:
    from ddim_lab import noise

    x_T = noise.initial_noise(IMAGES, (1,), seed=0).double()
    walk = deque(case.sampler(KNOWN_WORLD.eps, x_T, at.schedule, at.tau, at.eta, seed=seed), maxlen=1)
    return walk[0].x_prev.numpy()


def _furthest(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.abs(one - other).max())


def _excluded(named: Suspect, mystery: Mystery) -> str:
    """Which reading speaks against `named`: the steps visited, else the mean or variance that differs most."""
    theirs, ours = (_path(key, mystery.setting) for key in (named.key, mystery.culprit.key))
    if [one.t for one in theirs] != [one.t for one in ours]:
        return f"That cause would visit {_steps(theirs)}; the ruler shows {_steps(ours)}."
    with np.errstate(invalid="ignore"):
        gaps = np.abs(np.array(theirs) - np.array(ours))[:, 1:]  # (time, mean or variance)
    where, which = np.unravel_index(np.argmax(np.nan_to_num(gaps, nan=np.inf)), gaps.shape)
    name = ("mean", "variance")[int(which)]
    would, shows = (getattr(path[int(where)], name) for path in (theirs, ours))
    t = ours[int(where)].t
    return f"That cause would give the {name} {would:.4g} at t = {t}; the instrument shows {shows:.4g}."


def _steps(path: tuple[Moment, ...]) -> str:
    times = [str(one.t) for one in path]
    if len(times) <= 6:
        return ", ".join(times)
    return f"{', '.join(times[:3])}, …, {', '.join(times[-2:])} ({len(times) - 1} calls)"
