"""What a learner's m and k do to the two conditions: which holds, what remains of the other.

A remainder that is 0 at three points to 40 digits is then simplified; only the literal 0 counts as proved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import mpmath
import sympy as sp

from ddim_lab.symbolic.fading import Exercise, conditions_of
from ddim_lab.symbolic.numeric import compiled
from ddim_lab.symbolic.posterior import sigma_of_eta
from ddim_lab.symbolic.symbols import a, b, eta, k, m, reduced, sigma, substituted

DIGITS, ZERO = 50, mpmath.mpf(10) ** -40
_UNIT = cast(sp.Expr, sp.cancel(sigma_of_eta() / eta))  # sigma at eta = 1
VARIABLES = (a, b, sigma, m)
Point = tuple[str, str, str, str] | tuple[float, float, float, float]
POINTS: tuple[Point, ...] = (  # admissible transitions with sigma well inside, and any m; numbers without a relation
    ("17/41", "29/43", "7/31", "13/29"),
    ("3/37", "11/53", "19/61", "-5/23"),
    ("71/89", "97/101", "3/47", "31/37"),
)
PROOF_OPERATIONS, SHOWN_OPERATIONS = 60, 40  # what is larger is neither simplified nor shown: that could take long


@dataclass(frozen=True)
class Remainder:
    """What is left of one condition, as `left` and, where that is short enough to read, as `formula`.

    `holds` means that it is 0, `proved` that SymPy reduced it to the literal 0. `needs` names the unknowns that are
    not typed yet: then nothing can be said.
    """

    condition: str
    left: sp.Expr
    formula: sp.Expr | None = None
    holds: bool = False
    proved: bool = False
    needs: tuple[str, ...] = ()


def in_terms(exercise: Exercise, typed: sp.Expr) -> sp.Expr:
    """`typed` in a, b and m (and sigma, where the exercise leaves it free): eta and sigma are put in."""
    return substituted(substituted(typed, {eta: sigma / _UNIT}), exercise.case.values)


def remainders(exercise: Exercise, answers: Mapping[sp.Symbol, sp.Expr]) -> tuple[Remainder, Remainder]:
    """Of the mean and of the variance condition. `answers` holds what was typed; a k that is given counts as typed.

    Raises ValueError where an unknown is written with itself, m with k, or anything with a sigma that is given; and
    where a typed formula is no real number anywhere.
    """
    _in_what_is_left(exercise, answers)
    values = {name: in_terms(exercise, typed) for name, typed in answers.items()}
    _closed(values)
    for name, value in values.items():
        if not any(real(value, point) for point in POINTS):
            raise ValueError(f"your {name} is no real number anywhere: it takes a root of something negative")
    if k not in exercise.missing:
        values[k] = exercise.solution[k]
    mean, variance = (_put_in(gap, values) for gap in conditions_of(exercise))
    k_serves_any_m = k in values and values[k].has(m)
    mean_needs = [name for name in (k, m) if name not in values and not (name == m and k_serves_any_m)]
    return _remainder("mean", mean, mean_needs), _remainder("variance", variance, [] if m in values else [m])


def _in_what_is_left(exercise: Exercise, answers: Mapping[sp.Symbol, sp.Expr]) -> None:
    """An answer copied from the general derivation solves nothing where the exercise says what sigma is."""
    if sigma not in exercise.case.values:
        return
    for name, typed in answers.items():
        for symbol in (sigma, eta):
            if typed.has(symbol):
                raise ValueError(f"your {name} is written with {symbol}: here {exercise.case.words}, so put that in")


def _closed(values: Mapping[sp.Symbol, sp.Expr]) -> None:
    for name, value in values.items():
        if value.has(name):
            raise ValueError(f"your {name} is written with {name} itself: write it with what is known")
    if m in values and values[m].has(k):
        raise ValueError("your m is written with k, which is not known yet: use the condition that has no k in it")


def _put_in(gap: sp.Expr, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr:
    """k first, for it may be written with m."""
    for name in (k, m):
        if name in values:
            gap = substituted(gap, {name: values[name]})
    return gap


def _remainder(condition: str, left: sp.Expr, needs: list[sp.Symbol]) -> Remainder:
    if needs:
        return Remainder(condition, left, needs=tuple(name.name for name in needs))
    if not vanishes(left):
        return Remainder(condition, left, _tidied(left))
    proved = sp.count_ops(left) <= PROOF_OPERATIONS and (sp.expand(left) is sp.S.Zero or reduced(left) is sp.S.Zero)
    return Remainder(condition, left, sp.S.Zero, holds=True, proved=proved)


def _tidied(left: sp.Expr) -> sp.Expr | None:
    """`left` multiplied out and factored, if it is then short enough to read."""
    if sp.count_ops(left) > 2 * SHOWN_OPERATIONS:
        return None
    expanded = sp.expand(left)
    if sp.count_ops(expanded) > SHOWN_OPERATIONS:
        return None
    factored = cast(sp.Expr, sp.factor(expanded))
    return min((expanded, factored), key=sp.count_ops)


def vanishes(expression: sp.Expr) -> bool:
    """Whether `expression`, in a, b, sigma and m, is 0 at all POINTS to 40 digits."""
    return all(abs(value) < ZERO for value in values(expression))


def real(expression: sp.Expr, point: Point) -> bool:
    """Whether `expression` is a real number at `point` = (a, b, sigma, m)."""
    (value,) = values(expression, (point,))
    return not (isinstance(value, mpmath.mpc) and value.imag)


def values(expression: sp.Expr, points: tuple[Point, ...] = POINTS) -> list[Any]:
    """Its value at each point, to 50 digits: mpmath numbers, complex where a root of something negative stands.

    Raises ValueError where it has none (a division by zero).
    """
    function = compiled(expression, *VARIABLES, library="mpmath")
    try:
        with mpmath.workdps(DIGITS):
            numbers = [function(*map(mpmath.mpmathify, point)) for point in points]
    except ZeroDivisionError as error:
        raise ValueError("your formula divides by zero") from error
    return numbers
