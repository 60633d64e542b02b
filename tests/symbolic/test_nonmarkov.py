"""The forward kernel of DDIM against Bayes' rule by quadrature, and the one sigma at which it is Markov."""

import mpmath
import numpy as np
import pytest
import sympy as sp

import ddim_lab as dl
from ddim_lab.symbolic import nonmarkov
from ddim_lab.symbolic.nonmarkov import FORWARD_MEAN, FORWARD_VARIANCE, ON_X_0, ON_X_PREV
from ddim_lab.symbolic.posterior import MU, POSTERIOR_VARIANCE, V
from ddim_lab.symbolic.symbols import BOUND, DDIM, DDPM, LAST, a, b, k, m, reduced, sigma, substituted, x_0, x_prev, x_t
from ddim_lab.symbolic.undetermined import solution
from tests.symbolic.perturbed import P

CLEAN, BEFORE = 0.4, -0.8


def normal(x, mean, variance):
    return mpmath.exp(-((x - mean) ** 2) / (2 * variance)) / mpmath.sqrt(2 * mpmath.pi * variance)


@pytest.mark.parametrize("noise", [0.1, 0.3, 0.5])
def test_mean_and_variance_are_ratios_of_integrals(noise):
    low, high = P[:2]
    numbers = {a: low, b: high, sigma: noise, x_0: CLEAN, x_prev: BEFORE}
    weights = {name: float(form.subs(numbers)) for name, form in solution().items()}

    def joint(x):
        return normal(BEFORE, weights[k] * CLEAN + weights[m] * x, noise**2) * normal(x, low**0.5 * CLEAN, 1 - low)

    points = np.linspace(-7, 7, 29).tolist()
    total, first, second = (mpmath.quad(lambda x, i=i: x**i * joint(x), points) for i in range(3))
    result = nonmarkov.bayes().result
    assert float(result[MU].subs(numbers)) == pytest.approx(float(first / total), rel=1e-8)
    assert float(result[V].subs(numbers)) == pytest.approx(float(second / total - (first / total) ** 2), rel=1e-7)


def test_the_markov_step_needs_the_weight_on_x_prev_and_not_that_on_x_0():
    step = nonmarkov.markov_step()
    assert not step.with_slip(0, 0, 2 * ON_X_PREV * x_prev + ON_X_0 * x_0).holds
    assert not step.with_slip(0, 1, 2 * FORWARD_VARIANCE).holds
    assert not step.with_slip(0, 2, 2 * DDPM.values[sigma]).holds
    assert step.with_slip(0, 0, ON_X_PREV * x_prev + 2 * ON_X_0 * x_0).holds  # twice 0


def test_x_0_drops_out_at_the_posterior_sigma_and_nowhere_else():
    assert reduced(substituted(ON_X_0, DDPM.values)) is sp.S.Zero
    assert reduced(substituted(ON_X_0, {sigma: 2 * DDPM.values[sigma]})) != 0
    here = {a: P[0], b: P[1]}
    ddpm = float(POSTERIOR_VARIANCE.subs(here)) ** 0.5
    weights = [float(ON_X_0.subs(here | {sigma: share * ddpm})) for share in (0.0, 0.5, 0.99, 1.01, 1.2)]
    assert weights == sorted(weights)
    assert weights[2] < 0 < weights[3]  # it changes sign there, once
    slope = sp.simplify(sp.diff(ON_X_0, sigma) / sigma)
    assert float(slope.subs(here | {sigma: P[2]})) > 0


def test_markov_step_is_the_forward_step_of_the_respaced_chain():
    schedule = dl.NoiseSchedule.linear()
    low, high = float(schedule.alpha_bar[500]), float(schedule.alpha_bar[480])
    kept = float(np.prod(1 - np.linspace(1e-4, 0.02, 1000)[480:500]))
    result = nonmarkov.markov_step().result
    assert float(result[V].subs({a: low, b: high})) == pytest.approx(1 - kept, rel=1e-10)
    assert float(result[MU].subs({a: low, b: high, x_prev: 1})) == pytest.approx(kept**0.5, rel=1e-10)


def test_the_extremes():
    """Without fresh noise: the same eps at both times. At the bound: the marginal, whatever x_prev is."""
    assert reduced(substituted(FORWARD_VARIANCE, DDIM.values)) is sp.S.Zero
    line = nonmarkov.without_noise().steps[2].equations[0].rhs
    assert reduced(line - substituted(FORWARD_MEAN, DDIM.values)) is sp.S.Zero
    assert reduced(substituted(FORWARD_MEAN, BOUND.values) - sp.sqrt(a) * x_0) is sp.S.Zero
    assert reduced(substituted(FORWARD_VARIANCE, BOUND.values) - (1 - a)) is sp.S.Zero
    assert substituted(ON_X_PREV, BOUND.values) == 0
    step = dl.coefficients(*P[:2], eta=0.0)
    there = step.k * CLEAN + step.m * 0.9
    assert float(line.subs({a: P[0], b: P[1], x_0: CLEAN, x_prev: there})) == pytest.approx(0.9, rel=1e-12)
    assert line.subs(x_0, x_prev).has(x_prev)
    assert nonmarkov.without_noise().steps[2].equations[0].lhs == x_t


def test_the_first_forward_step_is_the_markov_one_at_b_1():
    first, markov = nonmarkov.first().result, nonmarkov.markov_step().result
    for name in (MU, V):
        assert sp.simplify(substituted(markov[name], LAST.values) - first[name]) == 0
