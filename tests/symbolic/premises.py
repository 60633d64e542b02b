"""Shared by the files beside it: a premise that is changed must be noticed too, in the step that uses it."""

from collections.abc import Iterable

import pytest
import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, right
from tests.symbolic.perturbed import _number


def premises(derivations: Iterable[Derivation]) -> list:
    """Each right side of each first step with one of its terms doubled, or with 1 added where it is 0."""
    found = []
    for derivation in derivations:
        for index, equation in enumerate(derivation.steps[0].equations):
            for place, term in enumerate(sp.Add.make_args(right(equation))):
                wrong = sp.Add(right(equation), term if term != 0 else sp.S.One)
                found.append(pytest.param(derivation, index, wrong, id=f"{derivation.title}-{index}-{place}"))
    return found


def assert_used(derivation: Derivation, index: int, wrong: sp.Expr) -> None:
    """The second step no longer follows from the changed first one."""
    slipped = derivation.with_slip(0, index, wrong).steps
    rest = slipped[1].rule(slipped[0].equations, slipped[1].equations)
    assert any(abs(_number(value)) > 1e-6 for value in rest), slipped[0].equations[index]
