"""Every derivation of the catalogue that is said to hold: its steps are proved, and a slip in any of them is noticed.

What only one derivation says is tested in the file of its module.
"""

import pytest

from ddim_lab.symbolic import admissible, catalogue, chains, forward, marginals, nonmarkov, predictions, score
from ddim_lab.symbolic.symbols import BOUND, DDIM, LAST
from tests.symbolic.perturbed import (
    assert_equation_noticed,
    assert_noticed,
    assert_proved,
    assert_used,
    inner_slips,
    premises,
    slips,
)

LISTED = [  # those told again along tau are in test_subsequences
    catalogue.derivation(entry.key)
    for entry in catalogue.entries()
    if entry.holds and entry.make != "subsequences:listed_along_tau"
]
OF_A_CASE = [  # changed like the listed ones
    forward.induction().case(LAST),  # the base of the induction: t = 1
    predictions.update().case(DDIM),
    predictions.groupings().case(DDIM),
    predictions.split().case(DDIM),
]
AT_THE_BOUND = nonmarkov.bayes().case(BOUND)
PROVED_ONLY = [
    AT_THE_BOUND,
    *(one.case(case) for one in (marginals.every_case(), marginals.induction()) for case in (DDIM, LAST, BOUND)),
    chains.chain(1),
    chains.chain(2),
    chains.correlation().case(DDIM),
    chains.correlation().case(BOUND),
]
UNUSED = {  # premises whose change changes nothing
    *(f"{admissible.last_transition().title}-{number}-0" for number in (0, 1)),  # 0 doubled is 0
    f"{nonmarkov.markov_step().title}-0-0",  # the weight on x_0, which is 0 at this sigma
    *(f"{chains.correlation().title}-{one}" for one in ("0-0", "1-1")),  # means have no covariance
    # the height of a density does not change the slope of its logarithm
    f"{score.gaussian_score().title}-0-0",
    f"{score.mixture().title}-1-0",
    f"{score.mixture().title}-2-0",
}
PREMISES = premises([*LISTED, *OF_A_CASE, AT_THE_BOUND])


@pytest.mark.parametrize("derivation", [*LISTED, *OF_A_CASE, *PROVED_ONLY], ids=lambda one: one.title)
def test_every_residual_is_the_literal_zero(derivation):
    assert_proved(derivation)


@pytest.mark.parametrize(("derivation", "number", "index", "wrong"), slips([*LISTED, *OF_A_CASE]))
def test_a_changed_coefficient_is_noticed_in_its_own_step(derivation, number, index, wrong):
    assert_noticed(derivation, number, index, wrong)


@pytest.mark.parametrize(("derivation", "number", "index", "wrong"), inner_slips([*LISTED, *OF_A_CASE]))
def test_a_slip_within_either_side_is_noticed_too(derivation, number, index, wrong):
    assert_equation_noticed(derivation, number, index, wrong)


@pytest.mark.parametrize(("derivation", "index", "wrong"), [one for one in PREMISES if one.id not in UNUSED])
def test_a_changed_premise_is_noticed_too(derivation, index, wrong):
    assert_used(derivation, index, wrong)


@pytest.mark.parametrize(("derivation", "index", "wrong"), [one for one in PREMISES if one.id in UNUSED])
def test_a_premise_that_is_let_off_really_counts_for_nothing(derivation, index, wrong):
    with pytest.raises(AssertionError):
        assert_used(derivation, index, wrong)


def test_those_let_off_are_all_there():
    assert {one.id for one in PREMISES} >= UNUSED
