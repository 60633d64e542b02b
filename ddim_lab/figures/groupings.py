"""Two ways to group the summands of one step, as pictures with their factors.

By meaning: x_prev = sqrt(b) x_0 + sqrt(1 - b - sigma^2) eps + sigma z.
By coefficient: x_prev = k x_0 + m x_t + sigma z.
m x_t is not the direction term: x_t = sqrt(a) x_0 + sqrt(1 - a) eps, so it holds a part of each; `split` shows both.
"""

from dataclasses import dataclass

from torch import Tensor

from ddim_lab.sampler import Step
from ddim_lab.transition import Coefficients


@dataclass(frozen=True, eq=False)
class Term:
    """`value` = `factor` times a quantity; `role` is one of x0, eps, noise, state (the colours of the lab)."""

    key: str
    role: str
    factor: float
    value: Tensor


def by_meaning(step: Step, alpha_bar_t: float, alpha_bar_prev: float, c: Coefficients) -> tuple[Term, Term, Term]:
    """Predicted x_0, predicted noise put back, fresh noise; they add up to x_prev under every clip mode."""
    return (
        Term("x0_term", "x0", alpha_bar_prev**0.5, step.x0_term),
        Term("direction_term", "eps", float(c.m) * (1 - alpha_bar_t) ** 0.5, step.direction_term),
        Term("noise_term", "noise", float(c.sigma), step.noise_term),
    )


def by_coefficient(step: Step, c: Coefficients) -> tuple[Term, Term, Term]:
    """k x_0, m x_t, sigma z. They add up to x_prev only where x_0 and eps agree: not under clip = "keep_eps"."""
    return (
        Term("k_x0", "x0", float(c.k), float(c.k) * step.x0),
        Term("m_x_t", "state", float(c.m), float(c.m) * step.x_t),
        Term("noise_term", "noise", float(c.sigma), step.noise_term),
    )


def split(step: Step, alpha_bar_t: float, c: Coefficients) -> tuple[Term, Term]:
    """m x_t as its part along x_0 and its part along eps; the second is the direction term."""
    m = float(c.m)
    return (
        Term("m_x_t_x0", "x0", m * alpha_bar_t**0.5, m * alpha_bar_t**0.5 * step.x0),
        Term("m_x_t_eps", "eps", m * (1 - alpha_bar_t) ** 0.5, m * (1 - alpha_bar_t) ** 0.5 * step.eps),
    )
