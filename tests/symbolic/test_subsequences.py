"""Steps visited: marginals along tau and beside it, the objective, and the derivations of one transition along tau."""

import pytest
import sympy as sp

from ddim_lab.symbolic import catalogue, objective_weights, posterior, subsequences, undetermined
from ddim_lab.symbolic.derivation import right
from ddim_lab.symbolic.objective_weights import GAMMA_1, eps_hat, gamma_1, x0_hat
from ddim_lab.symbolic.subsequences import TAU_NAMES, along_tau
from ddim_lab.symbolic.symbols import LAST, a, b, m, reduced, substituted
from tests.symbolic.perturbed import assert_noticed, assert_proved

TOLD_AGAIN = [entry for entry in catalogue.entries() if entry.make == "subsequences:listed_along_tau"]
ITEMS = {  # of one transition, by what they are about
    "k and m": {"k-and-m"},
    "the marginals": {"marginal-integral", "marginal-no-noise", "marginal-every-case", "marginal-induction"},
    "the DDPM": {"bayes", "matching"},
    "the forward process": {"kernel-bayes", "markov-point", "markov-step", "kernel-no-noise", "first-step"},
    "the weights": {"weight", "weight-1"},
}


def test_each_item_of_one_transition_is_listed_along_tau_for_the_same_numbers():
    assert {one for (one,) in (entry.arguments for entry in TOLD_AGAIN)} == set().union(*ITEMS.values())
    for entry in TOLD_AGAIN:
        assert entry.speaks_of == catalogue.find(entry.arguments[0]).speaks_of


@pytest.mark.parametrize("entry", TOLD_AGAIN, ids=lambda entry: entry.key)
def test_what_holds_for_one_transition_holds_along_tau(entry):
    told = catalogue.derivation(entry.key)
    assert_proved(told)
    held = set().union(*(right(one).free_symbols for step in told.steps for one in step.equations))
    assert held & set(TAU_NAMES.values())
    assert not held & set(TAU_NAMES)
    assert_noticed(told, len(told.steps) - 1, 0, 2 * right(told.steps[-1].equations[0]))
    assert r"\tau_i" in told._repr_markdown_()


def test_the_last_of_tau_too():
    for derivation in (subsequences.marginals(), subsequences.apart()):
        assert derivation.case(LAST).holds


def test_eta_one_with_skipping_is_the_ddpm_of_the_respaced_chain():
    """alpha along tau is alpha_bar_{tau_i} / alpha_bar_{tau_{i-1}}, not one step's alpha."""
    weight = along_tau(posterior.matching()).result[subsequences.TAU_NAMES.get(m, sp.Symbol("k", real=True))]
    level, before = TAU_NAMES[a], TAU_NAMES[b]
    assert sp.simplify(weight - sp.sqrt(before) * (1 - level / before) / (1 - level)) == 0


def test_the_weight_of_a_step_left_out_is_that_of_the_last_transition():
    assert subsequences.left_out_weight().result[gamma_1] == GAMMA_1 == objective_weights.GAMMA_1
    assert GAMMA_1.subs(a, sp.Rational(1, 2)).is_positive


def test_the_constants_do_not_hold_the_network():
    from ddim_lab.symbolic.objective import C, error
    from ddim_lab.symbolic.subsequences import error_out

    assert not subsequences.left_out_weight().result[objective_weights.C_1].has(eps_hat, x0_hat)
    assert not subsequences.objective_along_tau().result[C].has(error, error_out)


def test_with_no_step_left_out_the_objective_is_the_full_chains():
    from ddim_lab.symbolic import objective
    from ddim_lab.symbolic.subsequences import S, i, n

    L = subsequences.objective_along_tau().result[objective.L]
    full = objective.objective().result[objective.L]
    assert (L.subs({n: 0, S: 4}).doit() - full.subs(objective.T, 4).doit()).expand() == 0
    assert i not in L.free_symbols


def test_the_average_of_a_chain_kept_apart_is_no_accident_of_the_levels():
    """The covariance inside the chain is sqrt((1 - a)(1 - b - sigma^2)): 0 only where nothing of x_t is kept."""
    name = subsequences.apart().steps[-1].equations[0]
    assert reduced(right(name) - undetermined.ROOT * (1 - a)) is sp.S.Zero
    assert substituted(right(name), LAST.values) == 0
