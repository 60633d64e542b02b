"""What came after DDIM: the proofs against the code that samples, and against diffusers' first-order SDE step."""

import math

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import solvers
from ddim_lab.symbolic import dpm_solver, flow_matching, linear_belief, numeric, ode
from ddim_lab.symbolic.symbols import a, b, eps, x_0, x_prev, x_t, z
from ddim_lab.transition import coefficients
from ddim_lab.walk import Transition

LEVELS = ((0.02, 0.3), (0.3, 0.7), (0.9, 0.99))
FALL = numeric.compiled(dpm_solver.FALL, a, b)


@pytest.mark.parametrize(("low", "high"), LEVELS)
def test_e_to_minus_h_is_that_of_the_solvers_clock(low: float, high: float) -> None:
    assert FALL(low, high) == pytest.approx(math.exp(solvers.half_log_snr(low) - solvers.half_log_snr(high)), rel=1e-12)


def test_the_proved_step_of_2m_is_the_codes() -> None:
    """x_prev of its authors' formula, with the weight and the beliefs of the sampler's own records."""
    first = dpm_solver.multistep().steps[0].equations
    formula = first[0].rhs.subs({dpm_solver.B: first[1].rhs}).subs({dpm_solver.E: first[2].rhs})
    proved = numeric.function(formula, x_t, x_0, dpm_solver.y, dpm_solver.weight, a, b)
    world, x_T = dl.exact.GaussianMixture([0.3, 0.7], [-1, 1], [0.3, 0.2]), torch.tensor([-1.3, 0.2, 2.0]).double()
    run = dl.Run.named(S=6, solver="dpmpp_2m")
    steps = list(dl.sample(world.eps, x_T, run.schedule, run.tau, solver=run.solver))
    held = [step.x0 if step.x0_model is None else step.x0_model for step in steps]
    for i in range(1, 5):
        at, before = run.transitions[i], run.transitions[i - 1]
        weight = solvers.extrapolation(at, before)
        for row in range(3):
            numbers = (float(value[row]) for value in (steps[i].x_t, held[i], held[i - 1]))
            assert abs(proved(*numbers, weight, at.a, at.b) - float(steps[i].x_prev[row])) < 1e-12


@pytest.mark.parametrize(("low", "high"), LEVELS)
def test_what_ddim_and_2m_miss_where_the_belief_is_linear(low: float, high: float) -> None:
    """Two transitions of the sampler on such a belief; the second is compared. The ODE's end is by quadrature."""
    c, d, middle = 0.4, -0.7, solvers.half_log_snr(low)

    def denoiser(x: torch.Tensor, level: float) -> torch.Tensor:
        return (x - level**0.5 * (c + d * (solvers.half_log_snr(level) - middle))) / (1 - level) ** 0.5

    top = 1 / (1 + math.exp(-2 * (middle - 0.9)))
    schedule, x_T = dl.NoiseSchedule(np.array([1.0, high, low, top])), torch.tensor([0.8]).double()
    grid = np.linspace(middle, solvers.half_log_snr(high), 20_001)
    gained = np.trapezoid(np.exp(grid) * (c + d * (grid - middle)), grid)
    values = (low, high, middle, d, solvers.half_log_snr(high) - middle)
    order = (a, b, linear_belief.lambda_t, linear_belief.d, linear_belief.h)
    for solver, formula in (("ddim", linear_belief.MISSED_BY_DDIM), ("dpmpp_2m", linear_belief.MISSED_BY_2M)):
        step = list(dl.sample(denoiser, x_T, schedule, [1, 2, 3], solver=solver))[1]
        truth = ((1 - high) / (1 - low)) ** 0.5 * float(step.x_t) + (1 - high) ** 0.5 * gained
        assert abs(numeric.function(formula, *order)(*values) - (truth - float(step.x_prev))) < 1e-8


def test_short_steps_miss_what_the_limits_say() -> None:
    h = 1e-3
    for missed, power, share in ((linear_belief.MISSED_BY_DDIM, 2, 2), (linear_belief.MISSED_BY_2M, 3, 12)):
        of_h = numeric.function(missed / linear_belief.SCALE, linear_belief.d, linear_belief.h)
        assert float(of_h(1.0, h) / h**power) == pytest.approx(1 / share, rel=2e-3)
    assert list(linear_belief.missed_by_2m().result.values()) == [linear_belief.SCALE * linear_belief.d / 12]


