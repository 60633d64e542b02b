"""Undetermined coefficients: both roots, the ellipse, the short step, the last transition."""

import pytest
import sympy as sp

from ddim_lab.symbolic import undetermined
from ddim_lab.symbolic.derivation import left, right
from ddim_lab.symbolic.symbols import a, at, at_last, k, m, reduced, sigma
from tests.symbolic.perturbed import P


@pytest.mark.parametrize("sign", [1, -1])
def test_both_roots_meet_both_conditions_and_nothing_else_does(sign):
    found = undetermined.solution(sign)
    assert [reduced(value) for value in undetermined.remainders(found)] == [0, 0]
    for unknown in (k, m):
        changed = undetermined.remainders({**found, unknown: found[unknown] * sp.Rational(11, 10)})
        assert any(reduced(value) != 0 for value in changed)
    roots = sp.solve(left(undetermined.VARIANCE_CONDITION) - right(undetermined.VARIANCE_CONDITION), m)
    assert len(roots) == 2  # SymPy's own solver finds no third, and the same two
    assert any(reduced(root - found[m]) == 0 for root in roots)


def test_a_step_of_no_length_leaves_the_picture_alone_only_with_the_positive_root():
    assert undetermined.short_step(1) == {k: 0, m: 1}
    assert undetermined.short_step(-1) == {k: 2 * sp.sqrt(a), m: -1}


def test_the_ellipse_is_the_variance_condition():
    angle = sp.Symbol("theta", real=True)
    point = undetermined.ellipse(angle)
    assert sp.simplify(undetermined.remainders(point)[1]) == 0
    assert sp.simplify(undetermined.remainders({**point, sigma: 2 * point[sigma]})[1]) != 0


def test_values_at_the_point_of_the_texts():
    found = undetermined.solution()
    assert at(found[m], *P[:2], sigma=P[2]) == pytest.approx(0.761577, abs=5e-7)
    assert at(found[k], *P[:2], sigma=P[2]) == pytest.approx(0.298143, abs=1e-6)
    with pytest.raises(ValueError, match="sigma"):
        at(found[m], *P[:2])


def test_the_last_transition_is_the_belief_itself():
    found = undetermined.solution()
    assert (at_last(found[k]), at_last(found[m])) == (1, 0)
    assert [at_last(value) for value in undetermined.remainders(found)] == [0, 0]
