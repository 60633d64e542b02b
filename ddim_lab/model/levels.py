"""The noise level at which a denoiser is asked: checked against those that its network was trained on."""

import math

import torch
from torch import Tensor

from ddim_lab import checks
from ddim_lab.schedule import within


def noise_levels(alpha_bar_t: float | Tensor, n: int, log_snr_range: tuple[float, float]) -> Tensor:
    """`alpha_bar_t`, one number or one for each of `n` images, as float64 (n,) on the CPU.

    Raises TypeError if it is neither, ValueError for a level outside (0, 1) or beyond `log_snr_range`.
    """
    levels = checks.numbers("alpha_bar_t", alpha_bar_t)
    checks.per_image("alpha_bar_t", levels, n)
    a = torch.from_numpy(levels).expand(n)
    lowest, highest = log_snr_range
    outside = ~((a > 0) & (a < 1) & within(log_snr(a), log_snr_range))
    if outside.any():
        ends = [1 / (1 + math.exp(-end)) if end > -math.inf else 0.0 for end in log_snr_range]
        raise ValueError(
            f"alpha_bar_t = {float(a[outside][0])!r} is outside the noise levels the network was trained on, "
            f"{ends[0]:.3g}..{ends[1]:.7g} (log-SNR {lowest:g}..{highest:g})"
        )
    return a


def log_snr(alpha_bar: Tensor) -> Tensor:
    """log(alpha_bar / (1 - alpha_bar)), as `ddim_lab.schedule.log_snr`."""
    return alpha_bar.log() - torch.log1p(-alpha_bar)
