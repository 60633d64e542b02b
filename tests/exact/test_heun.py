"""Heun's method: against diffusers' own, against the ODE's end (closed form, and SciPy's), and what a step costs."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

import ddim_lab as dl
from ddim_lab import exact
from ddim_lab.exact import rules, solvers
from ddim_lab.exact.heun import heun
from tests.exact.worlds import gaussian, mixture

LINEAR = dl.NoiseSchedule.linear()
COUNTS = (40, 80, 160, 320)


def levels(S: int, top: float, bottom: float) -> list[tuple[float, float]]:
    """S transitions from `top` to `bottom`, even in arctan(sigma_bar): smooth refinement, as an order needs."""
    phi = np.linspace(np.arccos(top**0.5), np.arccos(bottom**0.5), S + 1)
    return list(pairwise((np.cos(phi) ** 2).tolist()))


def order(world: exact.World, x: np.ndarray, truth: np.ndarray, top: float, bottom: float) -> float:
    errors = []
    for S in COUNTS:
        *_, end = heun(world.eps, x, levels(S, top, bottom))
        errors.append(np.sqrt(np.mean((end - truth) ** 2)))
    return solvers.convergence_order(COUNTS, errors)


@pytest.mark.parametrize("bottom", [0.9, 1.0])  # at 1 the last step is DDIM's: the order stays
@pytest.mark.parametrize("world", [exact.Gaussian(0.3, 0.5), gaussian(3)])
def test_it_is_of_order_two(world: exact.Gaussian, bottom: float) -> None:
    x = np.random.default_rng(0).standard_normal((20, *world.item))
    assert order(world, x, solvers.closed_ode(world, x, 0.02, bottom), 0.02, bottom) == pytest.approx(2, abs=0.15)


def test_so_it_is_where_the_denoiser_is_not_linear() -> None:
    """SciPy's Runge-Kutta on d x_bar = eps d sigma_bar is the truth."""
    world, top, bottom = mixture(3, 2), 0.02, 0.9
    x = np.random.default_rng(1).standard_normal((8, 2))

    def slope(sigma: float, x_bar: np.ndarray) -> np.ndarray:
        level = 1 / (1 + sigma**2)
        return world.eps(x_bar.reshape(x.shape) * level**0.5, level).ravel()

    span = [((1 - level) / level) ** 0.5 for level in (top, bottom)]
    solved = solve_ivp(slope, span, x.ravel() / top**0.5, method="DOP853", rtol=1e-12, atol=1e-13)
    truth = solved.y[:, -1].reshape(x.shape) * bottom**0.5
    assert order(world, x, truth, top, bottom) == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize(("schedule", "tolerance"), [("linear", 1e-4), ("squaredcos_cap_v2", 0.1)])
def test_it_is_diffusers_heun(schedule: str, tolerance: float) -> None:
    """Over the levels that HeunDiscreteScheduler names, step for step; it works in x / sqrt(alpha_bar), in float32.

    Where ours explodes (cosine in 12 steps: to 231), so does theirs, and blows the rounding of its levels up as well.
    """
    diffusers = pytest.importorskip("diffusers")
    plan = diffusers.HeunDiscreteScheduler(1000, 1e-4, 0.02, schedule, timestep_spacing="trailing")
    plan.set_timesteps(12)
    sigmas = [*plan.sigmas[::2].tolist(), 0.0]  # there each but the first and the last stands twice
    named = [1 / (1 + sigma**2) for sigma in sigmas]
    world, x_T = mixture(5, 2), dl.initial_noise(20, (2,), seed=3).double()
    x, theirs = x_T / named[0] ** 0.5, []
    for t, sigma in zip(plan.timesteps, plan.sigmas.tolist(), strict=False):
        level = 1 / (1 + sigma**2)
        x = plan.step(world.eps(x * level**0.5, level), t, x).prev_sample
        theirs.append(x)
    ours = list(heun(world.eps, x_T, pairwise(named)))
    for step, wanted, (_, level) in zip(ours, [*theirs[1::2], theirs[-1]], pairwise(named), strict=True):
        torch.testing.assert_close(step, wanted.double() * level**0.5, rtol=1e-4, atol=tolerance)
    assert (float(ours[-1].abs().max()) > 100) == (schedule != "linear")


def test_where_it_explodes_ddim_and_the_averaged_belief_do_not() -> None:
    """Cosine, 10 steps: the numbers of its docstring; a Gaussian world, where the ODE's end is closed."""
    world, x = exact.Gaussian(0.3, 0.5), torch.from_numpy(np.random.default_rng(0).standard_normal(500))
    run = dl.Run.named(S=10, schedule="cosine")
    truth = solvers.closed_ode(world, x, float(run.levels[0, 0]), 1.0)

    def gap(end: torch.Tensor) -> float:
        return float((end - truth).square().mean().sqrt())

    plain, averaged = (
        dl.last(dl.sample(world.eps, x, run.schedule, run.tau, solver=one)).x_prev for one in ("ddim", "dpmpp_2s")
    )
    *_, end = heun(world.eps, x, run.levels)
    assert gap(end) == pytest.approx(4.8, abs=0.05)
    assert gap(plain) == pytest.approx(0.074, abs=0.001)
    assert gap(averaged) < gap(plain)


def test_the_last_step_onto_the_data_is_ddims_and_asks_once() -> None:
    world, asked = exact.Gaussian(0.3, 0.5), []

    def listening(x: np.ndarray, alpha_bar_t: float) -> np.ndarray:
        asked.append(alpha_bar_t)
        return world.eps(x, alpha_bar_t)

    x, pairs = np.linspace(-2, 2, 9), exact.levels_of(LINEAR, [300, 700, 1000])
    *_, before, end = heun(listening, x, pairs)
    (alone,) = rules.walk(world.eps, before, pairs[-1:], rules.ddim())
    np.testing.assert_allclose(end, alone, rtol=1e-12)
    (a, b), (_, c), _ = pairs
    assert asked == [a, b, b, c, c]


def test_tensors_keep_their_dtype() -> None:
    world, pairs = exact.Gaussian(0.3, 0.5), exact.levels_of(LINEAR, [300, 700, 1000])
    x = np.linspace(-2, 2, 9)
    *_, wanted = heun(world.eps, x, pairs)
    *_, found = heun(world.eps, torch.from_numpy(x).float(), pairs)
    assert found.dtype is torch.float32
    np.testing.assert_allclose(found.numpy(), wanted, atol=1e-5)
