"""The training objective: which noise levels are drawn, and how the error at each of them is weighed.

The network predicts v, and one number relates the three errors at a noise level a = alpha_bar:
|eps - eps_hat|^2 = a |v - v_hat|^2 and |x_0 - x0_hat|^2 = (1 - a) |v - v_hat|^2. Every objective here is therefore
a weight w(a) on the squared v error, and is the DDIM paper's L_gamma (Eq. 5) with gamma = w / a.
"""

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks
from ddim_lab.schedule import NoiseSchedule, log_snr

LOSSES = ("v", "simple", "min-snr")
MIN_SNR_CAP = 5.0
# Shares of the noise levels drawn from each source; the uniform share reaches the ends of the range.
DENSITY = {"linear": 0.45, "cosine": 0.45, "uniform": 0.10}


def weight(loss: str, alpha_bar: NDArray[np.float64]) -> NDArray[np.float64]:
    """w(alpha_bar), the weight of the squared v error under `loss`; same shape as `alpha_bar`.

    "simple": DDPM, Eq. 14 (L_simple); "v": the plain v error, Salimans & Ho 2022; "min-snr": Hang et al. 2023,
    arXiv:2303.09556, whose weight min(SNR, 5) stands on the x_0 error.
    """
    checks.choice("loss", loss, LOSSES)
    if loss == "simple":
        return alpha_bar
    if loss == "min-snr":
        return np.minimum(alpha_bar, MIN_SNR_CAP * (1 - alpha_bar))
    return np.ones_like(alpha_bar)


def gamma(loss: str, alpha_bar: NDArray[np.float64]) -> NDArray[np.float64]:
    """gamma(alpha_bar) of L_gamma (DDIM, Eq. 5): the weight of the squared eps error under `loss`."""
    return weight(loss, alpha_bar) / alpha_bar


def draw_log_snr(rng: np.random.Generator, n: int, lowest: float, highest: float) -> NDArray[np.float64]:
    """(n,) noise levels: t uniform on the linear and cosine schedules (T = 1000, between their points too), and a
    uniform share over lowest..highest, so that no shipped schedule asks for a level the network never saw."""
    source = rng.choice(len(DENSITY), size=n, p=list(DENSITY.values()))
    position = rng.random(n)
    t = np.arange(1, 1001)
    drawn = [
        np.interp(1 + 999 * position, t, log_snr(NoiseSchedule.named(kind).alpha_bar[1:]))
        for kind in ("linear", "cosine")
    ]
    drawn.append(lowest + (highest - lowest) * position)
    return np.clip(np.choose(source, drawn), lowest, highest)
