"""DDIM as Euler's method, the probability flow beside it, the way up, the limit of short steps."""

import pytest
import sympy as sp

from ddim_lab.symbolic import ode
from ddim_lab.symbolic.ode import ENCODE_STEP, FLOW_STEP, STEP, sbar_prev, sbar_t
from ddim_lab.symbolic.symbols import LAST, a, at, b, eps, reduced, substituted, x_0, x_prev, x_t
from tests.symbolic.perturbed import P

WITH_A_LAST = [ode.euler(), ode.probability_flow(), ode.difference(), ode.encoding(), ode.round_trip()]


def test_what_is_derived_is_what_others_import():
    assert ode.euler().steps[2].equations[0].rhs == STEP
    assert ode.probability_flow().result[x_prev] == FLOW_STEP
    assert ode.encoding().steps[1].equations[0].rhs == ENCODE_STEP


def test_the_way_up_is_the_way_down_with_the_times_exchanged():
    assert substituted(STEP, {a: b, b: a, x_t: x_prev}) == ENCODE_STEP


def test_the_same_noise_leads_back_exactly():
    back = ode.round_trip().result[ode.N]
    assert reduced(back.subs(ode.eps_2, eps) - x_prev) is sp.S.Zero
    assert reduced(back - x_prev) != 0


@pytest.mark.parametrize("derivation", WITH_A_LAST, ids=lambda one: one.title)  # `ode` is about b -> a
def test_the_last_transition_too(derivation):
    assert derivation.case(LAST).holds


def test_on_the_last_transition_ddim_ends_on_the_belief_and_the_flow_leaves_half_of_the_noise():
    assert reduced(substituted(STEP, LAST.values) - ode.BELIEF) is sp.S.Zero
    left = reduced(substituted(FLOW_STEP, LAST.values) - ode.BELIEF)
    assert reduced(left - ode.LEVEL_T * eps / 2) is sp.S.Zero
    factored = ode.difference().steps[2].equations[0].rhs
    assert sp.simplify(substituted(factored, {b: 1, sbar_prev: 0}) - sbar_t * eps / 2) == 0


def test_the_difference_is_of_second_order():
    shrinking = ode.difference().result[ode.D]
    assert sp.limit(shrinking / ode.h, ode.h, 0) == 0
    assert sp.limit(shrinking / ode.h**2, ode.h, 0) == sp.sqrt(b) * eps / (2 * sbar_t)


def test_the_limit_against_sympys_own():
    quotient = substituted((STEP - x_t) / (b - a), {a: sp.Rational(1, 4)})
    limit = sp.limit(quotient, b, sp.Rational(1, 4))
    assert sp.simplify(limit - ode.ode().steps[1].equations[0].rhs.subs(a, sp.Rational(1, 4))) == 0


def test_values_at_the_point_of_the_texts():
    """Written out by hand, not with the formulas: x_t = 1, eps = .5, so the belief is (1 - .5 sqrt .5)/sqrt .5."""
    numbers = {"x_t": 1.0, "epsilon": 0.5}
    belief = (1 - 0.5 * 0.5**0.5) / 0.5**0.5
    assert at(STEP, *P[:2], **numbers) == pytest.approx(0.7**0.5 * belief + 0.3**0.5 * 0.5, rel=1e-14)
    gap = at(FLOW_STEP - STEP, *P[:2], **numbers)
    assert gap == pytest.approx(0.7**0.5 * ((3 / 7) ** 0.5 - 1) ** 2 / 2 * 0.5, rel=1e-12)
    assert gap > 0
    assert not STEP.has(x_0)
