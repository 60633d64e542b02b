"""The DDPM's forward process against products, quadrature and the sampler's own coefficients."""

import mpmath
import numpy as np
import pytest
import sympy as sp

import ddim_lab as dl
from ddim_lab.symbolic import forward
from ddim_lab.symbolic.forward import beta_1, beta_2
from ddim_lab.symbolic.moments import MEAN, VARIANCE
from ddim_lab.symbolic.symbols import a, at, b, eps, substituted, x_0, x_t
from tests.symbolic.perturbed import P


def test_the_variance_of_step_t_is_beta_t_and_not_the_one_before():
    """beta = (.1, .3): alpha_bar_2 is .63. With the index shifted, step 1 adds nothing and step 2 adds .1: .9."""
    values = {beta_1: sp.Rational(1, 10), beta_2: sp.Rational(3, 10)}
    mean, variance = (substituted(forward.two_steps().result[of], values) for of in (MEAN, VARIANCE))
    assert (mean / x_0) ** 2 == sp.Rational(63, 100) == 1 - variance
    shifted = {beta_1: 0, beta_2: sp.Rational(1, 10)}
    assert substituted(forward.two_steps().result[VARIANCE], shifted) == sp.Rational(1, 10)


def test_the_induction_is_what_the_schedule_multiplies_out():
    betas = np.array([0.01, 0.3, 0.002, 0.9, 0.05])
    levels = dl.NoiseSchedule.from_betas(betas).alpha_bar
    before = forward.induction().steps[2].equations[1].rhs  # the variance before it is written in a
    variance = 0.0  # at t = 0
    for t, beta in enumerate(betas, start=1):
        variance = float(before.subs({forward.beta_t: beta, b: 1 - variance}))
        assert variance == pytest.approx(1 - levels[t], rel=1e-12)


def test_every_form_of_the_weight_is_the_one_the_sampler_uses():
    for step in forward.posterior_weight().steps[1:]:
        form = step.equations[0].rhs
        assert at(form, *P[:2]) == pytest.approx(0.478091, abs=1e-6)
        assert at(form, *P[:2]) == pytest.approx(dl.coefficients(*P[:2], eta=1.0).k, rel=1e-13)
        assert at(form, 0.3, 1.0) == pytest.approx(1, rel=1e-13)  # the last transition


def test_the_posterior_mean_is_a_ratio_of_integrals():
    clean, noisy = 0.3, -0.7
    alpha_bar, alpha_bar_prev = P[:2]
    noise = (noisy - alpha_bar**0.5 * clean) / (1 - alpha_bar) ** 0.5
    ratio = alpha_bar / alpha_bar_prev

    def joint(x):
        step = (noisy - mpmath.sqrt(ratio) * x) ** 2 / (1 - ratio)
        return mpmath.exp(-(step + (x - mpmath.sqrt(alpha_bar_prev) * clean) ** 2 / (1 - alpha_bar_prev)) / 2)

    expected = mpmath.quad(lambda x: x * joint(x), [-8, 0, 8]) / mpmath.quad(joint, [-8, 0, 8])
    found = forward.posterior_mean().result[MEAN].subs({a: alpha_bar, b: alpha_bar_prev, eps: noise, x_t: noisy})
    assert float(found) == pytest.approx(float(expected), rel=1e-10)
