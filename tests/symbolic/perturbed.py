"""Shared by the files beside it: is every step proved, is every changed coefficient noticed, and every premise?"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import sympy as sp
from sympy.core.function import AppliedUndef

from ddim_lab.symbolic.derivation import Derivation, equations, given, left, right
from ddim_lab.symbolic.symbols import a, b, chain_a, sigma

P = (0.5, 0.7, 0.1)  # alpha_bar_t, alpha_bar_prev, sigma
_DIGITS = 30
_LEVELS = (  # two places, since at a = 1/2 a root of (1 - a)/a is 1 and hides its exponent
    {a: "0.5", b: "0.7", sigma: "0.1"} | dict(zip(chain_a, ("0.9", "0.7", "0.5", "0.3"), strict=True)),
    {a: "0.3", b: "0.8", sigma: "0.2"} | dict(zip(chain_a, ("0.85", "0.65", "0.5", "0.4"), strict=True)),
)


def assert_proved(derivation: Derivation) -> None:
    """Every residual is the literal 0; only the first step is given, and every other one has something to check."""
    for step, residuals in zip(derivation.steps, derivation.residuals, strict=True):
        assert all(value is sp.S.Zero for value in residuals), (step.name, residuals)
        assert bool(residuals) == (step.rule is not given), step.name
    assert [step.rule is given for step in derivation.steps] == [True] + [False] * (len(derivation.steps) - 1)


class Slip(NamedTuple):
    """A derivation with one equation changed, so that step `number` should follow no longer; `place` names it."""

    place: str
    derivation: Derivation
    number: int
    changed: sp.Eq

    @property
    def noticed(self) -> bool:
        """Whether that step leaves something over; numbers suffice for that, and are quicker than simplifying."""
        before, step = self.derivation.steps[self.number - 1], self.derivation.steps[self.number]
        rest = step.rule(before.equations, step.equations)
        return any(abs(_number(value, place)) > 1e-6 for place in (0, 1) for value in rest)


def unnoticed(slips: Iterable[Slip]) -> set[str]:
    """The places of the slips that no step notices."""
    return {slip.place for slip in slips if not slip.noticed}


def slips(derivation: Derivation) -> Iterator[Slip]:
    """Each right side of each checked step with one of its terms changed."""
    for number, index, equation in _checked(derivation):
        for place, wrong in enumerate(_changed(equation)):
            yield _slip(derivation, number, index, wrong, f"{derivation.title}-{number}-{index}-{place}")


def premises(derivation: Derivation) -> Iterator[Slip]:
    """Each right side of the first step with one of its terms changed, which the second step should notice."""
    for index, equation in enumerate(derivation.steps[0].equations):
        for place, wrong in enumerate(_changed(equation)):
            yield _premise(derivation, index, wrong, f"{derivation.title}-{index}-{place}")


def inner_slips(derivation: Derivation) -> Iterator[Slip]:
    """Each equation of each checked step twice: with one of its left side's parts changed, and one of its right side's.

    The part may stand anywhere: in a root, a fraction, an exponent or a limit. Which one it is hangs on the equation's
    place alone, so it is the same in every run; over all equations every kind of place has its turn.
    """
    for number, index, equation in _checked(derivation):
        for side, of in (("left", left), ("right", right)):
            place = f"{derivation.title}-{number}-{index}-{side}"
            wrong = _chosen(equation, of, place)
            steps, equations_of = list(derivation.steps), list(derivation.steps[number].equations)
            equations_of[index] = wrong
            steps[number] = replace(steps[number], equations=tuple(equations_of))
            yield Slip(place, replace(derivation, steps=tuple(steps)), number, wrong)


def _checked(derivation: Derivation) -> Iterator[tuple[int, int, sp.Eq]]:
    """The equations that are checked: number of the step, place in it, equation."""
    for number, step in enumerate(derivation.steps):
        for index, equation in enumerate(step.equations if step.rule is not given else ()):
            yield number, index, equation


def _slip(derivation: Derivation, number: int, index: int, wrong: sp.Expr, place: str = "") -> Slip:
    slipped = derivation.with_slip(number, index, wrong)
    return Slip(place, slipped, number, slipped.steps[number].equations[index])


def _premise(derivation: Derivation, index: int, wrong: sp.Expr, place: str = "") -> Slip:
    return _slip(derivation, 0, index, wrong, place)._replace(number=1)


def every_inner_slip(equation: sp.Eq, side) -> list[sp.Eq]:
    """`equation` with one part of that side a tenth larger (a seventh where it is 0): once for every part."""
    slipped = []
    for path, part in _parts(side(equation)):
        larger = part * sp.Rational(11, 10) if part != 0 else sp.Rational(1, 7)
        wrong = _put(side(equation), path, larger)
        if wrong is not None and wrong != side(equation):
            pair = (wrong, right(equation)) if side is left else (left(equation), wrong)
            slipped.append(equations(pair)[0])
    return slipped


def _chosen(equation: sp.Eq, side, place: str) -> sp.Eq:
    slipped = every_inner_slip(equation, side)
    return slipped[zlib.crc32(place.encode()) % len(slipped)]


def _parts(expression: sp.Basic, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], sp.Expr]]:
    if isinstance(expression, sp.Expr):
        yield path, expression
    for i, inner in enumerate(expression.args):
        yield from _parts(inner, (*path, i))


def _put(expression: sp.Basic, path: tuple[int, ...], new: sp.Expr) -> sp.Basic | None:
    """`expression` with `new` at that place of its tree; None where only a letter can stand."""
    if not path:
        return new
    arguments = list(expression.args)
    arguments[path[0]] = _put(arguments[path[0]], path[1:], new)
    try:
        return None if arguments[path[0]] is None else expression.func(*arguments)
    except (ValueError, TypeError):  # such as 11 x_0/10 as what an integral runs over
        return None


def _changed(equation: sp.Eq) -> Iterator[sp.Expr]:
    """The right side with one of its terms doubled, or with 1 added where it is 0: term by term."""
    for term in sp.Add.make_args(right(equation)):
        yield sp.Add(right(equation), term if term != 0 else sp.S.One)


def assert_noticed(derivation: Derivation, number: int, index: int, wrong: sp.Expr) -> None:
    """Step `number` no longer follows once its equation `index` has that right side."""
    slip = _slip(derivation, number, index, wrong)
    assert slip.noticed, slip.changed


def assert_used(derivation: Derivation, index: int, wrong: sp.Expr) -> None:
    """The second step no longer follows from the first one so changed."""
    slip = _premise(derivation, index, wrong)
    assert slip.noticed, slip.changed


def _number(value: sp.Expr, place: int = 0) -> sp.Expr:
    """`value` at one of two places: a sum is its first term there, an integral its integrand, times a number for the
    limits; an unknown function is a number.
    """
    value = value.replace(sp.Sum, lambda summand, limits: summand.subs(limits[0], 2) * _of_limits(limits))
    value = value.replace(sp.Integral, lambda integrand, limits: integrand * _of_limits(limits))
    functions = sorted(value.atoms(AppliedUndef), key=str)
    value = value.xreplace({function: sp.Rational(2 + i, 7) for i, function in enumerate(functions)})
    symbols = sorted(value.free_symbols, key=str)
    others = {
        one: sp.Rational(1, 3 + 2 * i) if place == 0 else sp.Rational(7 + 3 * i, 5) for i, one in enumerate(symbols)
    }
    return sp.N(value.xreplace({one: sp.Float(number, _DIGITS) for one, number in (others | _LEVELS[place]).items()}))


def _of_limits(limits: sp.Tuple) -> sp.Expr:
    """Another factor for other limits."""
    low, high = (limit.subs({sp.oo: 5, -sp.oo: -5}) for limit in limits[1:])
    return 1 + low / 7 + high / 11
