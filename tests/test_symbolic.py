"""The derivations: every residual is the literal 0, and none survives a changed coefficient."""

import mpmath
import numpy as np
import pytest
import sympy as sp

import ddim_lab as dl
from ddim_lab.symbolic import numeric, posterior, undetermined
from ddim_lab.symbolic.derivation import Derivation, equations, given, left, right
from ddim_lab.symbolic.symbols import a, at, at_last, b, eta, k, m, reduced, sigma, substituted

DERIVATIONS = {
    "undetermined": undetermined.derivation(),
    "negative root": undetermined.derivation(-1),
    "merging": undetermined.merging(),
    "bayes": posterior.bayes(),
    "matching": posterior.matching(),
    "bound": posterior.bound(),
}
P = (0.5, 0.7, 0.1)  # alpha_bar_t, alpha_bar_prev, sigma


@pytest.mark.parametrize("name", DERIVATIONS)
def test_every_residual_is_the_literal_zero(name):
    derivation = DERIVATIONS[name]
    for step, residuals in zip(derivation.steps, derivation.residuals, strict=True):
        assert all(value is sp.S.Zero for value in residuals), (step.name, residuals)
        assert bool(residuals) == (step.rule is not given), step.name
    assert [step.rule is given for step in derivation.steps] == [True] + [False] * (len(derivation.steps) - 1)


def slips() -> list:
    """Each right side of each checked step with one of its terms doubled, or with a term added where it is 0."""
    found = []
    for name, derivation in DERIVATIONS.items():
        for number, step in enumerate(derivation.steps):
            for index, equation in enumerate(step.equations if step.rule is not given else ()):
                terms = sp.Add.make_args(right(equation))
                for term in terms:
                    wrong = sp.Add(right(equation), term if term != 0 else sp.S.One)
                    found.append(pytest.param(derivation, number, index, wrong, id=f"{name}-{number}-{index}-{term}"))
    return found


@pytest.mark.parametrize(("derivation", "number", "index", "wrong"), slips())
def test_a_changed_coefficient_is_noticed_in_its_own_step(derivation: Derivation, number, index, wrong):
    before = derivation.steps[number - 1]
    slipped = derivation.with_slip(number, index, wrong).steps[number]
    rest = slipped.rule(before.equations, slipped.equations)
    # numbers suffice to show that something is not 0, and are quicker than simplifying it
    symbols = sorted(set().union(*(value.free_symbols for value in rest)), key=str)
    values = {symbol: sp.Rational(1, 3 + 2 * i) for i, symbol in enumerate(symbols)} | {a: sp.Rational(1, 2)}
    values |= {b: sp.Rational(7, 10), sigma: sp.Rational(1, 10)}
    assert any(abs(sp.N(value.subs(values))) > 1e-6 for value in rest)


def test_a_slip_makes_the_whole_derivation_fail():
    derivation = DERIVATIONS["undetermined"]
    assert derivation.holds
    assert not derivation.with_slip(-1, 1, 2 * derivation.result[m]).holds
    assert not derivation.with_slip(4, 1, m).holds  # in the middle: the right end does not hide it


@pytest.mark.parametrize("sign", [1, -1])
def test_both_roots_meet_both_conditions_and_nothing_else_does(sign):
    found = undetermined.solution(sign)
    assert [reduced(value) for value in undetermined.remainders(found)] == [0, 0]
    for unknown in (k, m):
        changed = undetermined.remainders({**found, unknown: found[unknown] * sp.Rational(11, 10)})
        assert any(reduced(value) != 0 for value in changed)
    roots = sp.solve(left(undetermined.VARIANCE_CONDITION) - right(undetermined.VARIANCE_CONDITION), m)
    assert len(roots) == 2  # SymPy's own solver finds no third, and the same two
    assert any(reduced(root - found[m]) == 0 for root in roots)


def test_a_step_of_no_length_leaves_the_picture_alone_only_with_the_positive_root():
    assert undetermined.short_step(1) == {k: 0, m: 1}
    assert undetermined.short_step(-1) == {k: 2 * sp.sqrt(a), m: -1}


def test_the_ellipse_is_the_variance_condition():
    angle = sp.Symbol("theta", real=True)
    point = undetermined.ellipse(angle)
    assert sp.simplify(undetermined.remainders(point)[1]) == 0
    assert sp.simplify(undetermined.remainders({**point, sigma: 2 * point[sigma]})[1]) != 0


def test_moments_against_integrals():
    from ddim_lab.symbolic.symbols import eps, x_0, z

    def expectation(of):  # each power integrated against the normal density by itself
        total = sp.S.Zero
        for (i, j), factor in sp.Poly(sp.expand(of), eps, z).terms():
            parts = (
                sp.integrate(noise**power * sp.exp(-(noise**2) / 2) / sp.sqrt(2 * sp.pi), (noise, -sp.oo, sp.oo))
                for noise, power in ((eps, i), (z, j))
            )
            total += factor * sp.Mul(*parts)
        return total

    expression = 3 * x_0 + 2 * eps - 5 * z
    mean, variance = undetermined.moments(expression)
    assert mean == expectation(expression) == 3 * x_0
    assert variance == sp.expand(expectation(expression**2) - mean**2) == 29


