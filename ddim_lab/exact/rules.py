"""Samplers as rules: of a transition a -> b (alpha_bar_t, alpha_bar_prev) they give k, m, sigma of

    x_prev = k x0_hat + m x_t + sigma z,   x0_hat = (x_t - sqrt(1 - a) eps) / sqrt(a).

Every sampler that is linear in x_t, eps and z has this form. In x_bar = x / sqrt(alpha_bar), over
sigma_bar = sqrt((1 - alpha_bar) / alpha_bar), the ODE behind DDIM is d x_bar = eps d sigma_bar (DDIM, Eq. 14).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ddim_lab import checks, transition
from ddim_lab import walk as loop
from ddim_lab.exact.arrays import finite_values

Level = Any  # the pair alpha_bar_t, alpha_bar_prev: a tuple, or a row of `Run.levels`
Rule = Callable[[float, float], tuple[Any, Any, Any]]
RULE = "(alpha_bar_t, alpha_bar_prev) -> (k, m, sigma)"


def ddim(eta: float = 0.0, sigma_hat: bool = False) -> Rule:
    """The lab's own sampler (DDIM, Eqs. 12 and 16); eta up to a run's bound, as `dl.sample` takes it."""

    def rule(a: float, b: float) -> tuple[Any, Any, Any]:
        c = transition.coefficients(a, b, eta, sigma_hat)
        return c.k, c.m, c.sigma

    return rule


def noise_off(a: float, b: float) -> tuple[float, float, float]:
    """A common slip: k and m of DDPM (eta = 1), but no fresh noise."""
    k, m, _ = ddim(1.0)(a, b)
    return k, m, 0.0


def euler_sigma_bar(a: float, b: float) -> tuple[float, float, float]:
    """Euler's method in sigma_bar, written without DDIM's formula: it is DDIM at eta = 0 (DDIM, Eq. 13)."""
    return _along_eps(a, b, sigma_bar(b) - sigma_bar(a))


def euler_variance(a: float, b: float) -> tuple[float, float, float]:
    """Euler's method for the same ODE in sigma_bar^2, as the probability flow is stepped (DDIM, Eq. 15)."""
    return _along_eps(a, b, (sigma_bar(b) ** 2 - sigma_bar(a) ** 2) / (2 * sigma_bar(a)))


def sigma_bar(alpha_bar: float) -> float:
    """Noise over signal, sqrt((1 - alpha_bar) / alpha_bar): DDIM's clock."""
    return ((1 - alpha_bar) / alpha_bar) ** 0.5


def walk(
    denoiser: Callable[[Any, float], Any], x_T: Any, levels: Iterable[Level], rule: Rule, noise: Any = None
) -> Iterator[Any]:
    """x after every transition, from x_T (NumPy or torch); noise(j) is the z of the j-th, j = 1 the top one.

    For rules that `dl.sample` does not have. A rule with sigma above 0 needs `noise`: ValueError.
    """

    checks.function("denoiser", denoiser, "(x_t, alpha_bar_t) -> eps")
    checks.function("rule", rule, RULE)

    def move(at: tuple[int, tuple[float, float]], x: Any, _: Any) -> Any:
        j, (a, b) = at
        k, m, sigma = rule(a, b)
        x0 = (x - (1 - a) ** 0.5 * denoiser(x, a)) / a**0.5
        mean = k * x0 + m * x
        if sigma and noise is None:
            raise ValueError(f"sigma = {sigma} of transition {j} needs fresh noise: pass noise(j)")
        return mean + sigma * noise(j) if sigma else mean

    return loop.walk(enumerate(pairs(levels), start=1), finite_values("x_T", x_T), move, loop.itself)


def pairs(levels: Iterable[Level]) -> list[tuple[float, float]]:
    """`levels` as pairs of floats; a walk may have none. Raises TypeError or ValueError for what is no pair."""
    values = checks.numbers("levels", list(levels) if isinstance(levels, Iterator) else levels)
    if values.size and (values.ndim != 2 or values.shape[1] != 2):
        raise ValueError(f"levels must be pairs (alpha_bar_t, alpha_bar_prev), got shape {values.shape}")
    if (values <= 0).any() or (values > 1).any():
        raise ValueError(f"levels must lie in (0, 1], got {values.min()} to {values.max()}")
    return [(a, b) for a, b in values.tolist()]


def _along_eps(a: float, b: float, stride: float) -> tuple[float, float, float]:
    """x_bar' = x_bar + stride eps, as k and m: eps = (x_t - sqrt(a) x0_hat) / sqrt(1 - a)."""
    per_eps = b**0.5 * stride / (1 - a) ** 0.5
    return -per_eps * a**0.5, (b / a) ** 0.5 + per_eps, 0.0
