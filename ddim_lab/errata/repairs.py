"""Lines that might repair a suspect, each with the sampler it makes: one does, the others run and still fail."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.errata import codes_a, codes_b, codes_c, formulas_ab, formulas_ce, rules
from ddim_lab.errata.recipe import RIGHT, Pairs, Recipe, Walk, by_rule, trained_on
from ddim_lab.errata.rules import DIRECTION, SIGMA, K, M
from ddim_lab.errata.suspects import SUSPECTS
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.symbolic.posterior import POSTERIOR_M, POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import a, b, eta, sigma

ROOT_A, ROOT_B, NOTHING = sp.sqrt(a), sp.sqrt(b), sp.S.Zero
SIGMA_1 = sp.sqrt(POSTERIOR_VARIANCE)


@dataclass(frozen=True)
class Repair:
    """`line` as it would stand in the code, and the sampler with it."""

    line: str
    recipe: Recipe


@dataclass(frozen=True)
class Repairs:
    """`at_fault`: the line to change; `right`: what it must say; `others`: lines that do not do it."""

    at_fault: str
    right: str
    others: tuple[Repair, ...]

    @property
    def all(self) -> tuple[Repair, ...]:
        """The right one first."""
        return (Repair(self.right, RIGHT), *self.others)


def of(key: str) -> Repairs:
    """The repairs of the suspect called `key`. Raises KeyError for no such suspect."""
    return REPAIRS[key]


def _meaning(on_x0: sp.Expr, on_eps: sp.Expr, noise: sp.Expr) -> Recipe:
    """x_prev = on_x0 x0 + on_eps eps + noise z; sigma in them is sigma(eta)."""
    return Recipe(by_rule(rules.by_meaning(rules.in_eta(on_x0), rules.in_eta(on_eps), rules.in_eta(noise))))


def _coefficient(k: sp.Expr, m: sp.Expr, noise: sp.Expr = sigma) -> Recipe:
    return Recipe(by_rule(rules.by_coefficient(*(rules.in_eta(one) for one in (k, m, noise)))))


def _solved(m: sp.Expr) -> Recipe:
    """k from the mean condition, for this m."""
    return _coefficient(ROOT_B - ROOT_A * m, m)


def _with_sigma(value: sp.Expr) -> Recipe:
    """The right step with this sigma."""
    return Recipe(by_rule(rules.by_meaning(ROOT_B, rules.substituted(DIRECTION, {sigma: value}), value)))


def _levels(change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Recipe:
    """The right step on changed levels; 0 stays the data's where the change keeps it 1."""
    return Recipe(by_rule(rules.right(), levels=change))


def _walked(walk: Walk) -> Recipe:
    return Recipe(by_rule(rules.right(), walk=walk))


