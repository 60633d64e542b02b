"""Solvers: against diffusers' DPM-Solver++, by their order in a world with known ends, taken up in the middle."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab import noise, solvers
from ddim_lab.exact.solvers import convergence_order

WORLD = dl.exact.GaussianMixture(weights=[0.3, 0.7], means=[-1, 1], stds=[0.3, 0.2])
SCHEDULE = dl.NoiseSchedule.linear()
X_T = torch.from_numpy(noise.rows(64, (1,), 0, noise.INITIAL, 0))[:, 0]  # float64 (64,)


def steps_of(S: int, solver: str, **how) -> list[dl.Step]:
    return list(dl.sample(WORLD.eps, X_T, SCHEDULE, dl.spacing.trailing(SCHEDULE.T, S), solver=solver, **how))


@pytest.mark.parametrize(("algorithm", "eta"), [("dpmsolver++", 0.0), ("sde-dpmsolver++", 1.0)])
def test_2m_is_diffusers_multistep_solver(algorithm: str, eta: float) -> None:
    from diffusers import DPMSolverMultistepScheduler

    S = 20
    steps = steps_of(S, "dpmpp_2m", eta=eta, seed=3)
    theirs = DPMSolverMultistepScheduler(
        algorithm_type=algorithm, timestep_spacing="trailing", final_sigmas_type="zero", solver_order=2
    )
    theirs.set_timesteps(S)
    levels = SCHEDULE.alpha_bar[[step.t for step in steps]]
    theirs.sigmas = torch.from_numpy(
        np.append(np.sqrt((1 - levels) / levels), 0.0)
    )  # their alphas are float32: ours are put in
    x = X_T
    for j, (t, step) in enumerate(zip(theirs.timesteps, steps, strict=True), start=1):
        z = dl.fresh_noise(64, (), j, seed=3)
        x = theirs.step(WORLD.eps(x, step_level(step)), t, x, variance_noise=z).prev_sample
        torch.testing.assert_close(x.double(), step.x_prev, rtol=0, atol=1e-6)  # it casts to float32


def step_level(step: dl.Step) -> float:
    return float(SCHEDULE.alpha_bar[step.t])


@pytest.mark.slow
def test_the_order_of_convergence_is_what_the_papers_say() -> None:
    reference = steps_of(1000, "dpmpp_2s")[-1].x_prev
    counts = np.array([20, 40, 80, 160])

    def gap(S: int, solver: str) -> float:
        return float((steps_of(S, solver)[-1].x_prev - reference).square().mean().sqrt())

    gaps = {solver: [gap(S, solver) for S in counts] for solver in solvers.SOLVERS}
    assert gaps["ddim"] == pytest.approx([6.2e-2, 3.1e-2, 1.6e-2, 7.9e-3], rel=0.03)
    assert gaps["dpmpp_2m"] == pytest.approx([5.8e-2, 1.8e-2, 3.7e-3, 2.7e-4], rel=0.03)
    assert gaps["dpmpp_2s"] == pytest.approx([4.0e-2, 1.7e-2, 7.0e-3, 2.5e-3], rel=0.03)
    assert convergence_order(counts, gaps["ddim"]) == pytest.approx(1, abs=0.05)
    assert convergence_order(counts, gaps["dpmpp_2m"]) > 2


@pytest.mark.parametrize("solver", solvers.SOLVERS)
@pytest.mark.parametrize("clip", ["none", "rederive_eps"])
def test_every_record_is_a_ddim_step_with_the_belief_it_tells(solver: str, clip: str) -> None:
    """Eq. 12 stands once: `dl.step` with the record's eps makes it; better beliefs are made by hand, clipped before."""
    steps = steps_of(12, solver, clip=clip)
    kinds = {"ddim": "predicted", "dpmpp_2m": "extrapolated", "dpmpp_2s": "averaged"}
    held = X_T  # the belief before
    for before, step in zip([None, *steps], steps, strict=False):
        a, b = step_level(step), float(SCHEDULE.alpha_bar[step.t_prev])
        torch.testing.assert_close(dl.step(step.x_t, step.eps, a, b).x_prev, step.x_prev, rtol=0, atol=1e-12)
        own = limited((step.x_t - (1 - a) ** 0.5 * step.eps_model) / a**0.5, clip)
        plain = b == 1 or solver == "ddim" or (solver == "dpmpp_2m" and before is None)
        assert step.belief == ("predicted" if plain else kinds[solver])
        if step.x0_model is None:
            torch.testing.assert_close(step.x0, own, rtol=0, atol=1e-12)
        elif solver == "dpmpp_2m":
            stride, stride_before = clock(b) - clock(a), clock(a) - clock(step_level(before))
            torch.testing.assert_close(step.x0, own + stride / (2 * stride_before) * (own - held), rtol=0, atol=1e-12)
        elif solver == "dpmpp_2s":
            eps = (step.x_t - a**0.5 * own) / (1 - a) ** 0.5
            landed = b**0.5 * own + (1 - b) ** 0.5 * eps
            there = limited((landed - (1 - b) ** 0.5 * WORLD.eps(landed, b)) / b**0.5, clip)
            torch.testing.assert_close(step.x0, (own + there) / 2, rtol=0, atol=1e-12)
        held = own
    assert clip == "none" or (max(float(step.x0.abs().max()) for step in steps) > 1) == (solver == "dpmpp_2m")


