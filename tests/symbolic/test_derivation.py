"""What all derivations stand on: steps that are checked, special cases, the rules, moments, and the test for 0."""

import pytest
import sympy as sp

from ddim_lab.symbolic import marginals, moments, posterior, predictions, undetermined
from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, given, integrated, put_in, squared
from ddim_lab.symbolic.symbols import BOUND, DDIM, LAST, RATIOS, a, b, eps, k, m, p, q, reduced, sigma, w, x_0, x_t, z
from ddim_lab.symbolic.vanishing import vanishes


def test_a_slip_makes_the_whole_derivation_fail():
    derivation = undetermined.derivation()
    assert derivation.holds
    assert not derivation.with_slip(-1, 1, 2 * derivation.result[m]).holds
    assert not derivation.with_slip(4, 1, m).holds  # in the middle: the right end does not hide it


def test_derivations_render_every_step_and_what_is_left_over():
    for derivation in (undetermined.derivation(), posterior.bound(), predictions.groupings(), marginals.integral()):
        text = derivation._repr_markdown_()
        assert text.count("$$") == 2 * len(derivation.steps)
        assert text.count("what is left over is") == len(derivation.steps) - 1
    slipped = posterior.bound().with_slip(-1, 0, b)
    assert "$0$" not in slipped._repr_markdown_().split("**3.")[1]


def test_names_with_an_index_become_formulas_and_densities_read_as_usual():
    text = marginals.integral()._repr_markdown_()
    assert r"$x_{\mathrm{prev}}$" in text
    assert "x_prev" not in text.replace(r"x_{\mathrm{prev}}", "")
    assert r"\frac{1}{\sqrt{2 \pi}} \frac{e^{" in text


def test_equations_stay_as_written():
    (one,) = equations((m, m))
    assert isinstance(one, sp.Eq)


def test_a_case_puts_its_values_into_every_equation_and_is_checked_anew():
    ddim = predictions.groupings().case(DDIM)
    assert ddim.holds
    assert "DDIM" in ddim.title
    assert not any(side.has(sigma) for step in ddim.steps for one in step.equations for side in one.args)
    assert ddim.result[m] == undetermined.ROOT.subs(sigma, 0)
    last = predictions.groupings().case(LAST)
    assert last.holds
    assert (last.result[k], last.result[m]) == (1, 0)
    assert not predictions.groupings().with_slip(1, 0, 2 * x_0).case(LAST).holds


def test_a_case_where_a_density_does_not_exist_fails_instead_of_passing():
    assert not marginals.integral().case(DDIM).holds
    assert not marginals.without_noise().case(LAST).holds
    assert marginals.every_case().case(LAST).holds


def two(rule, before, after):
    return Derivation("t", "-", (Step("1", "-", equations(*before)), Step("2", "-", equations(*after), rule)))


def test_put_in_takes_the_meaning_from_the_step_before():
    before = ((x_t, k * x_0 + m), (k, a * b))
    assert two(put_in(k), before, ((x_t, a * b * x_0 + m),)).holds
    assert not two(put_in(k), before, ((x_t, a * x_0 + m),)).holds
    assert not two(put_in(k), ((x_t, k * x_0 + m), (k, a)), ((x_t, a * b * x_0 + m),)).holds


def test_squared_squares_both_sides():
    assert two(squared, ((x_t, 2 * m),), ((x_t**2, 4 * m**2),)).holds
    assert not two(squared, ((x_t, 2 * m),), ((x_t**2, 2 * m**2),)).holds


