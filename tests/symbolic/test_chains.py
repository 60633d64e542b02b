"""Chains written out, against linear algebra: the covariance matrix of all members at once."""

import numpy as np
import pytest
import sympy as sp

import ddim_lab as dl
from ddim_lab.symbolic import chains
from ddim_lab.symbolic.chains import MEANS, VARIANCES, rho
from ddim_lab.symbolic.derivation import equations, left, right
from ddim_lab.symbolic.symbols import BOUND, DDIM, DDPM, b, chain_a, chain_sigma, eps, reduced, sigma, x_0, z
from tests.symbolic.perturbed import assert_used

CHAINS = {steps: chains.chain(steps) for steps in (1, 2, 3, 4)}
LEVELS = (1.0, 0.9, 0.6, 0.35, 0.1)
ETAS = (0.0, 0.0, 0.5, 1.0, 1.1)  # by the level that the transition leaves


def test_the_last_step_and_the_covariance_forget_what_they_may_forget():
    assert CHAINS[1].with_slip(0, 0, 7 * x_0).holds  # x_0 comes out, whatever x_1 was
    both = chains.correlation()
    earlier, later = (right(one) for one in both.steps[0].equations)
    assert both.with_slip(0, 0, earlier + 7 * x_0).holds  # a mean moves no covariance
    assert_used(both, 0, earlier + z)  # a noise that only one of them has moves none either, but a deviation
    assert_used(both, 0, earlier + eps)
    assert_used(both, 1, later + z)


def test_a_chain_does_not_end_under_another_members_name():
    *others, last = CHAINS[3].steps
    renamed = tuple(
        equations((VARIANCES[3], right(one)))[0] if left(one) == VARIANCES[0] else one for one in last.equations
    )
    assert renamed != last.equations
    assert any(value != 0 for value in last.rule(others[-1].equations, renamed))


@pytest.mark.parametrize("steps", [3, 4])
def test_every_member_has_its_marginal(steps):
    stated = {}
    for step in CHAINS[steps].steps[1:]:
        stated |= {one.lhs: one.rhs for one in step.equations}
    for j in range(steps):
        level = chain_a[j - 1] if j else 1
        assert stated[MEANS[j]] == sp.sqrt(level) * x_0
        assert stated[VARIANCES[j]] == 1 - level


@pytest.mark.parametrize("steps", [3, 4])
def test_the_written_out_members_have_the_covariances_of_the_chain(steps):
    """Members as rows over (eps, z_2, ..., z_T): mean and covariances by matrix products of the sampler's numbers."""
    values = dict(zip(chain_a, LEVELS[1:], strict=True))
    numbers = [None, *(dl.coefficients(LEVELS[j], LEVELS[j - 1], ETAS[j]) for j in range(1, steps + 1))]
    values |= {chain_sigma[j - 2]: numbers[j].sigma for j in range(2, steps + 1)}
    values |= {chains.M[j]: numbers[j].m for j in range(1, steps + 1)}
    noises = [eps, *(chains.Z[j] for j in range(2, steps + 1))]
    rows = {steps: np.eye(steps)[0] * (1 - LEVELS[steps]) ** 0.5}
    for j in range(steps, 1, -1):
        rows[j - 1] = numbers[j].m * rows[j] + numbers[j].sigma * np.eye(steps)[j - 1]
    for j, row in rows.items():
        member = sp.expand(chains.sample(j, steps))
        assert np.allclose([float(member.coeff(noise).subs(values)) for noise in noises], row, rtol=1e-12)
        assert row @ row == pytest.approx(1 - LEVELS[j], rel=1e-12)
        if j > 1:
            found = (rows[j] @ rows[j - 1]) / (np.linalg.norm(rows[j]) * np.linalg.norm(rows[j - 1]))
            stated = chains.correlation().result[rho].subs({b: LEVELS[j - 1], sigma: numbers[j].sigma})
            assert found == pytest.approx(float(stated), rel=1e-12)


def test_neighbours_are_alike_with_ddim_and_strangers_at_the_bound():
    assert chains.correlation().case(DDIM).result[rho] == 1
    assert chains.correlation().case(BOUND).result[rho] == 0
    assert reduced(chains.correlation().case(DDPM).result[rho]) != 1


@pytest.mark.parametrize("steps", [0, 5])
def test_only_chains_that_can_be_read_are_written_out(steps):
    with pytest.raises(ValueError, match=f"got {steps}"):
        chains.chain(steps)
