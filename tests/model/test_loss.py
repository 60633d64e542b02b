"""The objectives: each weight on the v error is the error that the paper it comes from weighs."""

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler
from diffusers.training_utils import compute_snr

from ddim_lab.model import loss
from ddim_lab.schedule import LOG_SNR_MAX, LOG_SNR_MIN


@pytest.mark.parametrize("a", [1e-6, 0.02, 0.5, 0.97, 1 - 1e-5])
def test_weights_turn_the_v_error_into_the_error_of_the_paper(a):
    rng = np.random.default_rng(0)
    x_0, eps, v_hat = rng.standard_normal((3, 500))
    x_t = np.sqrt(a) * x_0 + np.sqrt(1 - a) * eps
    v = np.sqrt(a) * eps - np.sqrt(1 - a) * x_0
    x0_hat = np.sqrt(a) * x_t - np.sqrt(1 - a) * v_hat  # the rotation (x_0, eps) -> (x_t, v) backwards
    eps_hat = np.sqrt(1 - a) * x_t + np.sqrt(a) * v_hat
    error = np.mean((v - v_hat) ** 2)
    weights = {name: float(loss.weight(name, np.array(a))) for name in loss.LOSSES}
    assert weights["simple"] * error == pytest.approx(np.mean((eps - eps_hat) ** 2), rel=1e-9)
    assert weights["v"] == 1
    assert weights["min-snr"] * error == pytest.approx(min(a / (1 - a), 5) * np.mean((x_0 - x0_hat) ** 2), rel=1e-6)


def test_gamma_is_one_for_l_simple_and_diffusers_min_snr_weight():
    scheduler = DDPMScheduler()
    t = torch.arange(0, 1000, 37)
    snr = compute_snr(scheduler, t).double().numpy()
    a = scheduler.alphas_cumprod[t].double().numpy()
    np.testing.assert_array_equal(loss.gamma("simple", a), 1)
    np.testing.assert_allclose(loss.gamma("min-snr", a), np.minimum(snr, 5) / snr, rtol=1e-3)  # theirs is float32
    np.testing.assert_allclose(loss.gamma("v", a), (snr + 1) / snr, rtol=1e-3)


def test_another_loss_is_refused():
    with pytest.raises(ValueError, match="min-snr, got 'huber'"):
        loss.weight("huber", np.array(0.5))
    with pytest.raises(TypeError, match="loss"):
        loss.weight(3, np.array(0.5))


def test_noise_levels_are_drawn_with_the_stated_density():
    drawn = loss.draw_log_snr(np.random.default_rng(0), 200_000, LOG_SNR_MIN, LOG_SNR_MAX)
    assert drawn.min() >= LOG_SNR_MIN
    assert drawn.max() <= LOG_SNR_MAX
    # Below log-SNR 0, that is alpha_bar < 1/2. Linear: sum of log(1 - beta) ~ -(1e-4 t + .0199 t^2 / 2000) - its square
    # term; cosine: cos^2 = 1/2; uniform: 20 of 32.
    t = np.arange(1, 1001)
    linear = np.mean(1e-4 * t + 0.0199 * t**2 / 2000 > np.log(2))
    cosine = 1 - (0.5 * 1.008 - 0.008)
    assert np.mean(drawn < 0) == pytest.approx(0.45 * linear + 0.45 * cosine + 0.10 * 20 / 32, abs=0.006)
    # Below -12, where only the cosine end (cot^2 x < e^-12) and the uniform share reach.
    wanted = 0.45 * 2 / np.pi * np.exp(-6) * 1.008 + 0.10 * 8 / 32
    assert np.mean(drawn < -12) == pytest.approx(wanted, abs=0.0015)
    assert drawn.min() < LOG_SNR_MIN + 0.1
    assert drawn.max() > LOG_SNR_MAX - 0.1