def test_integrated_carries_the_integral_out():
    bell = sp.Integral(sp.exp(-(m**2)) * sp.exp(-((x_t - k) ** 2) / 2), (x_t, -sp.oo, sp.oo))
    name, value = (k, a * x_0), sp.sqrt(2 * sp.pi) * sp.exp(-(m**2))
    assert two(integrated, ((x_0, bell), name), ((x_0, value), name)).holds
    assert two(integrated, ((x_0, 3 * bell), name), ((x_0, 3 * value),)).holds
    assert not two(integrated, ((x_0, bell), name), ((x_0, 2 * value), name)).holds
    assert not two(integrated, ((x_0, bell), name), ((x_0, value), (k, b * x_0))).holds
    # a name that hides the variable is put in before, so it is not taken for a constant
    hidden = sp.Integral(sp.exp(-(k**2)), (x_t, -sp.oo, sp.oo))
    assert two(integrated, ((x_0, hidden), (k, x_t - m)), ((x_0, sp.sqrt(sp.pi)),)).holds


def test_moments_against_integrals():
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
    mean, variance = moments.moments(expression)
    assert mean == expectation(expression) == 3 * x_0
    assert variance == sp.expand(expectation(expression**2) - mean**2) == 29


def test_moments_of_more_than_two_noises_and_a_refusal():
    first, second, third = sp.symbols("e_1:4")
    assert moments.moments(2 * x_0 + 3 * first - second, (first, second, third)) == (2 * x_0, 10)
    assert moments.covariance(first + 2 * second, 5 * second + third, (first, second, third)) == 10
    with pytest.raises(ValueError, match="degree"):
        moments.expectation(eps**2 * z)
    with pytest.raises(ValueError, match="degree"):
        moments.covariance(eps**2, eps)


TRUE = [
    sp.sqrt((1 + p) * (p + q)) - sp.sqrt(1 + p) * sp.sqrt(p + q),
    1 / (1 - sp.sqrt(p)) - (1 + sp.sqrt(p)) / (1 - p),
    sp.exp(-((x_t - k) ** 2)) - sp.exp(-(x_t**2)) * sp.exp(2 * k * x_t) * sp.exp(-(k**2)),
    sp.sqrt(2 * sp.pi) * sp.sqrt(w) - 2 * sp.sqrt(sp.pi) * sp.sqrt(w) / sp.sqrt(2),
    sp.sqrt(p) ** 3 - p * sp.sqrt(p),
]


@pytest.mark.parametrize("expression", TRUE, ids=str)
def test_roots_and_exponentials_that_cancel_are_found_to_cancel(expression):
    split = expression.replace(lambda part: part.is_Pow and part.exp == sp.S.Half, sp.expand_power_base)
    assert reduced(expression) is sp.S.Zero
    assert vanishes(split)
    assert not vanishes(split + p / 1000)
    assert not vanishes(split * (1 + p) + sp.sqrt(p) / 1000)
    assert reduced(expression + sp.sqrt(p) / 1000) != 0


def test_the_ratios_reach_every_admissible_transition_and_only_those():
    """p, q, w of given a > 0, b > a, sigma^2 < 1 - b: found by solving, and inside their ranges."""
    level_a, level_b, noise = sp.Rational(1, 2), sp.Rational(7, 10), sp.Rational(1, 10)
    (found,) = sp.solve([RATIOS[a] - level_a, RATIOS[b] - level_b, RATIOS[sigma] ** 2 - noise**2], [p, q, w], dict=True)
    assert min(found[p], found[q], found[w]) > 0
    assert sp.simplify(1 - RATIOS[b] - RATIOS[sigma] ** 2).is_nonnegative
    assert (RATIOS[b] - RATIOS[a]).factor().is_positive
    assert (RATIOS[sigma].subs(w, 0), RATIOS[sigma].subs(p, 0)) == (0, 0)
    assert sp.limit(RATIOS[sigma] ** 2, w, sp.oo).equals(1 - RATIOS[b])
    assert BOUND.values[sigma] ** 2 == 1 - b


def test_given_checks_nothing_and_follows_checks_everything():
    assert two(given, ((x_t, m),), ((x_t, k),)).holds
    assert not two(follows(), ((x_t, m),), ((x_t, k),)).holds
