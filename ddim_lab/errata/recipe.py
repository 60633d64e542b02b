"""What a sampler does, as data: the moves of one run. Right and wrong samplers differ in their recipe only.

A recipe says how a run gets its moves from schedule, tau and eta, and, where the fault lies in the training, what
became of the denoiser. `ddim_lab.errata.runner` walks every recipe with the same few lines.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.errata import rules
from ddim_lab.errata.rules import Rule
from ddim_lab.schedule import LOG_SNR_MAX, LOG_SNR_MIN, NoiseSchedule
from ddim_lab.symbolic.symbols import a, b, sigma
from ddim_lab.transition import coefficients


class Move(NamedTuple):
    """One transition. `level`: the alpha_bar_t that the denoiser is told; `alpha_bar_t`: what the sampler takes it for.

    x_prev = k x0 + m x_t + sigma z with x0 = (x_t - sqrt(1 - alpha_bar_t) eps) / sqrt(alpha_bar_t).
    """

    t: int
    t_prev: int
    level: float
    alpha_bar_t: float
    k: float
    m: float
    sigma: float


Pairs = list[tuple[int, int]]
Walk = Callable[[NoiseSchedule, NDArray[np.int64]], Pairs]
Levels = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Moves = Callable[[NoiseSchedule, NDArray[np.int64], float], list[Move]]
Denoiser = Callable[..., Any]


def as_given(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    """The right walk: from tau[-1] down to 0."""
    return spacing.transitions(tau)


def by_rule(rule: Rule, walk: Walk = as_given, levels: Levels | None = None) -> Moves:
    """Moves whose k, m, sigma come from `rule`; `levels` turns alpha_bar into what the sampler takes for it."""

    def moves(schedule: NoiseSchedule, tau: NDArray[np.int64], eta: float) -> list[Move]:
        true = schedule.alpha_bar
        taken = true if levels is None else levels(true)
        return [
            Move(t, t_prev, float(true[t]), float(taken[t]), *rule(float(taken[t]), float(taken[t_prev]), eta))
            for t, t_prev in walk(schedule, tau)
        ]

    return moves


def of_one_step(level: sp.Expr) -> Levels:
    """`level`, in a = alpha_bar_t and b = alpha_bar_(t-1), in the place of alpha_bar_t; 1 at the data."""

    def taken(alpha_bar: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([alpha_bar[:1], rules.function(level, a, b)(alpha_bar[1:], alpha_bar[:-1])])

    return taken


def _core(alpha_bar_t: float, alpha_bar_prev: float, eta: float) -> rules.Numbers:
    c = coefficients(alpha_bar_t, alpha_bar_prev, float(eta))
    return float(c.k), float(c.m), float(c.sigma)


@dataclass(frozen=True)
class Recipe:
    """`moves` of a run, and how the fault changed the denoiser (None: not at all)."""

    moves: Moves
    denoiser: Callable[[Denoiser], Denoiser] | None = None

    def learnt(self, denoiser: Denoiser) -> Denoiser:
        """The denoiser that this recipe's training would have given where the right training gives `denoiser`."""
        return denoiser if self.denoiser is None else self.denoiser(denoiser)


RIGHT = Recipe(by_rule(_core))


def by_meaning(
    on_x0: sp.Expr, on_eps: sp.Expr, noise: sp.Expr = rules.NOTHING, on_x_t: sp.Expr = rules.NOTHING
) -> Recipe:
    """x_prev = `on_x0` x_0 + `on_eps` eps + `noise` z + `on_x_t` x_t; sigma in them is sigma(eta)."""
    return Recipe(by_rule(rules.by_meaning(on_x0, on_eps, noise, on_x_t)))


def by_coefficient(k: sp.Expr, m: sp.Expr, noise: sp.Expr = sigma) -> Recipe:
    """x_prev = `k` x_0 + `m` x_t + `noise` z; sigma in them is sigma(eta)."""
    return Recipe(by_rule(rules.by_coefficient(k, m, noise)))


def walked(walk: Walk) -> Recipe:
    """The right step at each pair of `walk`."""
    return Recipe(by_rule(rules.right(), walk=walk))


def on_levels(levels: Levels) -> Recipe:
    """The right step, which takes alpha_bar for what `levels` makes of it."""
    return Recipe(by_rule(rules.right(), levels=levels))


def mistrained(x0_weight: sp.Expr, noise_weight: sp.Expr) -> Recipe:
    """The right step with a network trained on pictures of these weights (`trained_on`)."""
    return Recipe(by_rule(rules.right()), trained_on(x0_weight, noise_weight))


def trained_on(x0_weight: sp.Expr, noise_weight: sp.Expr) -> Callable[..., Denoiser]:
    """What training on c x_0 + e eps makes of a denoiser, with weights c and e in a = alpha_bar_t.

    Divided by n = sqrt(c^2 + e^2) that picture is one of noise level c^2 / n^2, so the best guess of eps is the right
    denoiser's at that level: no network needs to be trained to show the fault. Levels beyond those that the shipped
    network knows are taken at their ends.
    """
    lowest, highest = (1 / (1 + np.exp(-end)) for end in (LOG_SNR_MIN, LOG_SNR_MAX))

    def change(denoiser: Denoiser) -> Denoiser:
        def guess(x_t: Any, alpha_bar_t: Any) -> Any:  # a float, or (B,)
            c, e = (rules.function(weight, a)(alpha_bar_t) for weight in (x0_weight, noise_weight))
            n = np.hypot(c, e)
            level = np.clip((c / n) ** 2, lowest, highest)
            if np.ndim(level) == 0:
                return denoiser(x_t / float(n), float(level))
            return denoiser(x_t / n.reshape(-1, *[1] * (x_t.ndim - 1)), level)

        return guess

    return change
