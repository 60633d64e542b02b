"""What an error of the catalogue is: what a text says, why it is wrong, and something that runs and shows it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.errata import runner
from ddim_lab.errata.forms import Line, P
from ddim_lab.errata.misconceptions import MISCONCEPTIONS
from ddim_lab.errata.recipe import RIGHT, Denoiser, Recipe
from ddim_lab.exact.known import MEAN, STD
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule

if TYPE_CHECKING:
    from torch import Tensor

KINDS = ("formula", "code", "claim")
SPACING = "trailing"
VISIBLE = 1e-3  # the least part of the data's variance, or deviation, that counts as a difference
FULL = NoiseSchedule.linear()  # the chain of every case: T = 1000


def even_steps(eta: float = 0.0, S: int = 10) -> Run:
    """The run of `S` even steps down the whole chain at `eta`: where faults are shown."""
    return Run(FULL, spacing.named(SPACING, FULL.T, S), eta)


TEN_STEPS = even_steps()


@dataclass(frozen=True)
class Document:
    """One text. `id` is its letter in the catalogue, `covers` what it explains (most of it rightly)."""

    id: str
    description: str
    covers: str


@dataclass(frozen=True)
class Finding:
    """What was measured: `facts` by name, the `statement` they show, and whether they do show it."""

    facts: Mapping[str, Any]
    statement: str
    holds: bool


@dataclass(frozen=True)
class Note:
    """A right statement; `run` shows it."""

    key: str
    document: str
    title: str
    says: str
    run: Callable[[], Finding]


@dataclass(frozen=True)
class Repair:
    """`line` as it would stand in the code, and the sampler with it."""

    line: str
    recipe: Recipe


@dataclass(frozen=True)
class Suspect:
    """A case as the unnamed patient of a mystery, at `setting`, and how to repair it.

    `cause` in words; `tell`: the reading that gives it away; `line` at fault and `repaired`; `others`: lines that run
    and do not repair it.
    """

    cause: str
    tell: str
    setting: Run
    line: str
    repaired: str
    others: tuple[Repair, ...]

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """All lines that may repair it, the right one first."""
        return (Repair(self.repaired, RIGHT), *self.others)


@dataclass(frozen=True)
class Case:
    """One error. `claim`: what the text says, in our words; `wrong` and `right`: both forms, in words or code.

    A formula has `lines` and a `recipe`; a piece of code has `run`, and a recipe where it samples; a claim has `run`,
    which recomputes the verdict, and `source`, what refutes it. `setting` is where the recipe shows its fault, and
    `shows` says how: "wider" or "narrower" than the right sampler's, "mean" where that is off, "steps" where others
    are visited and the end is the same. `suspect`: how it is found and repaired, where it makes a good mystery.
    """

    key: str
    document: str
    kind: str
    title: str
    claim: str
    misconception: str  # a key of MISCONCEPTIONS, or a sentence
    why: str
    wrong: str = ""
    right: str = ""
    lines: tuple[Line, ...] = ()
    recipe: Recipe | None = None
    setting: Run = TEN_STEPS
    shows: str = ""
    run: Callable[[], Finding] | None = None
    source: str = ""
    suspect: Suspect | None = None

    @property
    def believed(self) -> str:
        """The misconception as a sentence."""
        return MISCONCEPTIONS.get(self.misconception, self.misconception)

    @property
    def forms(self) -> tuple[str, str, str]:
        """("latex", "code" or "words", wrong form, right form)."""
        if self.wrong:
            return ("code" if self.kind == "code" else "words"), self.wrong, self.right
        sides = [line.latex() for line in self.lines]
        wrong, right = (r" \\ ".join(column) for column in zip(*sides, strict=True))
        return "latex", wrong, right

    @property
    def residuals(self) -> tuple[sp.Expr, ...]:
        """Wrong minus right of each line, simplified."""
        return tuple(line.residual for line in self.lines)

    @property
    def at_P(self) -> dict[str, tuple[float, float]]:
        """Each line's name -> (wrong, right) at P."""
        return {line.name: line.at_point for line in self.lines}

    def sampler(
        self,
        denoiser: Denoiser,
        x_T: "Tensor",
        schedule: NoiseSchedule,
        tau: NDArray[np.int64],
        eta: float = 0.0,
        seed: int = 0,
        first: int = 0,
    ) -> Iterator[runner.Record]:
        """The faulty sampler, as `ddim_lab.sample` would be called. Raises ValueError if this case does not sample."""
        return runner.run(self._recipe(), denoiser, x_T, schedule, tau, eta, seed, first)

    def moments(
        self, schedule: NoiseSchedule, tau: NDArray[np.int64], eta: float = 0.0, mu: float = MEAN, s: float = STD
    ) -> tuple[runner.Moment, ...]:
        """Its exact mean and variance at each time in the world N(mu, s^2); the right ones: `right_moments`."""
        return runner.moments(self._recipe(), schedule, tau, eta, mu, s)

    def check(self) -> Finding:
        """Runs everything the case has, and says in one or more sentences what came out."""
        parts = [self._at_P()] if self.lines else []
        parts += [self._in_the_known_world()] if self.recipe else []
        parts += [self.run()] if self.run else []
        facts = {name: value for part in parts for name, value in part.facts.items()}
        return Finding(facts, " ".join(part.statement for part in parts), all(part.holds for part in parts))

    def _recipe(self) -> Recipe:
        if self.recipe is None:
            raise ValueError(f"the case {self.key!r} ({self.kind}) does not change a sampler: there is nothing to run")
        return self.recipe

    def _at_P(self) -> Finding:
        said = "; ".join(f"{name} {wrong:.6f} instead of {right:.6f}" for name, (wrong, right) in self.at_P.items())
        point = ", ".join(f"{name} = {value:g}" for name, value in {**P, **self.lines[0].point}.items())
        apart = all(abs(wrong - right) > 1e-9 for wrong, right in self.at_P.values())
        return Finding({"at P": self.at_P}, f"At {point}: {said}.", apart)

    def _in_the_known_world(self) -> Finding:
        at = self.setting
        wrong = self.moments(at.schedule, at.tau, at.eta)
        right = runner.right_moments(at.schedule, at.tau, at.eta)
        facts = {"mean": wrong[-1].mean, "variance": wrong[-1].variance}
        facts |= {"right mean": right[-1].mean, "right variance": right[-1].variance}
        said = (
            f"On data N({MEAN}, {STD}²), eta = {at.eta:g}, S = {at.S}: mean {_number(wrong[-1].mean)} and variance "
            f"{_number(wrong[-1].variance)}; the right sampler gives {_number(right[-1].mean)} and "
            f"{_number(right[-1].variance)}."
        )
        return Finding(facts, said, _does(self.shows, wrong, right))


def _does(shows: str, wrong: tuple[runner.Moment, ...], right: tuple[runner.Moment, ...]) -> bool:
    """Whether the faulty run differs from the right one as `shows` says. NaN is none of these."""
    shift = abs(wrong[-1].mean - right[-1].mean) / STD
    wider = (wrong[-1].variance - right[-1].variance) / STD**2
    if shows == "steps":
        same_walk = [moment.t for moment in wrong] == [moment.t for moment in right]
        return not same_walk and max(shift, abs(wider)) < 1e-9
    return {"wider": wider, "narrower": -wider, "mean": shift}.get(shows, 0.0) > VISIBLE


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "infinity"
    return f"{round(value, 4) + 0.0:.4f}" if abs(value) < 1000 else f"{value:.3g}"  # + 0.0: no minus before a 0
