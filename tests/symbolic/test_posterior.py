"""The DDPM's posterior, sigma(eta), and the bound of eta."""

import pytest
import sympy as sp

import ddim_lab as dl
from ddim_lab.symbolic import numeric, posterior, undetermined
from ddim_lab.symbolic.symbols import RATIOS, at, at_last, b, eta, p, q, reduced, sigma, substituted, w
from tests.symbolic.perturbed import P


def test_eta_one_is_the_ddpm_posterior_and_sigma_is_the_only_one():
    at_one = {eta: 1}
    k_one, m_one, sigma_one = (substituted(value, at_one) for value in numeric.formulas())
    assert reduced(k_one - posterior.POSTERIOR_K) == 0
    assert reduced(m_one - posterior.POSTERIOR_M) == 0
    assert reduced(sigma_one**2 - posterior.POSTERIOR_VARIANCE) == 0
    assert reduced(substituted(numeric.formulas()[1], {eta: sp.Rational(1, 2)}) - posterior.POSTERIOR_M) != 0
    # w = q/p is eta = 1, w = 0 is DDIM
    assert sp.simplify(reduced(sigma**2 - posterior.POSTERIOR_VARIANCE).subs(w, q / p)) == 0
    assert RATIOS[sigma].subs(w, 0) == 0


def test_the_bound_is_where_nothing_of_x_t_is_left():
    sigma_there = substituted(posterior.sigma_of_eta(), {eta: posterior.eta_max()})
    assert reduced(sigma_there**2 - (1 - b)) == 0
    assert reduced(substituted(undetermined.ROOT, {sigma: sigma_there})) == 0
    assert at(posterior.eta_max(), *P[:2]) == pytest.approx(dl.eta_max(*P[:2]), rel=1e-14)


def test_value_at_the_point_of_the_texts_and_at_the_last_transition():
    assert at(posterior.POSTERIOR_VARIANCE, *P[:2]) == pytest.approx(0.171429, abs=5e-7)
    assert at_last(posterior.sigma_of_eta()) == 0