def _indices(steps: Callable[[int, int], list[int]]) -> Recipe:
    """A walk down a list of indices 0..T-1 made from T and S; index i is t = i + 1."""

    def walk(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
        return codes_c.pairs_of(steps(schedule.T, len(tau)))

    return _walked(walk)


def _squares(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    """As the suspect walks, but up to T."""
    return codes_c.downwards(codes_c.squares(schedule.T, len(tau) + 1))


OWN_LINES = {  # where the suspect's own line is not all that must change
    "class-unscaled-noise": (
        "for i in range(T - 1, 0, -1): x = mean(sigma_1) + eta * z",
        "for t, t_prev in transitions(tau): x = mean(eta * sigma_1) + eta * sigma_1 * z",
    ),
    "sigma-table": (
        "visited = [*tau[::-1], 1]; sigma = eta * table[t]",
        "visited = [*tau[::-1], 0]; sigma = eta * sigma_1(a, b)",
    ),
    "exp-is-quadratic": ("steps = linspace(0, sqrt(0.8 * T), S) ** 2", "tau = spacing.trailing(T, S)"),
}
OTHERS: dict[str, tuple[Repair, ...]] = {
    "covariance": (
        Repair("x_prev = ... + sigma**2 * z", _meaning(ROOT_B, DIRECTION, sigma**2)),
        Repair("x_prev = ... + sqrt(sigma) * eps", _meaning(ROOT_B, DIRECTION + sp.sqrt(sigma), NOTHING)),
    ),
    "noise-off": (
        Repair("x_prev = sqrt(b) * x0 + sqrt(1 - a) * eps", _meaning(ROOT_B, sp.sqrt(1 - a), NOTHING)),
        Repair("x_prev = sqrt(a) * x0 + sqrt(1 - b) * eps", _meaning(ROOT_A, sp.sqrt(1 - b), NOTHING)),
    ),
    "same-noise": (
        Repair("x_prev = ... + sigma**2 * z", _meaning(ROOT_B, DIRECTION, sigma**2)),
        Repair("x_prev = ... + 0 * z", _meaning(ROOT_B, DIRECTION, NOTHING)),
    ),
    "alpha-midway": (
        Repair("a, b = sqrt(alpha_bar[t]), sqrt(alpha_bar[t_prev])", _levels(np.sqrt)),
        Repair("a, b = alpha_bar[t]**2, alpha_bar[t_prev]**2", _levels(np.square)),
    ),
    "x-for-x0": (
        Repair(
            "x_prev = k * x0 + m * (sqrt(b) * x0 + sqrt(1 - b) * eps)",
            _meaning(K + M * ROOT_B, M * sp.sqrt(1 - b), sigma),
        ),
        Repair(
            "x_prev = k * x0 + m * (x_t + sqrt(1 - a) * eps)",
            _coefficient(K - M * ROOT_A, 2 * M),
        ),
    ),
    "lost-root": (
        Repair(
            "k = sqrt(b) - sqrt(a) * a / b * (1 - b) / (1 - a)",
            _coefficient(ROOT_B - ROOT_A * a / b * (1 - b) / (1 - a), POSTERIOR_M, SIGMA_1),
        ),
        Repair("k = sqrt(b) - sqrt(a)", _coefficient(ROOT_B - ROOT_A, POSTERIOR_M, SIGMA_1)),
    ),
    "variance-is-deviation": (
        Repair("m = (1 - b - sigma**2) / (1 - a)", _solved((1 - b - sigma**2) / (1 - a))),
        Repair("m = sqrt((1 - b**2 - sigma**2) / (1 - a))", _solved(sp.sqrt((1 - b**2 - sigma**2) / (1 - a)))),
    ),
    "eta-once": (
        Repair("sigma = eta**2 * sigma_1", _with_sigma(eta**2 * SIGMA_1)),
        Repair("sigma = sigma_1", _with_sigma(SIGMA_1)),
    ),
    "training-without-roots": (
        Repair(
            "x_t = sqrt(a) * x_0 + (1 - a) * eps", Recipe(by_rule(rules.right()), trained_on(*formulas_ce.ONE_ROOT))
        ),
        Repair(
            "x_t = a * x_0 + sqrt(1 - a) * eps",
            Recipe(by_rule(rules.right()), trained_on(a, sp.sqrt(1 - a))),
        ),
    ),
    "linked-direction": (
        Repair(
            "x_prev = sqrt(b) * x0 + sqrt(1 - b) * eps + eta * sigma_1 * z",
            _meaning(ROOT_B, sp.sqrt(1 - b), sigma),
        ),
        Repair(
            "x_prev = sqrt(b) * x0 + sqrt(1 - b - eta * sigma_1**2) * eps + eta * sigma_1 * z",
            _meaning(ROOT_B, sp.sqrt(1 - b - eta * POSTERIOR_VARIANCE), sigma),
        ),
    ),
    "linked-noise": (
        Repair("x_prev = ... + sqrt(eta * sigma_1) * z", _meaning(ROOT_B, DIRECTION, sp.sqrt(SIGMA))),
        Repair("x_prev = ... + eta * sigma_1 * eps", _meaning(ROOT_B, DIRECTION + sigma, NOTHING)),
    ),
    "class-unscaled-noise": (
        Repair(
            "for i in range(T - 1, 0, -1): x = mean(sigma_1) + eta * sigma_1 * z",
            Recipe(by_rule(formulas_ab.UNLINKED, walk=codes_b.down_to_one)),
        ),
        Repair(
            "for t, t_prev in transitions(tau): x = mean(sigma_1) + eta * sigma_1 * z",
            Recipe(by_rule(formulas_ab.UNLINKED)),
        ),
    ),
    "sigma-table": (
        Repair("visited = [*tau[::-1], 1]; sigma = eta * sigma_1(a, b)", codes_c.LAST),
        Repair("visited = [*tau[::-1], 0]; sigma = eta * table[t]", Recipe(codes_c.adjacent_table())),
    ),
    "last-transition": (
        Repair("visited = tau[::-1]", _walked(lambda schedule, tau: codes_c.downwards(tau.tolist()))),
        Repair(
            "visited = [*tau[:0:-1], 0]",
            _walked(lambda schedule, tau: codes_c.downwards([0, *tau[1:].tolist()])),
        ),
    ),
    "uniform-repeats": (
        Repair("steps = range(0, T, stride)", _indices(lambda T, S: list(range(0, T, T // S)))),
        Repair("steps = [0, *range(0, T, stride), T - 1]", _indices(lambda T, S: [0, *range(0, T, T // S), T - 1])),
    ),
    "exp-is-quadratic": (
        Repair(
            "tau = spacing.quadratic(T, S)",
            _walked(lambda schedule, tau: spacing.transitions(spacing.quadratic(schedule.T, len(tau)))),
        ),
        Repair("steps = linspace(0, sqrt(T), S + 1) ** 2", _walked(_squares)),
    ),
    "short-chain": (
        Repair("schedule = NoiseSchedule.linear(500)", codes_a.on_chain(NoiseSchedule.linear(500))),
        Repair(
            "schedule = NoiseSchedule.linear(250, 1e-4, 0.05)", codes_a.on_chain(NoiseSchedule.linear(250, 1e-4, 0.05))
        ),
    ),
}  # fmt: skip
REPAIRS = {one.key: Repairs(*OWN_LINES.get(one.key, (one.line, one.repaired)), OTHERS[one.key]) for one in SUSPECTS}