def clock(level: float) -> float:
    return math.log(level / (1 - level)) / 2


def limited(x0: torch.Tensor, clip: str) -> torch.Tensor:
    return x0 if clip == "none" else x0.clamp(-1, 1)


@settings(max_examples=30)
@given(st.integers(2, 30), st.data())
def test_a_walk_begun_in_the_middle_goes_on_as_the_unbroken_one(S: int, data: st.DataObject) -> None:
    eta, j = data.draw(st.sampled_from([0.0, 0.4, 1.0])), data.draw(st.integers(0, S - 1))
    steps = steps_of(S, "ddim", eta=eta, seed=S)
    tau = dl.spacing.trailing(SCHEDULE.T, S)
    rest = list(dl.sample(WORLD.eps, steps[j].x_t, SCHEDULE, tau, eta, seed=S, start=steps[j].t))
    assert [step.t for step in rest] == [step.t for step in steps[j:]]
    assert torch.equal(rest[-1].x_prev, steps[-1].x_prev)


def test_a_solver_with_a_memory_begins_plainly() -> None:
    steps = steps_of(10, "dpmpp_2m")
    rest = list(dl.sample(WORLD.eps, steps[4].x_t, SCHEDULE, [s.t for s in steps[::-1]], solver="dpmpp_2m", start=600))
    assert [step.belief for step in rest] == ["predicted", *["extrapolated"] * 4, "predicted"]


@pytest.mark.parametrize("solver", solvers.SOLVERS)
def test_a_run_counts_the_calls_that_are_made(solver: str) -> None:
    asked = []

    def counting(x: torch.Tensor, alpha_bar_t: float) -> torch.Tensor:
        asked.append(alpha_bar_t)
        return WORLD.eps(x, alpha_bar_t)

    run = dl.Run(SCHEDULE, dl.spacing.trailing(SCHEDULE.T, 7), solver=solver)
    dl.last(dl.sample(counting, X_T, SCHEDULE, run.tau, solver=solver))
    assert len(asked) == run.calls == (13 if solver == "dpmpp_2s" else 7)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"solver": "heun"}, "solver must be one of ddim, dpmpp_2m, dpmpp_2s, got 'heun'"),
        ({"solver": "dpmpp_2s", "eta": 0.5}, "eta must be 0, got eta = 0.5"),
        ({"solver": "dpmpp_2s", "eta": 1.0, "sigma_hat": True}, "eta must be 0, got sigma_hat"),
        ({"solver": "dpmpp_2m", "clip": "keep_eps"}, "clip 'keep_eps' has none to keep"),
        ({"start": 501}, "start must be a step of tau, got 501; the nearest is 500"),
        ({"start": 0}, "start must be within 1..1000, got 0"),
    ],
)
def test_what_does_not_go_together_is_refused(how: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        dl.sample(WORLD.eps, X_T, SCHEDULE, dl.spacing.trailing(1000, 10), **how)


def test_the_bound_of_an_averaging_run_is_0() -> None:
    assert dl.Run.fit(SCHEDULE, np.array([500, 1000]), 0.7, solver="dpmpp_2s").eta == 0
    assert solvers.half_log_snr(0.5) == 0
    assert solvers.half_log_snr(1.0) == math.inf
