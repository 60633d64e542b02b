"""The derived formulas with 50 digits against the code that the sampler uses."""

import mpmath
import numpy as np
import pytest

import ddim_lab as dl
from ddim_lab.symbolic import numeric


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
