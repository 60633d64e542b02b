"""The sampler beside diffusers' DDIMScheduler, step by step and element by element, where diffusers is right.

Its timesteps count from 0: its t' is our t - 1. Right are its leading steps, and its trailing ones where T / S is whole
(elsewhere the previous step it recomputes is not the one it visits next).
"""

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler
from torch import Tensor

import ddim_lab as dl
from tests import oracles

T = 1000
LINEAR = dl.NoiseSchedule.linear(T)
WIDE = oracles.gaussian_denoiser(0.3, 1.2)  # beliefs beyond [-1, 1]: clipping has work to do
SHAPE = (2, 1, 4, 4)


def diffusers_scheduler(rule: str, S: int, clip: bool, own_table: bool, offset: int = 0) -> DDIMScheduler:
    scheduler = DDIMScheduler(
        beta_start=1e-4, beta_end=0.02, timestep_spacing=rule, steps_offset=offset, clip_sample=clip
    )
    if not own_table:
        scheduler.alphas_cumprod = torch.from_numpy(LINEAR.alpha_bar[1:].copy())
        scheduler.final_alpha_cumprod = torch.tensor(1.0, dtype=torch.float64)
    scheduler.set_timesteps(S)
    return scheduler


def compare(scheduler: DDIMScheduler, tau: np.ndarray, eta: float, clip: str, tol: float) -> float:
    """Walks both from one x_T with the same z; returns the largest |x_0| that was believed before clipping."""
    x = x_T = dl.initial_noise(*(SHAPE[0], SHAPE[1:]), seed=3).double()
    ours = list(dl.sample(WIDE, x_T, LINEAR, tau, eta, clip=clip, seed=3))
    assert [step.t - 1 for step in ours] == scheduler.timesteps.tolist()
    widest = 0.0
    for j, (t, step) in enumerate(zip(scheduler.timesteps.tolist(), ours, strict=True), start=1):
        a = float(LINEAR.alpha_bar[t + 1])
        eps = WIDE(x, a)
        widest = max(widest, float(((x - (1 - a) ** 0.5 * eps) / a**0.5).abs().max()))
        z = dl.fresh_noise(SHAPE[0], SHAPE[1:], j, seed=3)
        theirs = scheduler.step(eps, t, x, eta=eta, variance_noise=z, use_clipped_model_output=clip == "rederive_eps")
        torch.testing.assert_close(step.x0, theirs.pred_original_sample, rtol=0, atol=tol)
        torch.testing.assert_close(step.x_prev, theirs.prev_sample, rtol=0, atol=tol)
        x = theirs.prev_sample
    return widest


@pytest.mark.parametrize("own_table", [False, True])
@pytest.mark.parametrize("clip", ["none", "keep_eps", "rederive_eps"])
@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("rule", ["leading", "trailing"])
def test_whole_runs(rule: str, eta: float, clip: str, own_table: bool) -> None:
    for S in (1, 2, 5, 10, 20, 50) if rule == "trailing" else (1, 3, 7, 10, 33, 61):
        scheduler = diffusers_scheduler(rule, S, clip != "none", own_table)
        tau = getattr(dl.spacing, rule)(T, S)
        widest = compare(scheduler, tau, eta, clip, 1e-3 if own_table else 1e-10)
        assert S < 5 or widest > 1.2, "clipping must have something to clip"


def test_leading_with_an_offset_is_a_custom_tau() -> None:
    scheduler = diffusers_scheduler("leading", 20, False, own_table=False, offset=1)
    compare(scheduler, dl.spacing.custom(dl.spacing.leading(T, 20) + 1, T), 0.3, "none", 1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("own_table", [False, True])
@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_all_1000_steps(eta: float, own_table: bool) -> None:
    scheduler = diffusers_scheduler("trailing", T, False, own_table)
    compare(scheduler, dl.spacing.trailing(T, T), eta, "none", 1e-3 if own_table else 1e-10)


@pytest.mark.parametrize(("velocity", "total", "mean"), [(False, 172.0067, 0.223967), (True, 52.5302, 0.0684)])
def test_reference_sums_of_the_scheduler_test_of_diffusers(velocity: bool, total: float, mean: float) -> None:
    x_T = (torch.arange(768).reshape(3, 8, 8, 4) / 768).permute(3, 0, 1, 2)  # (4, 3, 8, 8)
    times = {float(level): t for t, level in enumerate(LINEAR.alpha_bar)}

    def denoiser(x: Tensor, a: float) -> Tensor:
        index = times[a] - 1
        output = x * index / (index + 1)
        return a**0.5 * output + (1 - a) ** 0.5 * x if velocity else output

    x_0 = dl.last(dl.sample(denoiser, x_T, LINEAR, dl.spacing.leading(T, 10), clip="keep_eps")).x_prev
    assert x_0.abs().sum().item() == pytest.approx(total, abs=1e-2)
    assert x_0.abs().mean().item() == pytest.approx(mean, abs=1e-3)
