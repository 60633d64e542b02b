"""Heun's method for the ODE behind DDIM: one look back at the end of each step, and an order more."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ddim_lab import checks
from ddim_lab.exact.arrays import finite_values
from ddim_lab.exact.rules import Level, pairs, sigma_bar
from ddim_lab.walk import itself, walk


def heun(denoiser: Callable[[Any, float], Any], x_T: Any, levels: Iterable[Level]) -> Iterator[Any]:
    """x after every transition, from x_T (NumPy or torch), by Heun's method in sigma_bar (EDM, 2206.00364, Alg. 1).

    x_bar' = x_bar + h (eps_t + eps_prev) / 2, where eps_prev is predicted at the end of the plain DDIM step. Two calls
    of the denoiser a transition; one, and so DDIM's own step, where the transition ends at alpha_bar_prev = 1.

    From a far noise level few steps explode: h is sigma_bar itself there (20,000 at the cosine end), and multiplies
    half of what the two predictions differ by. In 10 steps of the cosine schedule a Gaussian world ends 4.8 from the
    ODE (root mean square), DDIM's 0.07. The mean of the two x_0 (`ddim_lab.solvers`, dpmpp_2s) has no such factor.
    """

    checks.function("denoiser", denoiser, "(x_t, alpha_bar_t) -> eps")

    def move(level: tuple[float, float], x: Any, _: Any) -> Any:
        a, b = level
        h, x_bar, slope = sigma_bar(b) - sigma_bar(a), x / a**0.5, denoiser(x, a)
        plain = b**0.5 * (x_bar + h * slope)
        return b**0.5 * (x_bar + h * (slope + denoiser(plain, b)) / 2) if b < 1 else plain

    return walk(pairs(levels), finite_values("x_T", x_T), move, itself)
