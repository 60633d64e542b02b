"""x_0, eps and v, and the two groupings of a step, against the code of `forms`, `groupings` and `sampler`."""

import numpy as np
import pytest
import sympy as sp
import torch

import ddim_lab as dl
from ddim_lab.figures import groupings
from ddim_lab.model import parameterization
from ddim_lab.symbolic import posterior, predictions
from ddim_lab.symbolic.derivation import right
from ddim_lab.symbolic.numeric import formulas
from ddim_lab.symbolic.predictions import v
from ddim_lab.symbolic.symbols import BOUND, DDPM, LAST, a, b, eps, eta, k, m, reduced, sigma, x_0, x_prev, x_t, z
from tests.symbolic.perturbed import P, assert_proved

NO_NOISE_KEPT = [
    one.case(case)
    for one in (predictions.update(), predictions.groupings(), predictions.split())
    for case in (LAST, BOUND)
]  # m = 0: the weight of x_t counts for nothing


@pytest.mark.parametrize("derivation", NO_NOISE_KEPT, ids=lambda one: one.title)
def test_the_cases_that_forget_x_t_are_proved_too(derivation):
    assert_proved(derivation)
    assert not derivation.with_slip(-1, 0, 2 * right(derivation.steps[-1].equations[0])).holds


def test_there_and_back_again():
    """x_0 -> eps -> v -> x_0 for any x_t, in symbols: three rewritings of the same two numbers."""
    to_eps, to_v = predictions.from_x0().result[eps], predictions.from_eps().result[v]
    back = predictions.from_v().result[x_0]
    assert reduced(back.subs(v, to_v).subs(eps, to_eps) - x_0) is sp.S.Zero
    assert reduced(back.subs(v, 2 * to_v).subs(eps, to_eps) - x_0) != 0


@pytest.mark.parametrize(
    ("kind", "given", "derivation"), [("eps", eps, "from_eps"), ("x0", x_0, "from_x0"), ("v", v, "from_v")]
)
def test_the_forms_of_the_lab_are_those_derived(kind, given, derivation):
    level, noisy, value = 0.37, 0.6, -1.3
    coded = parameterization.forms(noisy, kind, value, level)
    for unknown, form in getattr(predictions, derivation)().result.items():
        found = float(form.subs({a: level, x_t: noisy, given: value}))
        assert found == pytest.approx(getattr(coded, {eps: "eps", x_0: "x0", v: "v"}[unknown]), rel=1e-13)


def test_the_update_is_the_step_the_sampler_takes():
    picture, noise, fresh = (torch.tensor([[value]], dtype=torch.float64) for value in (0.6, -1.3, 0.8))
    for at_eta, levels in ((0.0, P[:2]), (0.6, P[:2]), (1.0, (0.3, 0.31)), (0.5, (0.3, 1.0))):
        step = dl.step(picture, noise, *levels, eta=at_eta, z=fresh)
        c = dl.coefficients(*levels, eta=at_eta)
        values = {a: levels[0], b: levels[1], sigma: c.sigma, x_t: 0.6, eps: -1.3, z: 0.8}
        found = predictions.update().result[x_prev].subs(values)
        assert float(found) == pytest.approx(float(step.x_prev), rel=1e-12)
        meaning = predictions.split().result[x_prev].subs(values | {x_0: float(step.x0)})
        assert float(meaning) == pytest.approx(
            sum(float(term.value) for term in groupings.by_meaning(step, *levels, c))
        )
        split = [float(term.value) for term in groupings.split(step, levels[0], c)]
        middle = predictions.split().steps[1].equations[0].rhs.coeff(eps).subs(m, c.m).subs(values) * -1.3
        assert float(middle) == pytest.approx(split[1], rel=1e-12)


def test_k_and_m_are_those_of_the_marginal_condition_with_eta_in_place():
    found = predictions.groupings().result
    for name, form in zip((k, m), formulas(), strict=False):
        assert reduced(found[name].subs(sigma, formulas()[2]) - form) is sp.S.Zero
    at_one = {k: posterior.POSTERIOR_K, m: posterior.POSTERIOR_M}
    ddpm = predictions.groupings().case(DDPM).result
    assert all(reduced(ddpm[name] - form) is sp.S.Zero for name, form in at_one.items())
    assert np.isclose(float(found[m].subs({a: P[0], b: P[1], sigma: P[2], eta: 1})), 0.761577)


def test_the_ddpm_mean_without_its_noise_is_not_ddim():
    """At P the factor of eps is .358569 in the posterior's mean and .547723 in DDIM: the variance would be short."""
    values = {a: P[0], b: P[1], sigma: 0}
    assert float(predictions.DIRECTION.subs(values)) == pytest.approx(0.547723, abs=1e-6)
    assert float((posterior.POSTERIOR_M * sp.sqrt(1 - a)).subs(values)) == pytest.approx(0.358569, abs=1e-6)
    short = posterior.POSTERIOR_M**2 * (1 - a) - (1 - b)
    assert reduced(short + posterior.POSTERIOR_VARIANCE) is sp.S.Zero
