"""One transition of DDIM: the three numbers of x_prev = k x_0 + m x_t + sigma z, and the largest admissible eta.

Short names inside this file: a = alpha_bar_t, b = alpha_bar_prev, 0 < a < b <= 1. k and m are what keeps the
marginal N(sqrt(b) x_0, (1 - b) I) for a given sigma (DDIM, Eq. 7; derived in `ddim_lab.symbolic`):

    k + m sqrt(a) = sqrt(b)            (mean)
    m^2 (1 - a) + sigma^2 = 1 - b      (variance)
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ddim_lab import checks

Numbers = float | NDArray[np.float64]
CLIPS = ("none", "keep_eps", "rederive_eps")  # what a step may do with an x_0 beyond [-1, 1]
ETA_TOLERANCE = 1e-12  # relative; rounding may put an eta this far beyond its bound


@dataclass(frozen=True)
class Coefficients:
    """k on the predicted x_0, m on x_t, sigma on the fresh noise: floats, or float64 arrays of one shape."""

    k: Numbers
    m: Numbers
    sigma: Numbers


def coefficients(
    alpha_bar_t: ArrayLike, alpha_bar_prev: ArrayLike, eta: ArrayLike = 0.0, sigma_hat: bool = False
) -> Coefficients:
    """k, m and sigma(eta) of the transition t -> t_prev (DDIM, Eqs. 12 and 16); floats in, floats out.

    `eta` 0 is DDIM, 1 the DDPM posterior. `sigma_hat` puts DDPM's larger deviation sqrt(1 - a/b) on the noise and
    needs eta = 1; k and m keep sigma(1). Raises ValueError beyond 0 < a < b <= 1 or 0 <= eta <= eta_max(a, b).
    """
    if sigma_hat is False and _is_plain(alpha_bar_t, alpha_bar_prev, eta):  # no arrays where floats will do
        return Coefficients(*_solve(alpha_bar_t, alpha_bar_prev, eta, False, math.sqrt, min))
    a, b = _levels(alpha_bar_t, alpha_bar_prev)
    eta = checks.numbers("eta", eta)
    check_eta(eta, eta_bound(a, b), checks.flag("sigma_hat", sigma_hat))
    k, m, sigma = np.broadcast_arrays(*_solve(a, b, eta, sigma_hat, np.sqrt, np.minimum))
    if sigma.ndim == 0:
        return Coefficients(float(k), float(m), float(sigma))
    return Coefficients(k.copy(), m.copy(), sigma.copy())


def _solve(a: Any, b: Any, eta: Any, sigma_hat: bool, sqrt: Any, minimum: Any) -> tuple[Any, Any, Any]:
    """(k, m, sigma), for floats and for arrays alike."""
    removed = (b - a) / b  # 1 - a/b without its cancellation: the forward variance beta of this transition
    ddpm_sigma = sqrt((1 - b) / (1 - a) * removed)  # sigma(1)
    sigma_squared = minimum((eta * ddpm_sigma) ** 2, 1 - b)  # the minimum is the clamp at the bound
    m = sqrt((1 - b - sigma_squared) / (1 - a))
    k = sqrt(b) - m * sqrt(a)
    return k, m, (sqrt(removed) * (b < 1) if sigma_hat else sqrt(sigma_squared))


def _is_plain(a: Any, b: Any, eta: Any) -> bool:
    """Whether these are three floats of a transition with eta <= 1, which every bound admits."""
    return isinstance(a, float) and isinstance(b, float) and isinstance(eta, float) and 0 < a < b <= 1 and 0 <= eta <= 1


def eta_max(alpha_bar_t: ArrayLike, alpha_bar_prev: ArrayLike) -> Numbers:
    """The largest eta with sigma(eta)^2 <= 1 - b: sqrt((1 - a) / (1 - a/b)); inf where b is 1.

    A run's bound is the minimum over its transitions. Raises ValueError beyond 0 < a < b <= 1.
    """
    bound = eta_bound(*_levels(alpha_bar_t, alpha_bar_prev))
    return float(bound) if bound.ndim == 0 else bound


def eta_bound(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """`eta_max` of levels already checked. Never below 1, which rounding alone could bring about."""
    return np.where(b < 1, np.maximum(np.sqrt((1 - a) * b / (b - a)), 1.0), np.inf)


def check_eta(eta: NDArray[np.float64], bound: NDArray[np.float64], sigma_hat: bool, where: str = "") -> None:
    """Raises ValueError unless 0 <= eta <= bound (to a relative 1e-12), and eta = 1 under `sigma_hat`."""
    if (eta < 0).any():
        raise ValueError(f"eta must be at least 0, got {eta.min()}")
    if sigma_hat and (eta != 1).any():
        raise ValueError(f"sigma_hat is a second variance for eta = 1 alone, got eta = {eta[eta != 1].flat[0]}")
    try:
        eta, bound = np.broadcast_arrays(eta, bound)
    except ValueError as error:
        raise ValueError(f"eta {eta.shape} and the transitions {bound.shape} must have shapes that fit") from error
    beyond = eta > bound * (1 + ETA_TOLERANCE)
    if beyond.any() and not sigma_hat:
        first = int(np.argmax(beyond))
        where = where or (f" of transition {first}" if eta.ndim else " of this transition")
        raise ValueError(
            f"eta = {eta.flat[first]} is beyond the bound {bound.flat[first]:.12g}{where}: "
            "a larger one would make 1 - alpha_bar_prev - sigma^2 negative"
        )


def _levels(alpha_bar_t: ArrayLike, alpha_bar_prev: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = checks.numbers("alpha_bar_t", alpha_bar_t), checks.numbers("alpha_bar_prev", alpha_bar_prev)
    if (a <= 0).any() or (b > 1).any():
        raise ValueError(f"alpha_bar must lie in (0, 1], got alpha_bar_t {a.min()} and alpha_bar_prev {b.max()}")
    try:
        increasing = a < b
    except ValueError as error:
        raise ValueError(f"alpha_bar_t {a.shape} and alpha_bar_prev {b.shape} must have shapes that fit") from error
    if not np.all(increasing):
        pair = np.broadcast_arrays(a, b)
        at = int(np.argmin(increasing))
        raise ValueError(
            "alpha_bar_t must be below alpha_bar_prev (a transition goes from more noise to less), "
            f"got {pair[0].flat[at]} and {pair[1].flat[at]}"
        )
    return a, b
