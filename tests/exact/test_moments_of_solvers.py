"""Moments of 2M and 2S: against the sampler itself, which is an affine map here, and against the ODE's end."""

from functools import partial
from operator import attrgetter

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import exact, sampler, solvers
from ddim_lab.walk import Transition, last, walk
from tests.exact.worlds import gaussian

pytestmark = pytest.mark.usefixtures("one_thread")
RUNS = [("ddim", 0.7), ("dpmpp_2m", 0.0), ("dpmpp_2m", 0.6), ("dpmpp_2m", 1.0), ("dpmpp_2s", 0.0)]


def by_the_sampler(world: exact.Gaussian, run: dl.Run) -> exact.Moments:
    """x_prev = c + A x_T + B_1 z_1 + ... + B_S z_S: image 0 shows c, each other one a unit vector of x_T or of a z."""
    d, eye = len(world.mean), torch.eye(len(world.mean)).double()
    x_T = torch.zeros(1 + d * (1 + run.S), d).double()
    x_T[1 : 1 + d] = eye

    def unit(at: Transition, x: torch.Tensor) -> torch.Tensor:
        z = torch.zeros_like(x)
        z[1 + d * at.j : 1 + d * (at.j + 1)] = eye
        return z

    end = last(walk(run.transitions, x_T, partial(sampler.move, world.eps, run, unit), attrgetter("x_prev"))).x_prev
    ways = (end[1:] - end[0]).numpy()
    return exact.Moments(end[0].numpy(), ways.T @ ways)


@pytest.mark.parametrize(("solver", "eta"), RUNS)
@pytest.mark.parametrize("rule", ["trailing", "quadratic"])
@pytest.mark.parametrize("kind", ["linear", "cosine", "flow"])
def test_the_sampler_gives_exactly_these(kind: str, rule: str, solver: str, eta: float) -> None:
    for d, S in ((1, 1), (1, 2), (3, 3), (4, 13)):
        world, run = gaussian(d), dl.Run.named(eta=eta, S=S, spacing=rule, schedule=kind, solver=solver)
        found = exact.moments(world, run.schedule, run.tau, run.eta, solver=solver)
        wanted = by_the_sampler(world, run)
        np.testing.assert_allclose(found.mean, wanted.mean, rtol=0, atol=1e-10)
        np.testing.assert_allclose(found.cov, wanted.cov, rtol=0, atol=1e-10)


def test_numbers_of_a_world_of_numbers() -> None:
    world, run = exact.Gaussian(0.3, 0.5), dl.Run.named(S=6, eta=0.5, solver="dpmpp_2m")
    found = exact.moments(world, run.schedule, run.tau, run.eta, solver=run.solver)
    wanted = by_the_sampler(exact.Gaussian([0.3], 0.5), run)
    assert (found.mean, found.cov) == pytest.approx((wanted.mean[0], wanted.cov[0, 0]), rel=0, abs=1e-12)
    assert isinstance(found.cov, np.float64)


def test_the_variance_converges_to_the_odes_with_the_order_of_the_solver() -> None:
    """The end of the ODE is closed: variance s^2 / (a s^2 + 1 - a). Levels even in lambda, down to a small level of
    noise, where the last transition, which is plain for all three, costs next to nothing."""
    world, counts = exact.Gaussian(0.0, 0.5), np.array([20, 40, 80, 160])
    a = 1 / (1 + np.exp(8.0))
    truth = 0.25 / (a * 0.25 + 1 - a)

    def gap(S: int, solver: str) -> float:
        levels = 1 / (1 + np.exp(-np.linspace(14.0, -8.0, S)))
        run = dl.Run(dl.NoiseSchedule(np.append(1.0, levels)), range(1, S + 1), solver=solver)
        return abs(float(last(exact.solved(world, run)).cov) - truth)

    order = {one: exact.solvers.convergence_order(counts, [gap(S, one) for S in counts]) for one in solvers.SOLVERS}
    assert order["ddim"] == pytest.approx(1, abs=0.1)
    assert order["dpmpp_2m"] == pytest.approx(2, abs=0.25)
    assert order["dpmpp_2s"] == pytest.approx(2, abs=0.25)


def test_what_the_sampler_refuses_is_refused() -> None:
    schedule, tau = dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 5)
    with pytest.raises(ValueError, match=r"dpmpp_2s .* eta must be 0"):
        exact.moments(exact.Gaussian(0.3, 0.5), schedule, tau, 0.5, solver="dpmpp_2s")
    with pytest.raises(ValueError, match="solver must be one of"):
        exact.moments(exact.Gaussian(0.3, 0.5), schedule, tau, solver="heun")
    with pytest.raises(TypeError, match="Gaussian world only"):
        exact.moments(exact.empirical([0.0, 1.0]), schedule, tau, solver="dpmpp_2m")  # type: ignore[arg-type]
