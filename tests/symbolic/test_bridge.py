"""What was proved, with 50 digits, against the code that takes the steps: coefficients, walks, weights, scores."""

import math

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab.exact import rules
from ddim_lab.model import loss
from ddim_lab.symbolic import numeric, objective_weights, ode, posterior, score
from ddim_lab.symbolic.symbols import a, b, eps, eta, sigma, substituted, x_prev, x_t
from tests import oracles

MU, S = 0.3, 0.5
LINEAR = dl.NoiseSchedule.linear()
DERIVED = numeric.evaluator(50)
STEP, FLOW_STEP, ENCODE_STEP = (
    numeric.function(one, start, eps, a, b)
    for one, start in ((ode.STEP, x_t), (ode.FLOW_STEP, x_t), (ode.ENCODE_STEP, x_prev))
)
EPS_STAR, SCORE = (numeric.function(one, x_t, a, score.mu, score.s) for one in (score.EPS_STAR, score.SCORE))
TAU = dl.spacing.trailing(1000, 10)


def levels() -> st.SearchStrategy[tuple[float, float]]:
    """(a, b) with 1 - a/b >= 1e-6 and 0 < a < b <= 1, the ends included."""
    b = st.one_of(st.just(1.0), st.floats(1e-9, 1.0), st.floats(-15, -0.1).map(lambda p: 1 - 10**p))
    beta = st.one_of(st.floats(1e-6, 0.999999), st.floats(-6, -0.01).map(lambda p: 10**p))
    pairs = st.tuples(b, beta).map(lambda one: (one[0] * (1 - one[1]), one[0]))
    return pairs.filter(lambda one: 0 < one[0] < one[1] and 1 - one[0] / one[1] >= 1e-6)


@given(pair=levels(), share=st.floats(0, 0.99))
@settings(max_examples=200)
def test_the_derived_k_m_sigma_are_those_of_the_code(pair, share):
    """`share` of the bound; on the last transition, which has none, of 1."""
    low, high = pair
    bound = dl.eta_max(low, high)
    at_eta = share * (bound if math.isfinite(bound) else 1.0)
    coded = dl.coefficients(low, high, at_eta)
    for proved, value in zip(DERIVED(low, high, at_eta), (coded.k, coded.m, coded.sigma), strict=True):
        assert abs(proved - mpmath.mpf(value)) <= 1e-9


@given(pair=levels(), x=st.floats(-4, 4), e=st.floats(-4, 4))
@settings(max_examples=100)
def test_the_ode_step_is_the_codes_step_at_eta_0(pair, x, e):
    low, high = pair
    state, noise = (torch.tensor([value], dtype=torch.float64) for value in (x, e))
    proved, coded = STEP(x, e, low, high), dl.step(state, noise, low, high).x_prev.item()
    assert abs(proved - coded) <= 1e-9 * max(1, abs(proved), 1 / math.sqrt(low))


def test_the_walk_down_is_the_ode_walked_with_the_derived_noise():
    ends = [-3.0, -0.2, 0.0, 1.7]
    x = torch.tensor(ends, dtype=torch.float64)
    steps = list(dl.sample(oracles.gaussian_denoiser(MU, S), x, LINEAR, TAU))
    for i, start in enumerate(ends):
        held = mpmath.mpf(start)
        for step in steps:
            low, high = float(LINEAR.alpha_bar[step.t]), float(LINEAR.alpha_bar[step.t_prev])
            held = STEP(held, EPS_STAR(held, low, MU, S), low, high)
            assert abs(held - step.x_prev[i].item()) <= 1e-9


def test_the_walk_up_is_the_derived_encoding():
    """Explicit: the noise is predicted at x_prev with the level of t."""
    ends = [-1.5, 0.0, 0.4]
    x = torch.tensor(ends, dtype=torch.float64)
    steps = list(dl.encode(oracles.gaussian_denoiser(MU, S), x, LINEAR, TAU))
    for i, start in enumerate(ends):
        held = mpmath.mpf(start)
        for step in steps:
            low, high = float(LINEAR.alpha_bar[step.t]), float(LINEAR.alpha_bar[step.t_prev])
            held = ENCODE_STEP(held, EPS_STAR(held, low, MU, S), low, high)
            assert abs(held - step.x_t[i].item()) <= 1e-9


