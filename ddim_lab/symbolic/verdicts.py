"""What a typed answer is worth, as data: which conditions hold with it, which known slip it is, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ddim_lab.symbolic import grammar, slips
from ddim_lab.symbolic.answers import Point, Remainder, in_terms, real, remainders, values
from ddim_lab.symbolic.fading import Exercise


@dataclass(frozen=True)
class Verdict:
    """`given`: what was read, by unknown; `conditions`: what remains of the mean and of the variance condition.

    `slips`: the known slip that an answer is, where it is one.
    """

    exercise: Exercise
    given: dict[sp.Symbol, sp.Expr]
    conditions: tuple[Remainder, Remainder]
    slips: dict[sp.Symbol, slips.Slip]

    @property
    def empty(self) -> tuple[sp.Symbol, ...]:
        """What is asked and not typed yet."""
        return tuple(name for name in self.exercise.missing if name not in self.given)

    @property
    def solved(self) -> bool:
        """Whether everything is typed, both conditions hold, and nothing is a slip (such as the other root)."""
        return not self.empty and all(condition.holds for condition in self.conditions) and not self.slips

    def number(self, condition: Remainder, point: Point) -> float | None:
        """What remains of `condition` at `point` = (a, b, sigma, m); None where it or an answer is no real number."""
        if condition.needs or not all(real(in_terms(self.exercise, typed), point) for typed in self.given.values()):
            return None  # squared, a root of something negative would pass for a number
        if condition.holds:
            return 0.0
        (value,) = values(condition.left, (point,))
        return float(value.real) if real(condition.left, point) else None


def judge(exercise: Exercise, texts: Mapping[str, Any], notation: str = "short") -> Verdict:
    """The answers `texts`, by the name of the unknown, an empty one not typed yet.

    Raises ValueError, in words for the learner, where one cannot be read or put in, and where nothing is typed.
    """
    given = {}
    for name in exercise.missing:
        text = texts[name.name]
        if isinstance(text, str) and not text.strip():
            continue
        try:
            given[name] = grammar.parse_solution(text, name, notation)
        except ValueError as refusal:
            raise ValueError(f"{name}: {refusal}") from refusal
    if not given:
        raise ValueError("type a formula first")
    conditions = remainders(exercise, given)
    known = {name: slip for name in given if (slip := slips.find(exercise, name, given))}
    return Verdict(exercise, given, conditions, known)
