"""The ODE: its closed form, its order of convergence, and DDIM as Euler's method in the right variable."""

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

import ddim_lab as dl
from ddim_lab import exact
from ddim_lab.exact import rules, solvers
from tests import oracles
from tests.exact.worlds import gaussian, mixture

LINEAR = dl.NoiseSchedule.linear()
COUNTS = (40, 80, 160, 320)


def even_in_phi(S: int, top: float = LINEAR.alpha_bar[-1]) -> list[tuple[float, float]]:
    """S levels from `top` to data, uniform in arctan(sigma_bar): smooth refinement, as an order needs."""
    alpha_bar = np.cos(np.linspace(np.arccos(top**0.5), 0, S + 1)) ** 2
    return list(zip(alpha_bar[:-1].tolist(), alpha_bar[1:].tolist(), strict=True))


def ends(world: exact.World, x: np.ndarray, rule: rules.Rule, S: int) -> np.ndarray:
    *_, last = rules.walk(world.eps, x, even_in_phi(S), rule)
    return last


@pytest.mark.parametrize("world", [exact.Gaussian(0.3, 0.5), gaussian(3)])
def test_the_closed_form_solves_the_ode(world: exact.Gaussian) -> None:
    """SciPy's Runge-Kutta on d x_bar = eps d sigma_bar, the paper's own variable."""
    x, a, b = np.random.default_rng(0).standard_normal(world.item or (1,)), 0.02, 0.9

    def slope(sigma: float, x_bar: np.ndarray) -> np.ndarray:
        level = 1 / (1 + sigma**2)
        return world.eps(x_bar * level**0.5, level)

    span = [((1 - level) / level) ** 0.5 for level in (a, b)]
    solved = solve_ivp(slope, span, x / a**0.5, rtol=1e-11, atol=1e-12)
    wanted = solved.y[:, -1] * b**0.5
    np.testing.assert_allclose(solvers.closed_ode(world, x, a, b), wanted, rtol=1e-8)
    np.testing.assert_allclose(solvers.reference_ode(world, x, a, b), wanted, rtol=1e-7)
    back = solvers.closed_ode(world, solvers.closed_ode(world, x, a, b), b, a)
    np.testing.assert_allclose(back, x, rtol=1e-12)


def test_it_takes_q_T_to_the_data() -> None:
    world, a = gaussian(4), float(LINEAR.alpha_bar[-1])
    basis = np.vstack([np.zeros(4), np.eye(4)])
    image = solvers.closed_ode(world, basis, a, 1.0)
    map_ = (image[1:] - image[0]).T
    start = exact.marginal(world, a)
    np.testing.assert_allclose(map_ @ start.cov @ map_.T, world.cov, atol=1e-12)
    np.testing.assert_allclose(image[0] + map_ @ start.mean, world.mean, atol=1e-12)
    tensor = solvers.closed_ode(world, torch.from_numpy(basis).float(), a, 1.0)
    assert tensor.dtype is torch.float32
    np.testing.assert_allclose(tensor.numpy(), image, atol=1e-5)


@pytest.mark.slow
def test_the_reference_is_of_order_four() -> None:
    for world in (exact.Gaussian(0.3, 0.5), mixture(4, 2)):
        x, a = np.random.default_rng(1).standard_normal((20, *world.item)), float(LINEAR.alpha_bar[-1])
        finest = solvers.reference_ode(world, x, a, 1.0, 1600)
        if isinstance(world, exact.Gaussian):
            np.testing.assert_allclose(finest, solvers.closed_ode(world, x, a, 1.0), atol=1e-10)
        errors = [np.abs(solvers.reference_ode(world, x, a, 1.0, steps) - finest).mean() for steps in (50, 100, 200)]
        assert solvers.convergence_order((50, 100, 200), errors) > 3.5


def test_ddim_is_euler_in_sigma_bar() -> None:
    """The same three numbers, and the same run, as a solver that knows nothing of DDIM."""
    for a, b in [*even_in_phi(7), (1e-6, 1 - 1e-6)]:
        assert rules.euler_sigma_bar(a, b) == pytest.approx(rules.ddim()(a, b), rel=1e-9, abs=1e-12)
    world, tau = mixture(5, 2), dl.spacing.trailing(1000, 20)
    x_T = dl.initial_noise(30, (2,)).double()
    steps = dl.sample(world.eps, x_T, LINEAR, tau)
    levels = exact.levels_of(LINEAR, tau)
    for step, x in zip(steps, rules.walk(world.eps, x_T, levels, rules.euler_sigma_bar), strict=True):
        torch.testing.assert_close(step.x_prev, x, rtol=1e-9, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("world", [exact.Gaussian(0.3, 0.5), mixture(3, 2)])
def test_both_euler_methods_are_of_order_one(world: exact.World) -> None:
    x = np.random.default_rng(2).standard_normal((40, *world.item))
    truth = solvers.reference_ode(world, x, float(LINEAR.alpha_bar[-1]), 1.0, 2000)
    ddim, flow = (
        [np.sqrt(np.mean((ends(world, x, rule, S) - truth) ** 2)) for S in COUNTS]
        for rule in (rules.ddim(), rules.euler_variance)
    )
    for errors in (ddim, flow):
        assert 0.85 < solvers.convergence_order(COUNTS, errors) < 1.2
    assert all(one < other for one, other in zip(ddim, flow, strict=True))


def test_convergence_order_reads_a_slope() -> None:
    assert solvers.convergence_order([10, 20, 40], [3e-2, 3e-2 / 8, 3e-2 / 64]) == pytest.approx(3)


@pytest.mark.parametrize("rule", dl.spacing.KINDS)
def test_variance_of_ddim_ode_and_probability_flow_are_in_this_order(rule: str) -> None:
    for std in (0.1, 0.5, 1.0, 2.0):
        world = exact.Gaussian(0.3, std)
        for S in (2, 10, 50):
            levels = exact.levels_of(LINEAR, dl.spacing.named(rule, 1000, S))
            *_, ddim = exact.propagate(world, levels, rules.ddim())
            *_, flow = exact.propagate(world, levels, rules.euler_variance)
            ode = std**2 / oracles.marginal_variance(levels[0][0], std)
            assert ddim.cov <= ode + 1e-12
            assert ode <= flow.cov + 1e-12
