"""One runner for right and wrong samplers: the right one is `dl.sample`; the wrong ones fail what it passes."""

import dataclasses
import math
from itertools import islice

import numpy as np
import pytest
import sympy as sp
import torch

import ddim_lab as dl
from ddim_lab import errata, exact
from ddim_lab.errata.recipe import RIGHT, by_rule, trained_on
from ddim_lab.errata.rules import right as derived_rule
from ddim_lab.symbolic import symbols
from tests import oracles

SCHEDULE = dl.NoiseSchedule.linear()
WORLD = oracles.gaussian_denoiser(0.3, 0.5)
SAMPLERS = pytest.mark.parametrize("case", errata.samplers(), ids=lambda case: case.key)
SAME_ENDING = {"uniform-repeats"}  # its fault is in the steps visited, not in where the run ends


def passes(recipe: errata.Recipe, at: dl.Run) -> bool:
    """What a right sampler passes: it walks the steps asked for and gives the exact moments of the closed form."""
    found = errata.moments(recipe, at.schedule, at.tau, at.eta)
    levels = oracles.pairs(at.schedule.alpha_bar, at.tau)
    wanted = oracles.moments(levels, 0.3, 0.5, at.eta, False)
    walked = [one.t for one in found] == [*at.tau.tolist()[::-1], 0]
    return walked and bool(np.allclose(found[-1][1:], wanted, rtol=0, atol=1e-9))


@SAMPLERS
def test_the_right_sampler_passes_where_the_wrong_one_fails(case: errata.Case) -> None:
    assert passes(RIGHT, case.setting)
    assert passes(errata.Recipe(by_rule(derived_rule())), case.setting)
    assert not passes(case.recipe, case.setting)


@SAMPLERS
def test_only_the_step_list_can_be_wrong_and_the_ending_right(case: errata.Case) -> None:
    at = case.setting
    found, right = (
        moments[-1][1:]
        for moments in (case.moments(at.schedule, at.tau, at.eta), errata.right_moments(at.schedule, at.tau, at.eta))
    )
    assert np.allclose(found, right, rtol=0, atol=1e-6) == (case.key in SAME_ENDING)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_the_right_recipe_is_the_sampler_itself(eta: float) -> None:
    x_T, tau = dl.initial_noise(5, (1, 2, 2), seed=3, first=2), dl.spacing.trailing(1000, 7)
    ours = list(errata.run(RIGHT, WORLD, x_T, SCHEDULE, tau, eta, seed=3, first=2))
    theirs = list(dl.sample(WORLD, x_T, SCHEDULE, tau, eta, seed=3, first=2))
    for one, other in zip(ours, theirs, strict=True):
        assert (one.t, one.t_prev) == (other.t, other.t_prev)
        assert one.x_prev.dtype == torch.float32
        for name in ("x_t", "eps", "x0", "x_prev"):
            torch.testing.assert_close(getattr(one, name), getattr(other, name), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("spacing", "S", "eta"), [("trailing", 10, 0.5), ("leading", 10, 1.0), ("quadratic", 37, 0.3)])
def test_moments_on_the_way_against_the_recursion(spacing: str, S: int, eta: float) -> None:
    tau = dl.spacing.named(spacing, 1000, S)
    found = errata.right_moments(SCHEDULE, tau, eta)
    world, levels = exact.Gaussian(mean=0.3, std=0.5), exact.levels_of(SCHEDULE, tau)
    wanted = exact.propagate(world, levels, exact.rules.ddim(eta))
    for one, other in zip(found[1:], wanted, strict=True):
        assert one[1:] == pytest.approx((float(other.mean), float(other.cov)), rel=0, abs=1e-10)


def test_a_crowd_of_pictures_has_the_variance_that_was_computed() -> None:
    at = errata.even_steps(eta=1.0, S=20)
    x_T = dl.initial_noise(4096, (1,)).double()
    for key in ("covariance", "linked-noise"):
        case = errata.find(key)
        *_, last = case.sampler(WORLD, x_T, at.schedule, at.tau, at.eta)
        wanted = case.moments(at.schedule, at.tau, at.eta)[-1].variance
        assert float(last.x_prev.var()) == pytest.approx(wanted, rel=6 * math.sqrt(2 / 4096))


@SAMPLERS
def test_every_sampler_draws_with_the_same_start_and_noise(case: errata.Case) -> None:
    """In float64, the affine map that moments rest on is the map that pictures go through."""
    at = case.setting
    tau = at.tau[-12:]
    x_T = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    steps = list(islice(case.sampler(WORLD, x_T, at.schedule, tau, 0.0 if at.eta == 0 else at.eta, seed=4), 12))
    assert steps[0].x_t is x_T
    again = list(islice(case.sampler(WORLD, x_T, at.schedule, tau, at.eta, seed=4), 12))
    torch.testing.assert_close(steps[-1].x_prev, again[-1].x_prev, rtol=0, atol=0, equal_nan=True)
    assert not steps[-1].x_prev.requires_grad
    alone = list(islice(case.sampler(WORLD, x_T[1:], at.schedule, tau, at.eta, seed=4, first=1), 12))
    torch.testing.assert_close(alone[-1].x_prev, steps[-1].x_prev[1:], rtol=0, atol=1e-12, equal_nan=True)
    if at.eta == 0 and len(steps) < 12:
        gain = float(steps[-1].x_prev[1] - steps[-1].x_prev[0])
        assert gain**2 == pytest.approx(case.moments(at.schedule, tau, 0.0)[-1].variance, rel=1e-9)


def test_nan_is_a_result() -> None:
    case, tau = errata.find("variance-is-deviation"), dl.spacing.trailing(1000, 10)
    steps = list(case.sampler(WORLD, torch.zeros(2, 1), SCHEDULE, tau, eta=0.5))
    assert len(steps) == 10
    assert torch.isnan(steps[-1].x_prev).all()
    assert np.isnan(case.moments(SCHEDULE, tau, 0.5)[-1].variance)
    assert "NaN" in dataclasses.replace(case, setting=errata.even_steps(eta=0.5, S=10)).check().statement


def test_a_network_trained_on_other_pictures_is_the_right_one_at_another_level() -> None:
    """Against the best guess of eps worked out for y = c x_0 + e eps: e (y - c mu) / (c^2 s^2 + e^2)."""
    y = torch.linspace(-2, 2, 9, dtype=torch.float64)
    for formulas, weights in (
        ((symbols.a, 1 - symbols.a), lambda a: (a, 1 - a)),
        ((sp.sqrt(symbols.a), 1 - symbols.a), lambda a: (a**0.5, 1 - a)),
    ):
        learnt = trained_on(*formulas)(WORLD)
        for a in (0.05, 0.5, 0.9):
            c, e = weights(a)
            torch.testing.assert_close(learnt(y, a), e * (y - c * 0.3) / (c * c * 0.25 + e * e), rtol=1e-12, atol=1e-12)


def test_every_sampler_runs_on_the_shipped_network() -> None:
    denoiser = dl.load_denoiser(device="cpu")
    x_T, tau = dl.initial_noise(1, (1, 28, 28)), dl.spacing.trailing(1000, 2)
    right = list(errata.run(RIGHT, denoiser, x_T, SCHEDULE, tau))[-1].x_prev
    for case in errata.samplers():
        steps = list(islice(case.sampler(denoiser, x_T, SCHEDULE, tau, case.setting.eta), 3))
        assert steps[-1].x_prev.shape == x_T.shape
        assert steps[-1].x_prev.dtype == torch.float32
        if case.key not in SAME_ENDING:
            assert not torch.allclose(steps[-1].x_prev, right, atol=1e-3), case.key
