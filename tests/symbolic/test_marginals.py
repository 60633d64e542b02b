"""The marginals do not depend on sigma: against quadrature, and against the recursion of mean and variance."""

import itertools

import mpmath
import numpy as np
import pytest
import sympy as sp

import ddim_lab as dl
from ddim_lab.symbolic import marginals
from ddim_lab.symbolic.marginals import D, V_t, mu_t, phi, u
from ddim_lab.symbolic.moments import MEAN, VARIANCE
from ddim_lab.symbolic.symbols import LAST, a, b, m, reduced, sigma, substituted, x_0, x_prev
from ddim_lab.symbolic.undetermined import solution
from tests.symbolic.perturbed import P

CLEAN = 0.4


def normal(x, mean, variance):
    return mpmath.exp(-((x - mean) ** 2) / (2 * variance)) / mpmath.sqrt(2 * mpmath.pi * variance)


@pytest.mark.parametrize("noise", [0.1, 0.4, 0.3**0.5])
@pytest.mark.parametrize("x", [-1.1, 0.2])
def test_the_density_is_the_quadrature_of_the_product(noise, x):
    low, high = P[:2]
    eta = noise / float(dl.coefficients(low, high, 1.0).sigma)
    c = dl.coefficients(low, high, min(eta, dl.eta_max(low, high)))

    def product(x_t):
        return normal(x, c.k * CLEAN + c.m * x_t, noise**2) * normal(x_t, low**0.5 * CLEAN, 1 - low)

    expected = mpmath.quad(product, np.linspace(-7, 7, 15).tolist())
    found = marginals.integral().result[D].subs({b: high, x_prev: x, x_0: CLEAN})
    assert float(found) == pytest.approx(float(expected), rel=1e-9)
    assert not marginals.integral().result[D].has(sigma)


def test_the_characteristic_function_is_the_quadrature_too_without_fresh_noise():
    low, high, at_u = *P[:2], 0.9
    c = dl.coefficients(low, high, 0.0)
    expected = mpmath.quad(
        lambda x_t: mpmath.expj(at_u * (c.k * CLEAN + c.m * x_t)) * normal(x_t, low**0.5 * CLEAN, 1 - low),
        np.linspace(-7, 7, 15).tolist(),
    )
    found = complex(marginals.every_case().result[phi].subs({b: high, x_0: CLEAN, u: at_u}))
    assert found == pytest.approx(complex(expected), rel=1e-9)


def test_both_densities_agree_and_the_last_transition_is_a_point():
    assert marginals.integral().result[D] == marginals.without_noise().result[D]
    assert marginals.every_case().case(LAST).result[phi] == sp.exp(sp.I * u * x_0)


def test_sigma_for_sigma_squared_leaves_the_wrong_variance():
    """The kernel's covariance written sigma instead of sigma^2: .39 instead of .30 at P."""
    found = m**2 * (1 - a) + sigma
    wrong = substituted(found, solution())
    assert float(wrong.subs({a: P[0], b: P[1], sigma: P[2]})) == pytest.approx(0.39, abs=1e-9)
    assert reduced(wrong - (1 - b)) != 0


def test_a_wrong_start_is_handed_on_as_the_second_step_says():
    """x_T from N(0, 1), T = 250: the error of mean and variance after any number of transitions is a product of m."""
    schedule = dl.NoiseSchedule.linear(T=250)
    tau = (0, *dl.spacing.trailing(250, 7).tolist())
    mean, variance, kept = 0.0, 1.0, 1.0
    top = float(schedule.alpha_bar[tau[-1]])
    off = 0.0 - top**0.5 * CLEAN, 1.0 - (1 - top)
    for t_prev, t in reversed(list(itertools.pairwise(tau[1:]))):
        low, high = float(schedule.alpha_bar[t]), float(schedule.alpha_bar[t_prev])
        c = dl.coefficients(low, high, 0.7)
        mean, variance, kept = c.k * CLEAN + c.m * mean, c.m**2 * variance + c.sigma**2, kept * c.m
        assert mean - high**0.5 * CLEAN == pytest.approx(kept * off[0], abs=1e-13)
        assert variance - (1 - high) == pytest.approx(kept**2 * off[1], abs=1e-13)
    handed_on = marginals.induction().steps[1].equations
    assert handed_on[0].rhs.has(m)
    assert handed_on[0].rhs.subs(mu_t, sp.sqrt(a) * x_0) == 0
    assert handed_on[1].rhs.subs(V_t, 1 - a) == 0
    assert set(marginals.induction().result) == {MEAN, VARIANCE}
