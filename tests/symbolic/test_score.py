"""The noise is the score: for a Gaussian, for a mixture, for all data; and the belief that follows."""

import pytest
import sympy as sp

from ddim_lab.symbolic import score
from ddim_lab.symbolic.derivation import right
from ddim_lab.symbolic.score import BELLS, EPS_STAR, MEANS, SCORE, SPREAD, SPREADS, WEIGHTS, mu, s
from ddim_lab.symbolic.symbols import a, at, eps, reduced, substituted, x_0, x_t
from tests.symbolic.perturbed import assert_noticed


def test_what_is_derived_is_what_others_import():
    assert score.gaussian().result[score.E] == EPS_STAR
    assert score.gaussian_score().steps[1].equations[0].rhs == SCORE


def test_the_mean_noise_is_the_integral():
    """int (eps - E) p(eps, x_t) d eps = 0: the integrand is the slope of -u p, and p is 0 at both ends."""
    log_joint = -(eps**2 + (x_t - sp.sqrt(a) * mu - sp.sqrt(1 - a) * eps) ** 2 / (a * s**2)) / 2
    u = a * s**2 / SPREAD
    assert sp.simplify(eps - EPS_STAR + u * sp.diff(log_joint, eps)) == 0
    assert sp.simplify(eps - 2 * EPS_STAR + u * sp.diff(log_joint, eps)) != 0


def test_the_belief_for_gaussian_data_is_the_regression_of_x_0_on_x_t():
    covariance, variance = sp.sqrt(a) * s**2, SPREAD
    expected = mu + covariance / variance * (x_t - sp.sqrt(a) * mu)
    assert reduced(score.tweedie().result[score.x0_hat] - expected) is sp.S.Zero


def test_a_mixture_of_equal_parts_is_one_gaussian():
    same = {MEANS[0]: mu, MEANS[1]: mu, SPREADS[0]: SPREAD, SPREADS[1]: SPREAD}
    assert sp.simplify(substituted(score.mixture_eps(), same) - EPS_STAR) == 0
    assert not score.mixture_eps().has(*BELLS)


def test_a_point_is_left_with_the_noise_itself():
    """s = 0: x_t says all about eps."""
    exact = EPS_STAR.subs(s, 0).subs(x_t, sp.sqrt(a) * x_0 + sp.sqrt(1 - a) * eps).subs(mu, x_0)
    assert sp.simplify(exact - eps) == 0


@pytest.mark.parametrize("number", [1, 2])
def test_an_integral_over_other_data_is_not_the_same(number):
    """Over half of the data, and without an integral at all: neither follows from the integral over all data."""
    right_one = score.any_data()
    index, stated = next((i, one) for i, one in enumerate(right_one.steps[number].equations) if one.has(sp.Integral))
    integral = right(stated)
    half = integral.xreplace({sp.Tuple(x_0, -sp.oo, sp.oo): sp.Tuple(x_0, 0, sp.oo)})
    for wrong in (half, integral.replace(sp.Integral, lambda integrand, _: integrand)):
        assert wrong != integral
        assert_noticed(right_one, number, index, wrong)


def test_values():
    """N(.3, .25) at a = .5, x_t = 1: v = .625, by hand."""
    numbers = {"s": 0.5, "mu": 0.3, "x_t": 1.0}
    assert at(EPS_STAR, 0.5, 1.0, **numbers) == pytest.approx(0.5**0.5 * (1 - 0.3 * 0.5**0.5) / 0.625, rel=1e-14)
    assert at(SCORE, 0.5, 1.0, **numbers) == pytest.approx(-(1 - 0.3 * 0.5**0.5) / 0.625, rel=1e-14)
    assert score.MIXTURE.has(*WEIGHTS)