def test_values_at_the_point_of_the_texts():
    found = undetermined.solution()
    assert at(found[m], *P[:2], sigma=P[2]) == pytest.approx(0.761577, abs=5e-7)
    assert at(found[k], *P[:2], sigma=P[2]) == pytest.approx(0.298143, abs=1e-6)
    assert at(posterior.POSTERIOR_VARIANCE, *P[:2]) == pytest.approx(0.171429, abs=5e-7)
    with pytest.raises(ValueError, match="sigma"):
        at(found[m], *P[:2])


def test_eta_one_is_the_ddpm_posterior_and_sigma_is_the_only_one():
    at_one = {eta: 1}
    k_one, m_one, sigma_one = (substituted(value, at_one) for value in numeric.formulas())
    assert reduced(k_one - posterior.POSTERIOR_K) == 0
    assert reduced(m_one - posterior.POSTERIOR_M) == 0
    assert reduced(sigma_one**2 - posterior.POSTERIOR_VARIANCE) == 0
    assert reduced(substituted(numeric.formulas()[1], {eta: sp.Rational(1, 2)}) - posterior.POSTERIOR_M) != 0
    # w = q/p is eta = 1, w = 0 is DDIM
    from ddim_lab.symbolic.symbols import RATIOS, p, q, w

    assert sp.simplify(reduced(sigma**2 - posterior.POSTERIOR_VARIANCE).subs(w, q / p)) == 0
    assert RATIOS[sigma].subs(w, 0) == 0


def test_the_bound_is_where_nothing_of_x_t_is_left():
    sigma_there = substituted(posterior.sigma_of_eta(), {eta: posterior.eta_max()})
    assert reduced(sigma_there**2 - (1 - b)) == 0
    assert reduced(substituted(undetermined.ROOT, {sigma: sigma_there})) == 0
    assert at(posterior.eta_max(), *P[:2]) == pytest.approx(dl.eta_max(*P[:2]), rel=1e-14)


def test_the_last_transition_is_the_belief_itself():
    found = undetermined.solution()
    assert (at_last(found[k]), at_last(found[m])) == (1, 0)
    assert at_last(posterior.sigma_of_eta()) == 0
    assert [at_last(value) for value in undetermined.remainders(found)] == [0, 0]


@pytest.mark.parametrize("kind", dl.NoiseSchedule.KINDS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.77, 0.99])
def test_fifty_digits_against_the_code(kind, share):
    """`share` of the bound; where it is infinite (b = 1) eta is `share` itself."""
    derived, alpha_bar = numeric.evaluator(50), dl.NoiseSchedule.named(kind, 1000).alpha_bar
    rng = np.random.default_rng(0)
    pairs = {(0, 1), (0, 1000), (999, 1000), (1, 2)}
    pairs |= {tuple(sorted(rng.choice(1001, 2, replace=False).tolist())) for _ in range(40)}
    for t_prev, t in pairs:
        low, high = float(alpha_bar[t]), float(alpha_bar[t_prev])
        if 1 - low / high < 1e-6:
            continue
        bound = float(dl.eta_max(low, high))
        at_eta = share * (bound if np.isfinite(bound) else 1.0)
        coded = dl.coefficients(low, high, at_eta)
        for exact, value in zip(derived(low, high, at_eta), (coded.k, coded.m, coded.sigma), strict=True):
            assert abs(exact - mpmath.mpf(float(value))) <= 1e-9, (t, t_prev, at_eta)


def test_close_levels_too():
    derived = numeric.evaluator(50)
    for level in (1e-4, 0.3, 0.9, 0.9999):
        low = level * (1 - 1e-6)
        for at_eta in (0.0, 1.0):
            coded = dl.coefficients(low, level, at_eta)
            pairs = zip(derived(low, level, at_eta), (coded.k, coded.m, coded.sigma), strict=True)
            assert max(abs(float(exact - mpmath.mpf(value))) for exact, value in pairs) <= 1e-9


def test_derivations_render_every_step_and_what_is_left_over():
    for derivation in DERIVATIONS.values():
        text = derivation._repr_markdown_()
        assert text.count("$$") == 2 * len(derivation.steps)
        assert text.count("what is left over is") == len(derivation.steps) - 1
    slipped = DERIVATIONS["bound"].with_slip(-1, 0, b)
    assert "$0$" not in slipped._repr_markdown_().split("**3.")[1]


def test_equations_stay_as_written():
    (one,) = equations((m, m))
    assert isinstance(one, sp.Eq)
