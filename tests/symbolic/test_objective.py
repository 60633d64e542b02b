"""J_sigma = L_gamma + C: the divergence, the weights, the constant, and the factors that are easily dropped."""

import pytest
import sympy as sp

from ddim_lab.symbolic import divergence, objective, objective_weights, posterior, undetermined
from ddim_lab.symbolic.moments import expectation
from ddim_lab.symbolic.objective_weights import GAMMA, GAMMA_1, PAPER_WEIGHT, eps_hat, sigma_1, x0_hat
from ddim_lab.symbolic.symbols import a, at, at_last, b, eps, k, reduced, sigma, substituted, x_0, x_prev, z
from tests.symbolic.perturbed import P


def test_the_divergence_is_the_integral():
    """The definition itself, integrated by SymPy: int q log(q/p) over all x."""
    logs = (-((x_prev - mean) ** 2) / (2 * divergence.V) for mean in (divergence.MU_Q, divergence.MU_P))
    y = sp.Symbol("y", real=True)  # x_prev = mu_q + sqrt(v) y
    log_ratio = sp.expand((next(logs) - next(logs)).subs(x_prev, divergence.MU_Q + sp.sqrt(divergence.V) * y))
    bell = sp.exp(-(y**2) / 2) / sp.sqrt(2 * sp.pi)
    powers = sp.Poly(log_ratio, y).terms()
    integral = sum(factor * sp.integrate(y**power * bell, (y, -sp.oo, sp.oo)) for (power,), factor in powers)
    assert sp.simplify(integral - divergence.kl().result[divergence.D]) == 0


def test_values_at_the_point_of_the_texts():
    assert at(GAMMA, P[0], P[1], sigma=P[2]) == pytest.approx(4.4445, abs=5e-5)
    assert at(PAPER_WEIGHT, P[0], P[1], sigma=P[2]) == pytest.approx(100)
    assert at(GAMMA_1, P[0], P[1], sigma_1=P[2]) == pytest.approx(50)
    dropped = substituted(k**2 * (1 - a), {k: undetermined.solution()[k]})
    assert at(dropped, P[0], P[1], sigma=P[2]) == pytest.approx(0.044445, abs=1e-6)


def test_what_is_derived_is_what_others_import():
    assert objective_weights.weight().result[objective_weights.gamma_t] == GAMMA
    assert objective_weights.first_weight().result[objective_weights.gamma_1] == GAMMA_1
    # at b = 1 nothing of x_t is left, and the weight of t >= 2 becomes that of the likelihood
    assert sp.simplify(GAMMA.subs(b, 1).subs(sp.sqrt(-(sigma**2)), 0).subs(sigma, sigma_1) - GAMMA_1) == 0
    assert at_last(objective_weights.GAP - sp.sqrt((1 - a) / a)) == 0


def test_eta_one_has_the_weight_of_ddpm():
    at_one = substituted(GAMMA, {sigma: posterior.sigma_of_eta().subs(sp.Symbol("eta", nonnegative=True), 1)})
    alpha, beta, variance = a / b, 1 - a / b, posterior.POSTERIOR_VARIANCE
    assert reduced(at_one - beta**2 / (2 * variance * alpha * (1 - a))) == 0


def test_the_weight_grows_beyond_all_bounds_as_sigma_vanishes():
    numbers = {a: sp.Rational(1, 2), b: sp.Rational(7, 10)}
    assert sp.limit(GAMMA.subs(numbers), sigma, 0) == sp.oo
    assert (
        reduced(sp.limit(2 * sigma**2 * GAMMA, sigma, 0) - objective_weights.noise_free().result[objective_weights.J])
        == 0
    )


def test_the_constant_does_not_hold_the_network():
    constants = objective_weights.C_FIRST, objective.top().result[objective.C_T]
    for constant in (*constants, objective.objective().result[objective.C]):
        assert not constant.has(eps_hat, x0_hat, objective.error)


def test_the_papers_weight_comes_about_by_two_wrong_steps():
    wrong = objective_weights.as_in_the_paper()
    assert not wrong.holds
    assert [all(value == 0 for value in values) for values in wrong.residuals] == [True, False, False, True]
    assert wrong.result[objective_weights.J] == PAPER_WEIGHT * (eps - eps_hat) ** 2


def test_the_whole_statement_for_two_steps():
    """T = 2, from the densities and without the theorems, for a network that says c x_2 and d: all of J - L is C."""
    noise = sp.sqrt(1 - b - sigma**2) * eps + sigma * z  # what x_1 has beyond sqrt(b) x_0
    high, low = sp.sqrt(a) * x_0 + sp.sqrt(1 - a) * eps, sp.sqrt(b) * x_0 + noise
    c, d = sp.symbols("c d", real=True)
    predicted = {high: c * high, low: d}
    belief_2 = (high - sp.sqrt(1 - a) * predicted[high]) / sp.sqrt(a)
    belief_1 = (low - sp.sqrt(1 - b) * predicted[low]) / sp.sqrt(b)
    found = undetermined.solution()
    top = -(eps**2) / 2 - sp.log(1 - a) / 2 + high**2 / 2
    middle = ((sigma * z + found[k] * (x_0 - belief_2)) ** 2 - (sigma * z) ** 2) / (2 * sigma**2)
    likelihood = (x_0 - belief_1) ** 2 / (2 * sigma_1**2) + objective_weights.C_FIRST
    J = sum(expectation(term) for term in (top, middle, likelihood))
    gamma_1 = substituted(GAMMA_1, {a: b})
    L = GAMMA * expectation((eps - predicted[high]) ** 2)
    L += gamma_1 * expectation((noise / sp.sqrt(1 - b) - predicted[low]) ** 2)
    C = objective.top().result[objective.C_T] + objective_weights.C_FIRST
    precise = {sigma_1: 1 / sp.Symbol("h", positive=True)}  # so that all but a, b and sigma stand in a polynomial
    assert reduced(sp.expand(substituted(J - L - C, precise))) is sp.S.Zero
    numbers = {one: sp.Rational(1, 3 + i) for i, one in enumerate((c, d, x_0, sigma_1))}
    numbers |= {a: sp.Rational(1, 2), b: sp.Rational(7, 10), sigma: sp.Rational(1, 10)}
    assert abs(sp.N((J - L - C + d).subs(numbers))) > 1e-3
