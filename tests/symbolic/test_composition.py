"""Two deterministic steps and one long step."""

import pytest
import sympy as sp

from ddim_lab.symbolic import composition
from ddim_lab.symbolic.composition import GAIN, REST, D, a_1, a_2, a_3, data_s, eps_mid
from ddim_lab.symbolic.symbols import RATIOS, at, chain_a, eps, reduced, substituted, x_prev
from tests import oracles

LEVELS = {"a_1": 0.7, "a_2": 0.5, "a_3": 0.3}


def rest():
    """What two steps give beyond the long one, in Gaussian data: the factor of what x_t has beyond its mean."""
    result = composition.counterexample().steps[1].equations
    return substituted(result[0].rhs, {one.lhs: one.rhs for one in result[1:]})


def test_the_rest_is_zero_only_for_equal_noises():
    two = composition.two_steps().steps[1].equations[0].rhs
    assert two.subs(eps_mid, eps) - composition.LONG == 0
    assert reduced(sp.diff(two, eps_mid) - REST) is sp.S.Zero
    factor = sp.simplify(substituted(REST, {one: RATIOS[one] for one in chain_a}) / sp.sqrt(a_1))
    assert factor != 0
    assert sp.simplify(REST.subs(a_2, a_1)) == 0, "0 only for a second step of no length"
    assert x_prev not in REST.free_symbols


def test_the_counterexample_in_numbers():
    """Data N(.3, .5^2), levels .3, .5, .7: gains by the closed form of another file."""
    values = LEVELS | {"s": 0.5}
    gain = oracles.gain
    expected = gain(0.3, 0.5, 0, 0.5) * gain(0.5, 0.7, 0, 0.5) - gain(0.3, 0.7, 0, 0.5)
    assert at(rest(), 0.5, 0.7, **values) == pytest.approx(expected, rel=1e-12)
    assert expected == pytest.approx(0.021544, abs=1e-6)
    assert at(GAIN, 0.5, 0.7, s=0.5) == pytest.approx(gain(0.5, 0.7, 0, 0.5), rel=1e-14)


def test_a_point_mass_is_no_counterexample():
    assert rest().subs(data_s, 0) == 0


def test_the_rest_is_above_zero_for_every_width_and_all_levels():
    """In squared noise-to-signal ratios both brackets are differences of roots of sums of positive numbers."""
    x, y, z = sp.symbols("x y z", positive=True)  # x, x + y, x + y + z are the squared ratios of a_1, a_2, a_3
    levels = {a_1: 1 / (1 + x), a_2: 1 / (1 + x + y), a_3: 1 / (1 + x + y + z)}
    for upper, lower, cross in ((a_2, a_1, composition._CROSS_1), (a_3, a_2, composition._CROSS_2)):
        square_gap = lower * (1 - upper) - upper * (1 - lower)  # of the two terms of a bracket
        assert sp.factor(substituted(square_gap, levels)).is_positive
        assert sp.simplify(cross - (sp.sqrt(lower * (1 - upper)) - sp.sqrt(upper * (1 - lower)))) == 0
    assert composition.counterexample().result[D].has(data_s)
