"""Solvers: which belief of x_0 a step uses, and nothing else; Eq. 12 of DDIM stands once. NumPy only.

    ddim       the predicted x_0 as it is
    dpmpp_2m   extrapolated from the belief of the transition before: second order at one network call a transition
    dpmpp_2s   averaged with the belief where the plain step would land: second order at two calls; eta = 0 only

The last two are DPM-Solver++(2M) and (2S, r = 1) (Lu et al. 2022, arXiv:2211.01095, Algorithms 2 and 1): with
lambda = log(alpha_bar / (1 - alpha_bar)) / 2 as the clock, their steps are DDIM's with a better belief.
"""

import math

from ddim_lab import checks
from ddim_lab.walk import Transition

SOLVERS = ("ddim", "dpmpp_2m", "dpmpp_2s")


def half_log_snr(alpha_bar: float) -> float:
    """lambda = log(alpha_bar / (1 - alpha_bar)) / 2, the solvers' clock; inf at alpha_bar = 1."""
    return math.inf if alpha_bar == 1 else (math.log(alpha_bar) - math.log1p(-alpha_bar)) / 2


def extrapolation(at: Transition, before: Transition | None) -> float:
    """w of the belief x_0 + w (x_0 - x_0 before) of dpmpp_2m: h / (2 h'), the strides of lambda now and before.

    It is 0 at the first transition, which has no belief before, and at the last, whose stride is infinite.
    """
    if before is None or at.b == 1:
        return 0.0
    stride = half_log_snr(at.b) - half_log_snr(at.a)
    return stride / (2 * (half_log_snr(before.b) - half_log_snr(before.a)))


def averages(solver: str, at: Transition) -> bool:
    """Whether this transition asks the network a second time, where the plain step lands (there is no noise at 0)."""
    return solver == "dpmpp_2s" and at.b < 1


def calls(solver: str, S: int) -> int:
    """How often the network is called for an image over S transitions down to 0."""
    return 2 * S - 1 if solver == "dpmpp_2s" else S


def check(solver: str, eta: float, sigma_hat: bool, clip: str) -> None:
    """Raises TypeError or ValueError unless `solver` goes with the other three."""
    checks.choice("solver", solver, SOLVERS)
    if solver == "dpmpp_2s" and (eta or sigma_hat):
        told = "sigma_hat" if sigma_hat else f"eta = {eta}"
        raise ValueError(f"solver dpmpp_2s averages two beliefs along a path without noise: eta must be 0, got {told}")
    if solver != "ddim" and clip == "keep_eps":
        raise ValueError(
            f"solver {solver} takes its eps from its x_0, so clip 'keep_eps' has none to keep: "
            "use 'rederive_eps' or 'none', or solver 'ddim'"
        )
