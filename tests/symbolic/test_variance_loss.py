"""What a step loses of the variance, where the mean telescopes, and the angle of a step: data N(mu, s^2)."""

import itertools
import math

import numpy as np
import pytest
import sympy as sp

from ddim_lab import exact
from ddim_lab.exact import rules
from ddim_lab.symbolic import variance_loss
from ddim_lab.symbolic.score import SPREAD, s, v
from ddim_lab.symbolic.symbols import DDPM, LAST, a, at, b, reduced, sigma, substituted
from ddim_lab.transition import coefficients

LOSS = variance_loss.LOSS


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
@pytest.mark.parametrize(("high", "low"), [(0.5, 0.7), (0.001, 0.2), (0.9, 1.0)])
def test_the_loss_is_that_of_one_step_from_the_true_marginal(high, low, eta):
    """The recursion knows k and m only; nothing of this formula."""
    world = exact.Gaussian(0.3, std=0.8)
    (after,) = exact.propagate(world, [(high, low)], rules.ddim(eta), exact.marginal(world, high))
    should = exact.marginal(world, low)
    found = at(LOSS, high, low, sigma=float(coefficients(high, low, eta).sigma), s=0.8)
    assert found == pytest.approx(should.cov - after.cov, rel=1e-9, abs=1e-14)
    assert after.mean == pytest.approx(should.mean, rel=1e-12)


def test_the_loss_grows_with_sigma_up_to_the_bound():
    values = [at(LOSS, 0.5, 0.7, sigma=one, s=0.5) for one in np.linspace(0, 0.3**0.5, 9)]
    assert values[0] > 0
    assert all(more > less for less, more in itertools.pairwise(values))


def test_a_single_point_loses_nothing():
    assert LOSS.subs(s, 0) == 0


def test_on_the_last_transition_the_best_guess_is_what_is_lost():
    """There x_prev is the belief, and the variance lost is that of x_0 given x_t: s^2 (1 - a)/v."""
    assert reduced(substituted(LOSS, LAST.values) - s**2 * (1 - a) / SPREAD) is sp.S.Zero


def test_the_loss_without_fresh_noise_is_the_square_of_a_sine():
    high, low, spread = 0.3, 0.6, 0.5
    angle = math.atan2((1 - high) ** 0.5, high**0.5 * spread) - math.atan2((1 - low) ** 0.5, low**0.5 * spread)
    after = low * spread**2 + 1 - low
    assert at(LOSS, high, low, sigma=0, s=spread) == pytest.approx(after * math.sin(angle) ** 2, rel=1e-12)


def test_only_eta_1_telescopes():
    gain = variance_loss.GAIN
    claimed = sp.sqrt(a) / sp.sqrt(b) * variance_loss.TARGET / v
    assert reduced(substituted(gain, DDPM.values) - claimed) is sp.S.Zero
    assert at((gain - claimed).subs(v, SPREAD), 0.5, 0.7, sigma=0, s=0.5) != pytest.approx(0, abs=1e-3)
    assert sigma in gain.free_symbols
