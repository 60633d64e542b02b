"""One derivation three times, each time with less of it: complete, without its last step, without its last two.

Worked examples that fade teach better than a complete one followed by an exercise (Atkinson, Renkl & Merrill 2003,
"Transitioning from studying examples to solving problems"). Each exercise asks for k and m at another sigma.
"""

import functools
from dataclasses import dataclass

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, gap, root
from ddim_lab.symbolic.symbols import Case, a, b, k, m, sigma, substituted
from ddim_lab.symbolic.undetermined import MEAN_CONDITION, ROOT, VARIANCE_CONDITION, derivation

CONDITIONS = 4  # steps of `undetermined.derivation` up to the two conditions
CASES = (
    Case("no fresh noise", "σ = 0", {sigma: sp.S.Zero}),
    Case("the share a of the noise is fresh", "σ² = a·(1 − b)", {sigma: sp.sqrt(a) * sp.sqrt(1 - b)}),
    Case("any amount of fresh noise", "σ² ≤ 1 − b", {}),
)


@dataclass(frozen=True)
class Exercise:
    """`missing`: what the learner types, in the order of the steps that are left out."""

    key: str
    title: str
    task: str
    case: Case
    missing: tuple[sp.Symbol, ...]

    @property
    def sigma(self) -> sp.Expr:
        """What sigma is in this exercise: itself where it may be anything."""
        return self.case.values.get(sigma, sigma)

    @property
    def derivation(self) -> Derivation:
        """All of it, the answers included."""
        return _whole(CASES.index(self.case))

    @property
    def shown(self) -> tuple[Step, ...]:
        """The steps that the learner gets to see."""
        steps = self.derivation.steps
        return steps[: len(steps) - len(self.missing)]

    @property
    def solution(self) -> dict[sp.Expr, sp.Expr]:
        """{k: ..., m: ...}; k is written with m."""
        return self.derivation.result


EXERCISES = (
    Exercise(
        "complete",
        "Complete: read each line, and ask yourself why it follows",
        "A step without fresh noise: σ = 0. Nothing is left to you yet.",
        CASES[0],
        (),
    ),
    Exercise(
        "one",
        "The last step is missing",
        "Of all the noise in x_prev the share a is fresh: σ² = a·(1 − b). Find m, in a and b.",
        CASES[1],
        (m,),
    ),
    Exercise(
        "two",
        "The last two steps are missing",
        "Any sigma. Find k, written with m; then m.",
        CASES[2],
        (k, m),
    ),
)


def find(key: str) -> Exercise:
    """The exercise called `key`. Raises ValueError, naming those there are."""
    for exercise in EXERCISES:
        if exercise.key == key:
            return exercise
    raise ValueError(f"there is no exercise {key!r}; known are {', '.join(each.key for each in EXERCISES)}")


@functools.cache
def _whole(case: int) -> Derivation:
    full = derivation()
    general = Derivation("k and m", full.assumes, (*full.steps[:CONDITIONS], *_solved()))
    return general.case(CASES[case])


def _solved() -> tuple[Step, ...]:
    """k first, because its condition is linear; then m."""
    k_of_m = equations((k, sp.sqrt(b) - m * sp.sqrt(a)))
    return (
        Step(
            "Solve the first condition for k",
            "It is linear in k. The second condition waits.",
            (*k_of_m, VARIANCE_CONDITION),
            follows(),
        ),
        Step(
            "Solve the second condition for m",
            "Of its two roots take the positive one.",
            (*k_of_m, *equations((m, ROOT))),
            root(of=1),
        ),
    )


def conditions_of(exercise: Exercise) -> tuple[sp.Expr, sp.Expr]:
    """What must be 0: the gaps of the mean and of the variance condition, with the exercise's sigma put in."""
    mean, variance = (
        substituted(gap(equation), exercise.case.values) for equation in (MEAN_CONDITION, VARIANCE_CONDITION)
    )
    return mean, variance
