"""Shared by the files beside it: is every step proved, is every changed coefficient noticed, and every premise?"""

from collections.abc import Iterable, Iterator

import pytest
import sympy as sp
from sympy.core.function import AppliedUndef

from ddim_lab.symbolic.derivation import Derivation, given, right
from ddim_lab.symbolic.symbols import a, b, chain_a, sigma

P = (0.5, 0.7, 0.1)  # alpha_bar_t, alpha_bar_prev, sigma
_NUMBERS = {a: sp.Rational(1, 2), b: sp.Rational(7, 10), sigma: sp.Rational(1, 10)}
_NUMBERS |= {level: sp.Rational(9 - 2 * i, 10) for i, level in enumerate(chain_a)}


def assert_proved(derivation: Derivation) -> None:
    """Every residual is the literal 0; only the first step is given, and every other one has something to check."""
    for step, residuals in zip(derivation.steps, derivation.residuals, strict=True):
        assert all(value is sp.S.Zero for value in residuals), (step.name, residuals)
        assert bool(residuals) == (step.rule is not given), step.name
    assert [step.rule is given for step in derivation.steps] == [True] + [False] * (len(derivation.steps) - 1)


def slips(derivations: Iterable[Derivation]) -> list:
    """Each right side of each checked step with one of its terms changed."""
    return [
        pytest.param(derivation, number, index, wrong, id=f"{derivation.title}-{number}-{index}-{place}")
        for derivation in derivations
        for number, step in enumerate(derivation.steps)
        for index, equation in enumerate(step.equations if step.rule is not given else ())
        for place, wrong in enumerate(_changed(equation))
    ]


def premises(derivations: Iterable[Derivation]) -> list:
    """Each right side of each first step with one of its terms changed."""
    return [
        pytest.param(derivation, index, wrong, id=f"{derivation.title}-{index}-{place}")
        for derivation in derivations
        for index, equation in enumerate(derivation.steps[0].equations)
        for place, wrong in enumerate(_changed(equation))
    ]


def _changed(equation: sp.Eq) -> Iterator[sp.Expr]:
    """The right side with one of its terms doubled, or with 1 added where it is 0: term by term."""
    for term in sp.Add.make_args(right(equation)):
        yield sp.Add(right(equation), term if term != 0 else sp.S.One)


def assert_noticed(derivation: Derivation, number: int, index: int, wrong: sp.Expr) -> None:
    """Step `number` no longer follows once its equation `index` has that right side."""
    slipped = derivation.with_slip(number, index, wrong)
    _assert_broken(slipped, number, slipped.steps[number].equations[index])


def assert_used(derivation: Derivation, index: int, wrong: sp.Expr) -> None:
    """The second step no longer follows from the first one so changed."""
    slipped = derivation.with_slip(0, index, wrong)
    _assert_broken(slipped, 1, slipped.steps[0].equations[index])


def _assert_broken(derivation: Derivation, number: int, changed: sp.Eq) -> None:
    """Numbers suffice to show that something is not 0, and are quicker than simplifying it."""
    before, step = derivation.steps[number - 1], derivation.steps[number]
    rest = step.rule(before.equations, step.equations)
    assert any(abs(_number(value)) > 1e-6 for value in rest), (step.name, changed)


def _number(value: sp.Expr) -> sp.Expr:
    """`value` somewhere: a sum is its first term there, an integral its integrand, an unknown function a number."""
    value = value.replace(sp.Sum, lambda summand, limits: summand.subs(limits[0], 2))
    value = value.replace(sp.Integral, lambda integrand, *_: integrand)
    functions = sorted(value.atoms(AppliedUndef), key=str)
    value = value.subs({function: sp.Rational(2 + i, 7) for i, function in enumerate(functions)})
    symbols = sorted(value.free_symbols, key=str)
    return sp.N(value.subs({symbol: sp.Rational(1, 3 + 2 * i) for i, symbol in enumerate(symbols)} | _NUMBERS))
