"""Why people's own networks draw noise, grey, or all alike: each mistake, made on purpose.

Every mistake is a function of the denoiser that gives N pictures, as does what would have been right: on the same
starts, with the same labels. What they look like, and the line to check, stands in docs/troubleshooting.md.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ddim_lab import noise, spacing
from ddim_lab.model import parameterization
from ddim_lab.model.network import IMAGE_SHAPE
from ddim_lab.sampler import last, sample, step
from ddim_lab.schedule import NoiseSchedule

Denoiser = Callable[..., Tensor]
Mistake = Callable[[Denoiser], Tensor]
N, S, SEED = 8, 20, 0
T = 1000
LINEAR = NoiseSchedule.linear(T)
TAU = spacing.trailing(T, S)
FEW = 5  # leading steps of a short chain
STRONG = 8.0  # guidance


def right(denoiser: Denoiser) -> Tensor:
    """(N, 1, 28, 28): the digits 0..7 as they should be, S even steps at eta 0."""
    return _drawn(_asked(denoiser))


def pixels_from_zero(denoiser: Denoiser) -> Tensor:
    """Trained on pixels in [0, 1], shown as if they were in [-1, 1].

    A network that learned (x_0 + 1) / 2 is the same one at another level: 2 x_t / sqrt(a) - 1 is x_0 with twice the
    noise.
    """
    asked = _asked(denoiser)

    def trained(x_t: Tensor, a: float) -> Tensor:
        b = 1 / (1 + 4 * (1 - a) / a)
        return asked(math.sqrt(b) * (2 * x_t / math.sqrt(a) - 1), b)

    return _drawn(trained)


def another_schedule(denoiser: Denoiser) -> Tensor:
    """Sampled on the cosine schedule by a network that is told the linear one's level at the same t."""
    return _told_of(_asked(denoiser), NoiseSchedule.cosine(T), TAU)


def another_length(denoiser: Denoiser) -> Tensor:
    """Sampled on a chain of T = 250 by a network that counts its t in one of T = 1000."""
    return _told_of(_asked(denoiser), NoiseSchedule.linear(250), spacing.trailing(250, S))


def v_taken_for_eps(denoiser: Denoiser) -> Tensor:
    """A network that predicts v, its output used as eps."""
    asked = _asked(denoiser)

    def mistaken(x_t: Tensor, a: float) -> Tensor:
        return parameterization.forms(x_t, "eps", asked(x_t, a), a).v

    return _drawn(mistaken)


def noisy_start(denoiser: Denoiser) -> Tensor:
    """Five leading steps of a chain of T = 250: the first is far below T, where x_t should still show the picture."""
    schedule = NoiseSchedule.linear(250)
    return _drawn(_asked(denoiser), schedule, spacing.leading(schedule.T, FEW))


def state_clipped(denoiser: Denoiser) -> Tensor:
    """x_t, rather than the predicted x_0, clipped to [-1, 1] after every step."""
    asked, x = _asked(denoiser), _start()
    for t, t_prev in spacing.transitions(TAU):
        a, b = float(LINEAR.alpha_bar[t]), float(LINEAR.alpha_bar[t_prev])
        x = step(x, asked(x, a), a, b).x_prev.clamp(-1, 1)
    return x


def guided_hard(denoiser: Denoiser) -> Tensor:
    """Guidance of eight."""
    return _drawn(_asked(denoiser, guidance=STRONG))


def noise_forgotten(denoiser: Denoiser) -> Tensor:
    """DDPM's own step (eta 1, 50 of them, no label) without its fresh noise."""
    return _ddpm(denoiser, lambda j: torch.zeros(N, *IMAGE_SHAPE))


def noise_kept(denoiser: Denoiser) -> Tensor:
    """The same with it."""
    return _ddpm(denoiser, lambda j: noise.fresh_noise(N, IMAGE_SHAPE, j, SEED).float())


MISTAKES: dict[Mistake, Mistake] = {  # what would have been right
    pixels_from_zero: right,
    another_schedule: right,
    another_length: right,
    v_taken_for_eps: right,
    noisy_start: right,
    state_clipped: right,
    guided_hard: right,
    noise_forgotten: noise_kept,
}


def _start() -> Tensor:
    return noise.initial_noise(N, IMAGE_SHAPE, SEED)


def _asked(denoiser: Denoiser, **keywords: Any) -> Denoiser:
    """The denoiser under the labels 0..7."""
    return partial(denoiser, label=torch.arange(N), **keywords)


def _drawn(denoiser: Denoiser, schedule: NoiseSchedule = LINEAR, tau: Any = TAU) -> Tensor:
    return last(sample(denoiser, _start(), schedule, tau)).x_prev


def _told_of(denoiser: Denoiser, schedule: NoiseSchedule, tau: Any) -> Tensor:
    """Samples on `schedule` with a network that is told LINEAR's level at the same t."""

    def mistaken(x_t: Tensor, a: float) -> Tensor:
        t = int(np.abs(schedule.alpha_bar - a).argmin())
        return denoiser(x_t, float(LINEAR.alpha_bar[t]))

    return _drawn(mistaken, schedule, tau)


def _ddpm(denoiser: Denoiser, z: Callable[[int], Tensor]) -> Tensor:
    x = _start()
    for j, (t, t_prev) in enumerate(spacing.transitions(spacing.trailing(T, 50)), start=1):
        a, b = float(LINEAR.alpha_bar[t]), float(LINEAR.alpha_bar[t_prev])
        x = step(x, denoiser(x, a), a, b, eta=1.0, z=z(j)).x_prev
    return x
