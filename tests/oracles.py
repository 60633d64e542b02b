"""What a correct sampler must give, written without ddim_lab: closed forms of worlds whose denoiser is known.

Data N(mu, s^2): the marginal at level a has variance v(a) = a s^2 + 1 - a, and one transition a -> b maps the deviation
of the mean by A and the variance by A^2 var + sigma^2.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

Denoiser = Callable[[Tensor, float], Tensor]


def linear_alpha_bar(T: int, start: float = 1e-4, end: float = 0.02) -> list[float]:
    """alpha_bar[0..T] of the linear schedule, multiplied out one by one."""
    levels = [1.0]
    for i in range(T):
        levels.append(levels[-1] * (1 - (start + (end - start) * i / max(T - 1, 1))))
    return levels


def marginal_variance(a: float, s: float) -> float:
    return a * s * s + 1 - a


def gaussian_denoiser(mu: float, s: float) -> Denoiser:
    """E[eps | x_t] for data N(mu, s^2), each pixel on its own."""
    return lambda x, a: math.sqrt(1 - a) * (x - math.sqrt(a) * mu) / marginal_variance(a, s)


def mixture_denoiser(weights: Sequence[float], means: Sequence[float], stds: Sequence[float]) -> Denoiser:
    """E[eps | x_t] for a mixture of Gaussians, each pixel on its own."""
    w, m, s = (torch.tensor(values, dtype=torch.float64) for values in (weights, means, stds))

    def denoise(x: Tensor, a: float) -> Tensor:
        v = a * s**2 + 1 - a
        miss = x.double()[..., None] - math.sqrt(a) * m
        r = torch.softmax(w.log() - v.log() / 2 - miss**2 / (2 * v), dim=-1)
        return (math.sqrt(1 - a) * (r * miss / v).sum(-1)).to(x.dtype)

    return denoise


def sigma(a: float, b: float, eta: float) -> float:
    """DDIM, Eq. 16."""
    return eta * math.sqrt((1 - b) / (1 - a)) * math.sqrt(1 - a / b)


def sigma_hat(a: float, b: float) -> float:
    """The larger deviation of DDPM; none where the transition lands on the data."""
    return math.sqrt(1 - a / b) if b < 1 else 0.0


def run_bound(levels: Sequence[tuple[float, float]]) -> float:
    """The largest eta at which no transition (a, b) of a run needs more variance than 1 - b; inf for one jump."""
    return min((math.sqrt((1 - a) / (1 - a / b)) for a, b in levels if b < 1), default=math.inf)


def gain(a: float, b: float, sigma_in_direction: float, s: float) -> float:
    """A: what one transition makes of a deviation from the mean."""
    direction = math.sqrt(max(1 - b - sigma_in_direction**2, 0.0))
    return (math.sqrt(a * b) * s * s + direction * math.sqrt(1 - a)) / marginal_variance(a, s)


def pairs(alpha_bar: Sequence[float] | np.ndarray, tau: Sequence[int] | np.ndarray) -> list[tuple[float, float]]:
    """(alpha_bar_t, alpha_bar_prev) of a run along tau, the noisiest first."""
    steps = [0, *(int(t) for t in tau)]
    return [(float(alpha_bar[steps[i]]), float(alpha_bar[steps[i - 1]])) for i in range(len(steps) - 1, 0, -1)]


def moments(levels: Sequence[tuple[float, float]], mu: float, s: float, eta: float, hat: bool) -> tuple[float, float]:
    """Mean and variance that a run from x_T ~ N(0, 1) ends with."""
    deviation, variance = -math.sqrt(levels[0][0]) * mu, 1.0
    for a, b in levels:
        small = sigma(a, b, 1.0 if hat else eta)
        A = gain(a, b, small, s)
        deviation, variance = A * deviation, A * A * variance + (sigma_hat(a, b) if hat else small) ** 2
    return mu + deviation, variance
