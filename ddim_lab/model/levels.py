"""The noise level at which a denoiser is asked: checked against those that its network was trained on."""

import math

import torch
from torch import Tensor

FORGIVEN = 1e-9  # in log-SNR: what rounding makes of a level at the end of the range


def noise_levels(alpha_bar_t: float | Tensor, n: int, log_snr_range: tuple[float, float]) -> Tensor:
    """`alpha_bar_t`, one number or one for each of `n` images, as float64 (n,) on the CPU.

    Raises TypeError if it is neither, ValueError for a level outside (0, 1) or beyond `log_snr_range`.
    """
    try:
        a = torch.as_tensor(alpha_bar_t, dtype=torch.float64, device="cpu")
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(f"alpha_bar_t must be a number or ({n},) of them, got {alpha_bar_t!r}") from error
    if a.ndim and tuple(a.shape) != (n,):
        raise ValueError(f"alpha_bar_t must be one number or ({n},) of them, got shape {tuple(a.shape)}")
    a = a.expand(n)
    lowest, highest = log_snr_range
    level = log_snr(a)
    outside = ~((a > 0) & (a < 1) & (level >= lowest - FORGIVEN) & (level <= highest + FORGIVEN))
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
