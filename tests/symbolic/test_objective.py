"""J_sigma = L_gamma + C: the divergence, the weights, the constant, and the factors that are easily dropped."""

import pytest
import sympy as sp
from sympy.core.function import AppliedUndef

from ddim_lab.symbolic import divergence, objective, objective_weights, posterior, subsequences, undetermined
from ddim_lab.symbolic.derivation import right
from ddim_lab.symbolic.moments import expectation
from ddim_lab.symbolic.objective_weights import GAMMA, GAMMA_1, PAPER_WEIGHT, eps_hat, sigma_1, x0_hat
from ddim_lab.symbolic.symbols import a, at, at_last, b, chain_a, eps, k, reduced, sigma, substituted, x_0, x_prev, z
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


HIGH, LOW, OUT = a, b, chain_a[0]  # the levels of t = 2, t = 1 and of a step left out
c, d, r = sp.symbols("c d r", real=True)  # the network says c x_2, d and, for the step left out, r x


def at_level(level: sp.Expr, noise: sp.Expr = eps) -> sp.Expr:
    return sp.sqrt(level) * x_0 + sp.sqrt(1 - level) * noise


def belief(picture: sp.Expr, level: sp.Expr, predicted: sp.Expr) -> sp.Expr:
    return (picture - sp.sqrt(1 - level) * predicted) / sp.sqrt(level)


LATER = (sp.sqrt(1 - LOW - sigma**2) * eps + sigma * z) / sp.sqrt(1 - LOW)  # the noise of x_1
SAID = {2: (at_level(HIGH), eps, c * at_level(HIGH)), 1: (at_level(LOW, LATER), LATER, d)}  # picture, noise, prediction


def two_steps() -> sp.Expr:
    """J for T = 2, from the densities and without the theorems, for a network that says c x_2 and d."""
    (high, _, at_2), (low, _, at_1) = SAID[2], SAID[1]
    found = undetermined.solution()
    top = -(eps**2) / 2 - sp.log(1 - a) / 2 + high**2 / 2
    miss = sigma * z + found[k] * (x_0 - belief(high, HIGH, at_2))
    middle = (miss**2 - (sigma * z) ** 2) / (2 * sigma**2)
    likelihood = (x_0 - belief(low, LOW, at_1)) ** 2 / (2 * sigma_1**2) + sp.log(2 * sp.pi * sigma_1**2) / 2
    return sum(expectation(term) for term in (top, middle, likelihood))


def left_out() -> sp.Expr:
    """What a step left out adds: the mean of log q(x | x_0) - log p(x_0 | x), from the densities."""
    picture = at_level(OUT)
    log_q = -(eps**2) / 2 - sp.log(2 * sp.pi * (1 - OUT)) / 2
    log_p = -((x_0 - belief(picture, OUT, r * picture)) ** 2) / (2 * sigma_1**2) - sp.log(2 * sp.pi * sigma_1**2) / 2
    return expectation(log_q - log_p)


def meant(stated: sp.Expr) -> sp.Expr:
    """`stated` for T = 2 (S = 2, and one step left out) with every weight, error and constant put in."""
    weights = {objective.gamma: {2: GAMMA, 1: GAMMA_1.subs(a, LOW)}, subsequences.gamma_out: {1: GAMMA_1.subs(a, OUT)}}
    errors = {t: expectation((noise - predicted) ** 2) for t, (_, noise, predicted) in SAID.items()}
    alone = subsequences.left_out_weight().result[objective_weights.C_1].subs(a, OUT)
    functions = weights | {
        objective.error: errors,
        subsequences.error_out: {1: expectation((eps - r * at_level(OUT)) ** 2)},
        subsequences.constant_out: {1: alone},
    }
    values = {name(at): value for name, by_time in functions.items() for at, value in by_time.items()}
    values |= {objective.C_T: objective.top().result[objective.C_T], objective_weights.C_1: objective_weights.C_FIRST}
    sums = stated.subs({objective.T: 2, subsequences.S: 2, subsequences.n: 1}).doit()
    return substituted(sums, values)


OBJECTIVES = [(objective.objective, two_steps()), (subsequences.objective_along_tau, two_steps() + left_out())]


@pytest.mark.parametrize(("derived", "J"), OBJECTIVES, ids=["full", "along tau"])
def test_the_derived_objective_is_that_of_the_densities(derived, J):
    """What the derivation ends with, not a copy of it: its L + C, all that its names stand for put in, is J."""
    result = derived().result
    rest = J - meant(result[objective.L]) - meant(result[objective.C])
    precise = {sigma_1: 1 / sp.Symbol("h", positive=True)}  # so that all but the levels and sigma is a polynomial
    assert reduced(sp.expand(sp.expand_log(substituted(rest, precise), force=True))) is sp.S.Zero
    numbers = {one: sp.Rational(1, 3 + i) for i, one in enumerate((c, d, r, x_0, sigma_1))}
    numbers |= {HIGH: sp.Rational(1, 2), LOW: sp.Rational(7, 10), OUT: sp.Rational(3, 5), sigma: sp.Rational(1, 10)}
    for slip in (2 * meant(result[objective.L]), d, meant(objective.C_T), meant(objective_weights.C_1)):
        assert abs(sp.N((rest + slip).subs(numbers))) > 1e-3


@pytest.mark.parametrize("derived", [objective.objective, subsequences.objective_along_tau], ids=["full", "along tau"])
def test_each_mean_is_that_of_its_theorem(derived):
    """Three times the weighed errors, in the step that takes the means and in the one after it: the first notices."""
    right_one = derived()
    for name in {one.func for one in right(right_one.steps[2].equations[0]).atoms(AppliedUndef)}:
        wrong = right_one
        for number, index in ((2, 0), (3, 1), (3, 2)):
            said = right(right_one.steps[number].equations[index])
            wrong = wrong.with_slip(number, index, said.replace(name, lambda at, name=name: 3 * name(at)))
        values = wrong.steps[2].rule(wrong.steps[1].equations, wrong.steps[2].equations)
        assert any(sp.expand(value) != 0 for value in values), name
