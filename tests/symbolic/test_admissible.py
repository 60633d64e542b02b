"""How far eta may go: the DDPM inside, sigma-hat not always, the last transition without a bound."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import ddim_lab as dl
from ddim_lab.symbolic import admissible, posterior
from ddim_lab.symbolic.admissible import EXAMPLE, RADICAND, J
from ddim_lab.symbolic.symbols import RATIOS, a, at, b, eta, reduced, sigma, substituted
from tests.symbolic.perturbed import P


def test_the_bound_of_eta_is_above_one_and_ddpm_inside():
    beyond = admissible.ddpm_inside().result[J]
    assert sp.factor(substituted(beyond, RATIOS)).is_nonnegative
    assert at(beyond, *P[:2]) == pytest.approx(dl.eta_max(*P[:2]) ** 2 - 1, rel=1e-13)


def test_the_radicand_is_that_of_the_step_with_sigma_hat():
    assert admissible.sigma_hat_radicand().result[J] == RADICAND
    assert reduced(1 - b - (1 - a / b) - RADICAND) is sp.S.Zero
    assert reduced(RADICAND.subs(a, b**2)) is sp.S.Zero, "0 exactly at a = b^2"
    assert sp.diff(RADICAND, a) == 1 / b, "and rising in a"
    assert at(RADICAND, *P[:2]) == pytest.approx(0.5 / 0.7 - 0.7)  # at P there is room


def test_read_as_an_eta_it_is_beyond_the_bound_exactly_when_the_radicand_is_negative():
    ((_, gap),) = admissible.sigma_hat_as_eta().result.items()
    assert reduced(gap + RADICAND * b * (1 - a) / ((1 - b) * (b - a))) is sp.S.Zero


def test_the_example_is_exact_and_the_schedules():
    level, level_prev, radicand = admissible.example()
    t, t_prev = EXAMPLE
    schedule, tau = dl.NoiseSchedule.linear(1000), dl.spacing.trailing(1000, 10)
    assert (t, t_prev) in dl.spacing.transitions(tau)
    assert (float(level), float(level_prev)) == pytest.approx(schedule.alpha_bar[[t, t_prev]], rel=1e-12)
    assert isinstance(radicand, Fraction)
    assert radicand == level / level_prev - level_prev
    assert radicand < 0
    assert float(radicand) == pytest.approx(-0.162319, abs=1e-6)


def test_which_transitions_of_that_run_have_no_root():
    levels = dl.NoiseSchedule.linear(1000).alpha_bar[np.arange(0, 1001, 100)]
    negative = [100 * (i + 1) for i in range(1, 10) if levels[i + 1] < levels[i] ** 2]
    assert negative == [200, 300]
    root = [
        1 - high - dl.coefficients(low, high, 1.0, sigma_hat=True).sigma ** 2
        for high, low in itertools.pairwise(levels[1:])
    ]
    assert [100 * (i + 2) for i, value in enumerate(root) if value < 0] == negative


def test_any_eta_on_the_last_transition():
    assert posterior.sigma_of_eta().subs(b, 1) == 0
    assert dl.coefficients(0.5, 1.0, 1e6) == dl.coefficients(0.5, 1.0, 0.0)
    assert admissible.last_transition().result == {J: 0, sigma: 0}
    assert admissible.last_transition().steps[0].equations[0].has(eta)
