"""Every derivation of the catalogue that is said to hold: its steps are proved, and a slip in any of them is noticed.

What only one derivation says is tested in the file of its module.
"""

import pytest

from ddim_lab.symbolic import admissible, catalogue, chains, forward, marginals, nonmarkov, predictions, score
from ddim_lab.symbolic.symbols import BOUND, DDIM, LAST
from tests.symbolic.perturbed import assert_proved, inner_slips, premises, slips, unnoticed

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
SLIPPED = [*LISTED, *OF_A_CASE]

titled = {"ids": lambda derivation: derivation.title}


@pytest.mark.parametrize("derivation", [*SLIPPED, *PROVED_ONLY], **titled)
def test_every_residual_is_the_literal_zero(derivation):
    assert_proved(derivation)


@pytest.mark.slow
@pytest.mark.parametrize("derivation", SLIPPED, **titled)
def test_every_slip_is_noticed_in_its_own_step(derivation):
    """A changed coefficient, and a part changed within either side of each equation."""
    assert unnoticed(slips(derivation)) == set()
    assert unnoticed(inner_slips(derivation)) == set()


@pytest.mark.slow
@pytest.mark.parametrize("derivation", [*SLIPPED, AT_THE_BOUND], **titled)
def test_every_changed_premise_is_noticed_but_those_that_count_for_nothing(derivation):
    assert unnoticed(premises(derivation)) == {place for place in UNUSED if place.startswith(f"{derivation.title}-")}


def test_those_let_off_are_of_derivations_that_are_looked_at():
    titles = [derivation.title for derivation in (*SLIPPED, AT_THE_BOUND)]
    assert all(any(place.startswith(f"{title}-") for title in titles) for place in UNUSED)
