"""Document C's table of sigmas, made for adjacent steps, and the noise that its code adds at the end."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ddim_lab.errata import rules
from ddim_lab.errata.case import FULL, Case, Finding, Repair, Suspect, even_steps
from ddim_lab.errata.documents.c.steps import LAST, NO_TAU, uniform_steps
from ddim_lab.errata.recipe import Move, Moves, Recipe, Walk, as_given, by_rule
from ddim_lab.errata.walks import ends_at_one, pairs_of
from ddim_lab.schedule import NoiseSchedule

MANY_STRIDES = (2, 10, 50)


def adjacent_sigma(levels: NDArray[np.float64], t: int) -> float:
    """The table's entry: sigma(1) of the step t -> t - 1."""
    return rules.right()(float(levels[t]), float(levels[t - 1]), 1.0)[2]


def _noisy_end(schedule: NoiseSchedule, tau: NDArray[np.int64], eta: float) -> list[Move]:
    """The right moves, but the last one, to the data, adds the noise that the table has for it."""
    *before, last = by_rule(rules.right())(schedule, tau, eta)
    return [*before, last._replace(sigma=eta * adjacent_sigma(schedule.alpha_bar, last.t))]


def adjacent_table(walk: Walk = as_given) -> Moves:
    """Moves whose sigma is eta times sigma(1) of the step t -> t - 1, however far the transition really goes."""
    fit = rules.given_sigma()

    def moves(schedule: NoiseSchedule, tau: NDArray[np.int64], eta: float) -> list[Move]:
        levels = schedule.alpha_bar

        def move(t: int, t_prev: int) -> Move:
            sigma, a = eta * adjacent_sigma(levels, t), float(levels[t])
            return Move(t, t_prev, a, a, *fit(a, float(levels[t_prev]), sigma))

        return [move(*pair) for pair in walk(schedule, tau)]

    return moves


def _with_stride(stride: int) -> Walk:
    return lambda schedule, tau: pairs_of(uniform_steps(schedule.T, stride))


def _breaks(stride: int, eta: float) -> bool:
    """Whether some direction of the walk is the root of a negative number."""
    moves = adjacent_table(_with_stride(stride))(FULL, NO_TAU, eta)
    return any(np.isnan(move.m) for move in moves)


@cache
def first_breaking_stride(eta: float) -> int:
    """The smallest stride of `uniform_steps`, T = 1000, whose walk gives NaN at `eta`."""
    return next(stride for stride in range(1, FULL.T) if _breaks(stride, eta))


@cache
def effective_eta(stride: int) -> float:
    """The median over the transitions of what an eta of 1 really is: the table's sigma over the right sigma(1)."""
    table = adjacent_table(_with_stride(stride))(FULL, NO_TAU, 1.0)
    right = by_rule(rules.right(), walk=_with_stride(stride))(FULL, NO_TAU, 1.0)
    ratios = [wrong.sigma / true.sigma for wrong, true in zip(table, right, strict=True) if true.sigma > 0]
    return float(np.median(ratios))


def _table() -> Finding:
    medians = {stride: effective_eta(stride) for stride in MANY_STRIDES}
    first = {eta: first_breaking_stride(eta) for eta in (1.0, 0.5)}
    said = (
        f"At eta = 1 the median effective eta is {medians[2]:.2f} at stride 2, {medians[10]:.2f} at stride 10, "
        f"{medians[50]:.2f} at stride 50. Near the data σ is too large instead: NaN at eta = 1 from stride "
        f"{first[1.0]}, at 0.5 from stride {first[0.5]}."
    )
    facts = {"effective eta": medians, "first NaN stride": first}
    return Finding(facts, said, max(medians.values()) < 1 and all(stride > 1 for stride in first.values()))


def _zero_test() -> Finding:
    met = [stride for stride in range(1, 1000) if any(t == 1 for t, _ in pairs_of(uniform_steps(1000, stride)))]
    last = adjacent_table(_with_stride(10))(FULL, NO_TAU, 0.5)[-1]
    said = (
        f"Of the strides 1 to 999, {len(met)} ever leave index 0. The last transition goes from index {last.t - 1} to "
        f"index {last.t_prev - 1} and adds noise of deviation {last.sigma:.4f} at eta = 0.5, stride 10."
    )
    return Finding({"strides that meet it": len(met), "last sigma": last.sigma}, said, not met and last.sigma > 0)


SIGMA_TABLE = Case(
    key="sigma-table",
    document="C",
    kind="code",
    title="σ is read from a table of adjacent steps",
    claim="σ of each t is computed once, for t → t − 1, and used for every stride.",
    misconception="σ belongs to a time t, not to a jump from t to t_prev",
    wrong="sigma = eta * table[t]   # built for t -> t - 1",
    right="sigma = eta * sigma_1(alpha_bar[t], alpha_bar[t_prev])",
    why="σ(1) belongs to a pair of levels. For a longer jump the table is too small nearly everywhere, so an eta "
    "of 1 means much less; near the data it is too large, and the root of the direction term goes negative. At the "
    "data itself any σ is too large: so this walk also ends at t = 1, as the text's does, with that noise left.",
    recipe=Recipe(adjacent_table(ends_at_one)),
    setting=even_steps(eta=0.5, S=100),
    shows="wider",
    run=_table,
    suspect=Suspect(
        cause="σ comes from a table of adjacent steps, and the walk ends at t = 1",
        tell="The ruler ends at 1, and the variance on the way is that of a far smaller eta.",
        setting=even_steps(eta=0.5, S=100),
        line="visited = [*tau[::-1], 1]; sigma = eta * table[t]",
        repaired="visited = [*tau[::-1], 0]; sigma = eta * sigma_1(a, b)",
        others=(
            Repair("visited = [*tau[::-1], 1]; sigma = eta * sigma_1(a, b)", LAST),
            Repair("visited = [*tau[::-1], 0]; sigma = eta * table[t]", Recipe(adjacent_table())),
        ),
    ),
)
ZERO_TEST = Case(
    key="zero-test",
    document="C",
    kind="code",
    title="The test for “no noise at index 0” never applies",
    claim="Noise is left out where the index of the step is 0.",
    misconception="last-noise",
    wrong="z = 0 if t_index == 0 else randn()",
    right="# no test: at alpha_bar_prev = 1 the formula gives sigma = 0",
    why="The tested index is the upper one of each pair, and index 0 is only ever the lower one. So the last "
    "transition adds fresh noise, and nothing comes after it to take it away. Shown alone here: all other σ are "
    "right, and the walk goes to the data.",
    recipe=Recipe(_noisy_end),
    setting=even_steps(eta=1.0, S=10),
    shows="wider",
    run=_zero_test,
)