@pytest.mark.parametrize(("low", "high"), LEVELS)
def test_2s_has_the_belief_of_the_middle_too(low: float, high: float) -> None:
    """Averaged: c and c + d h, so that its miss is that of 2M."""
    c, d, start = 0.4, -0.7, solvers.half_log_snr(low)

    def denoiser(x: torch.Tensor, level: float) -> torch.Tensor:
        return (x - level**0.5 * (c + d * (solvers.half_log_snr(level) - start))) / (1 - level) ** 0.5

    schedule = dl.NoiseSchedule(np.array([1.0, high, low]))
    step = next(iter(dl.sample(denoiser, torch.tensor([0.8]).double(), schedule, [1, 2], solver="dpmpp_2s")))
    assert float(step.x0) == pytest.approx(c + d * (solvers.half_log_snr(high) - start) / 2, abs=1e-12)


@pytest.mark.parametrize(("low", "high"), [*LEVELS, (0.4, 1.0)])
def test_the_first_order_sde_step_has_the_codes_weights(low: float, high: float) -> None:
    own = coefficients(low, high, 1.0)
    weights = (dpm_solver.K_SDE, dpm_solver.M_SDE, dpm_solver.SIGMA_SDE)
    proved = numeric.function(tuple(one.subs(dpm_solver.E, dpm_solver.FALL) for one in weights), a, b)(low, high)
    for one, coded in zip(proved, (own.k, own.m, own.sigma), strict=True):
        assert abs(one - coded) < 1e-12


def test_the_premise_of_the_sde_theorem_is_diffusers_step() -> None:
    from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

    theirs = DPMSolverMultistepScheduler(algorithm_type="sde-dpmsolver++", solver_order=1, final_sigmas_type="zero")
    theirs.set_timesteps(10)
    theirs._step_index = 4
    low, high = (1 / (1 + float(theirs.sigmas[i]) ** 2) for i in (4, 5))
    premise = dpm_solver.sde_first_order().steps[0].equations
    formula = numeric.function(premise[0].rhs.subs(dpm_solver.E, premise[1].rhs), x_t, x_0, z, a, b)
    state, belief, noise = torch.tensor([0.3, -1.2]), torch.tensor([0.5, -0.4]), torch.tensor([0.7, 1.5])
    found = theirs.dpm_solver_first_order_update(belief, sample=state, noise=noise)
    for row in range(2):
        numbers = (float(value[row]) for value in (state, belief, noise))
        assert abs(formula(*numbers, low, high) - float(found[row])) < 1e-5


def test_eulers_method_on_the_line_is_ddim_on_the_schedule_flow() -> None:
    """Flow matching in its own variables, knowing nothing of alpha_bar; every state rescaled is the sampler's."""
    world, schedule = dl.exact.GaussianMixture([0.3, 0.7], [-1, 1], [0.3, 0.2]), dl.NoiseSchedule.flow()
    tau, x_T = dl.spacing.trailing(1000, 12), torch.tensor([-1.3, 0.2, 2.0]).double()
    ends = np.append(np.linspace(1 / (1 + math.e**6), 1 / (1 + math.e**-10), 1000)[tau - 1][::-1], 0.0)
    norms = ((1 - ends) ** 2 + ends**2) ** 0.5
    X = x_T * norms[0]
    for s, s_prev, norm, n_prev, step in zip(
        ends, ends[1:], norms, norms[1:], dl.sample(world.eps, x_T, schedule, tau), strict=False
    ):
        noise = world.eps(X / norm, (1 - s) ** 2 / norm**2)
        X = X + (s_prev - s) * (noise - (X - s * noise) / (1 - s))  # velocity: noise minus data
        torch.testing.assert_close(X / n_prev, step.x_prev, rtol=0, atol=1e-10)


def test_the_last_derivation_ends_at_the_step_of_the_ode() -> None:
    assert flow_matching.euler().result == {x_prev: ode.STEP}
    assert eps in ode.STEP.free_symbols


def test_an_extrapolation_knows_no_last_transition() -> None:
    """Where h has no end, the weight is 0: the proof of 2M leaves that transition out, and the code is plain there."""
    last, before = Transition(2, 1, 0, 0.6, 1.0), Transition(1, 2, 1, 0.2, 0.6)
    assert solvers.extrapolation(last, before) == 0