def test_both_eulers_are_the_rules_of_the_exact_worlds():
    denoiser, pairs = oracles.gaussian_denoiser(MU, S), oracles.pairs(LINEAR.alpha_bar, TAU)
    for rule, proved in ((rules.euler_sigma_bar, STEP), (rules.euler_variance, FLOW_STEP)):
        start = torch.tensor([0.8], dtype=torch.float64)
        held = mpmath.mpf(0.8)
        for (low, high), coded in zip(pairs, rules.walk(denoiser, start, pairs, rule), strict=True):
            held = proved(held, EPS_STAR(held, low, MU, S), low, high)
            assert abs(held - coded.item()) <= 1e-9 * max(1, abs(held))


@pytest.mark.parametrize("level", [1e-4, 0.3, 0.5, 0.9999])
def test_noise_and_score_of_the_exact_worlds(level):
    x = torch.linspace(-3, 3, 13, dtype=torch.float64)
    world, mixture = dl.exact.Gaussian(MU, S), dl.exact.GaussianMixture([0.3, 0.7], [-0.8, 0.9], [0.2, 0.1])
    names = (*score.WEIGHTS, *score.MEANS, *score.SPREADS)
    mixture_eps = numeric.function(score.mixture_eps(), x_t, a, *names)
    parts = (0.3, 0.7, -0.8, 0.9, level * 0.2**2 + 1 - level, level * 0.1**2 + 1 - level)
    coded = (world.eps(x, level), world.score(x, level), mixture.eps(x, level), mixture.score(x, level))
    for i, at in enumerate(x.tolist()):
        mixed = mixture_eps(at, level, *parts)
        proved = (EPS_STAR(at, level, MU, S), SCORE(at, level, MU, S), mixed, -mixed / mpmath.sqrt(1 - level))
        for one, value in zip(proved, coded, strict=True):
            assert abs(one - value[i].item()) <= 1e-9 * max(1, abs(one))


def test_gamma_of_each_loss_turns_its_own_error_into_that_of_the_noise():
    """loss.gamma is the weight of eps^2: 1 for "simple"; E_v^2 = eps^2/a for "v"; min(SNR, 5) E_x^2 for "min-snr"."""
    result = objective_weights.three_errors().result
    error_x, error_v = (value.subs(eps, 1).subs(objective_weights.eps_hat, 0) ** 2 for value in result.values())
    of_x, of_v = numeric.function(error_x, a), numeric.function(error_v, a)
    grid = np.array([1e-4, 0.1, 0.5, 0.8, 0.85, 0.99, 0.9999])
    for level, simple, v, snr in zip(grid, *(loss.gamma(one, grid) for one in ("simple", "v", "min-snr")), strict=True):
        assert simple == pytest.approx(1, rel=1e-12)
        assert abs(of_v(level) - v) <= 1e-9 * v
        assert abs(min(mpmath.mpf(level) / (1 - mpmath.mpf(level)), 5) * of_x(level) - snr) <= 1e-9


def test_gamma_t_from_the_codes_own_coefficients():
    """gamma_t = k^2 (1 - a)/(2 sigma^2 a) with k and sigma as the sampler has them."""
    gamma = numeric.function(substituted(objective_weights.GAMMA, {sigma: posterior.sigma_of_eta()}), a, b, eta)
    for low, high in oracles.pairs(LINEAR.alpha_bar, dl.spacing.trailing(1000, 20))[:-1]:
        for at_eta in (0.2, 1.0):
            c = dl.coefficients(low, high, at_eta)
            coded = c.k**2 * (1 - low) / (2 * c.sigma**2 * low)
            assert abs(gamma(low, high, at_eta) - coded) <= 1e-9 * coded


def test_a_missing_symbol_is_named():
    with pytest.raises(ValueError, match="epsilon"):
        numeric.function(ode.STEP, x_t, a, b)
    pair = numeric.function((a + b, a * b), a, b, digits=30)(0.5, 0.25)
    assert pair == [mpmath.mpf(0.75), mpmath.mpf(0.125)]
