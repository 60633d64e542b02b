"""Faulty code of document C, rebuilt in our own words: its walk, its table of sigmas, and small slips around them.

The notes count indices 0..T-1; index i is t = i + 1 here.
"""

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.errata import rules, runner
from ddim_lab.errata.case import Case, Finding, Setting
from ddim_lab.errata.recipe import Move, Moves, Pairs, Recipe, Walk, as_given, by_rule
from ddim_lab.schedule import NoiseSchedule

FULL = NoiseSchedule.linear()
TEN = NoiseSchedule.linear(10, 0.01, 0.9)
MANY_STRIDES = (2, 10, 50)


def uniform_steps(T: int, stride: int) -> list[int]:
    """Indices 0, stride, 2 stride .. and T - 1 appended, whether or not it is there already."""
    return [*range(0, T, stride), T - 1]


def exp_steps(T: int, count: int) -> list[int]:
    """`count` squares from 0 to 0.8 T, cut to whole numbers, and T - 1 appended."""
    return [*squares(0.8 * T, count), T - 1]


def squares(top: float, count: int) -> list[int]:
    """`count` squares of evenly spaced numbers, from 0 to `top`, cut to whole numbers."""
    return [int(value) for value in np.linspace(0, np.sqrt(top), count) ** 2]


def downwards(visited: list[int]) -> Pairs:
    """(t, t_prev) from the last of `visited` to the first, as they stand: repeated ones stay."""
    return list(pairwise(visited[::-1]))


def pairs_of(steps: list[int]) -> Pairs:
    """(t, t_prev) from the last index down to the first: it ends at index 0, that is at t = 1."""
    return downwards([i + 1 for i in steps])


def ends_at_one(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    """The walk along tau that stops at t = 1, the first entry of a table without alpha_bar[0] = 1."""
    return downwards([1, *(t for t in tau.tolist() if t > 1)])


def _top_twice(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    top = int(tau[-1])
    return [(top, top), *spacing.transitions(tau)]


def _squares(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    return downwards([0, *(i + 1 for i in exp_steps(schedule.T, len(tau)))])


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
        found = []
        for t, t_prev in walk(schedule, tau):
            sigma, a = eta * adjacent_sigma(levels, t), float(levels[t])
            found.append(Move(t, t_prev, a, a, *fit(a, float(levels[t_prev]), sigma)))
        return found

    return moves


def _with_stride(stride: int) -> Walk:
    return lambda schedule, tau: pairs_of(uniform_steps(schedule.T, stride))


def _breaks(stride: int, eta: float) -> bool:
    """Whether some direction of the walk is the root of a negative number."""
    moves = adjacent_table(_with_stride(stride))(FULL, np.empty(0, np.int64), eta)
    return any(np.isnan(move.m) for move in moves)


@cache
def first_breaking_stride(eta: float) -> int:
    """The smallest stride of `uniform_steps`, T = 1000, whose walk gives NaN at `eta`."""
    return next(stride for stride in range(1, FULL.T) if _breaks(stride, eta))


@cache
def effective_eta(stride: int) -> float:
    """The median over the transitions of what an eta of 1 really is: the table's sigma over the right sigma(1)."""
    moves = adjacent_table(_with_stride(stride))(FULL, np.empty(0, np.int64), 1.0)
    right = by_rule(rules.right(), walk=_with_stride(stride))(FULL, np.empty(0, np.int64), 1.0)
    return float(np.median([one.sigma / true.sigma for one, true in zip(moves, right, strict=True) if true.sigma > 0]))


def _table() -> Finding:
    medians = {stride: effective_eta(stride) for stride in MANY_STRIDES}
    first = {eta: first_breaking_stride(eta) for eta in (1.0, 0.5)}
    said = (
        "At eta = 1 the median effective eta is "
        + ", ".join(f"{value:.2f} at stride {stride}" for stride, value in medians.items())
        + f". Near the data σ is too large instead: NaN at eta = 1 from stride {first[1.0]}, at 0.5 from stride "
        f"{first[0.5]}."
    )
    facts = {"effective eta": medians, "first NaN stride": first}
    return Finding(facts, said, max(medians.values()) < 1 and all(stride > 1 for stride in first.values()))


def _noise_left() -> Finding:
    tau = spacing.trailing(10, 10)
    wrong, right = (runner.moments(one, TEN, tau)[-1].variance for one in (LAST, Recipe(by_rule(rules.right()))))
    left = 1 - float(TEN.alpha_bar[1])
    said = (
        f"T = 10, betas 0.01 to 0.9, eta = 0: variance {wrong:.6f} instead of {right:.6f}. The result still holds "
        f"noise of variance {left:.2g}."
    )
    return Finding({"variance": wrong, "right variance": right, "noise left": left}, said, wrong > right)


def _repeats() -> Finding:
    strides = [stride for stride in range(1, 1000) if pairs_of(uniform_steps(1000, stride))[0] == (1000, 1000)]
    divides = [stride for stride in range(1, 1000) if 999 % stride == 0]
    said = f"At T = 1000 index 999 comes twice for the strides {', '.join(map(str, strides))}: those that divide 999."
    return Finding({"strides": strides}, said, strides == divides and 1 in strides)


def _exponential() -> Finding:
    duplicates = [n for n in range(2, 101) if len(set(exp_steps(1000, n))) < n + 1]
    twenty = exp_steps(1000, 20)
    second = np.diff(np.linspace(0, np.sqrt(800), 20) ** 2, 2)
    said = (
        f"With the number 20 come {len(twenty)} steps, up to {twenty[-2]} and then {twenty[-1]}. Their second "
        f"differences are all {second[0]:.2f} before rounding: squares, not powers. From {duplicates[0]} steps on, "
        "some come twice."
    )
    facts = {"steps": len(twenty), "top": twenty[-2], "first with duplicates": duplicates[0]}
    every = duplicates == list(range(duplicates[0], 101))
    return Finding(facts | {"always after": every}, said, bool(np.allclose(second, second[0])) and len(twenty) == 21)


def chosen_steps(kind: str, T: int = 1000) -> list[int]:
    """Steps by name, with a bare text as the guard: our own copy of the slip."""
    if kind == "uniform":
        steps = uniform_steps(T, 10)
    else:
        assert "no such kind"  # a text that is not empty counts as true
    return steps  # pyright: ignore[reportPossiblyUnboundVariable]


def _guard() -> Finding:
    try:
        chosen_steps("uniformm")
        failed = "nothing"
    except AssertionError:
        failed = "AssertionError"
    except UnboundLocalError:
        failed = "UnboundLocalError"
    said = f"A mistyped name passes the assert and fails later with {failed}, about another matter."
    return Finding({"error": failed}, said, failed == "UnboundLocalError")


def _zero_test() -> Finding:
    met = [stride for stride in range(1, 1000) if any(t == 1 for t, _ in pairs_of(uniform_steps(1000, stride)))]
    last = adjacent_table(_with_stride(10))(FULL, np.empty(0, np.int64), 0.5)[-1]
    said = (
        f"Of the strides 1 to 999, {len(met)} ever leave index 0. The last transition goes from index {last.t - 1} to "
        f"index {last.t_prev - 1} and adds noise of deviation {last.sigma:.4f} at eta = 0.5, stride 10."
    )
    return Finding({"strides that meet it": len(met), "last sigma": last.sigma}, said, not met and last.sigma > 0)


def named_x0(x_t: Any, eps: Any, a: float, b: float) -> Any:
    """What the notes' code calls the predicted x_0."""
    return b**0.5 * (x_t - (1 - a) ** 0.5 * eps) / a**0.5


def _shrunk() -> Finding:
    a, b, x_0, eps = 0.5, 0.7, 1.0, -0.4
    shown = named_x0(a**0.5 * x_0 + (1 - a) ** 0.5 * eps, eps, a, b)
    said = f"For x_0 = 1 and the true noise, at alpha_bar_prev = 0.7, the variable holds {shown:.6f}, not 1."
    return Finding({"shown": shown, "x_0": x_0}, said, abs(shown - b**0.5 * x_0) < 1e-12)


def _compared() -> Finding:
    import torch

    try:
        bool(np.zeros(3) == None)  # noqa: E711
        array = "nothing"
    except ValueError as error:
        array = type(error).__name__
    tensor = bool(torch.zeros(3) == None)  # noqa: E711
    said = (
        f"With a NumPy array the test raises {array}; with a torch tensor it gives {tensor} and works by luck. "
        "“is None” asks what is meant."
    )
    return Finding({"array": array, "tensor": tensor}, said, array == "ValueError")


LAST = Recipe(by_rule(rules.right(), walk=ends_at_one))
CASES = (
    Case(
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
        setting=Setting(eta=0.5, S=100),
        shows="wider",
        run=_table,
    ),
    Case(
        key="last-transition",
        document="C",
        kind="code",
        title="The walk ends at the first table entry, not at the data",
        claim="The last transition goes to index 0 of the table, and its result is the picture.",
        misconception="the first entry of the table of alpha_bar is the data",
        wrong="alpha_bar = cumprod(1 - betas)",
        right="alpha_bar = concatenate([[1], cumprod(1 - betas)])",
        why="The table starts after one step of noise, at 1 − β_1. A walk that ends there leaves that noise in the "
        "picture. With alpha_bar[0] = 1 the last step has σ = 0 by the formula itself.",
        recipe=LAST,
        setting=Setting(eta=0.0, S=10),
        shows="wider",
        run=_noise_left,
    ),
    Case(
        key="uniform-repeats",
        document="C",
        kind="code",
        title="“uniform” visits the top twice",
        claim="The steps are 0, stride, 2·stride, … with T − 1 appended.",
        misconception="an end can be appended without looking whether it is there",
        wrong="steps = [*range(0, T, stride), T - 1]",
        right="tau = spacing.trailing(T, S)   # built once, checked to rise",
        why="Where the stride divides T − 1 the range already ends there, for the default stride 1 too. The first "
        "transition then goes from T − 1 to T − 1: a network call for nothing.",
        recipe=Recipe(by_rule(rules.right(), walk=_top_twice)),
        setting=Setting(eta=0.0, S=10),
        shows="steps",
        run=_repeats,
    ),
    Case(
        key="exp-is-quadratic",
        document="C",
        kind="code",
        title="“exp” is quadratic, has duplicates, and its number is a count",
        claim="A second spacing called exponential takes the same number as the first, there a stride.",
        misconception="the name of a spacing says what it does",
        wrong='steps("exp", tau)   # tau: how many',
        right="tau = spacing.quadratic(T, S)",
        why="It squares evenly spaced numbers up to 0.8·T and cuts them to integers, so near the data neighbours fall "
        "together. One argument means a stride in one spacing and a count in the other.",
        recipe=Recipe(by_rule(rules.right(), walk=_squares)),
        setting=Setting(eta=0.0, S=40),
        shows="wider",
        run=_exponential,
    ),
    Case(
        key="assert-text",
        document="C",
        kind="code",
        title="The guard against a wrong name never fires",
        claim="For an unknown spacing the code asserts a text.",
        misconception="an assert with a text raises an error",
        wrong='assert "no such spacing"',
        right='raise ValueError(f"no such spacing: {kind}")',
        why="assert tests its first part, and a text that is not empty is true.",
        run=_guard,
    ),
    Case(
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
        setting=Setting(eta=1.0, S=10),
        shows="wider",
        run=_zero_test,
    ),
    Case(
        key="named-x0",
        document="C",
        kind="code",
        title="predicted_x0 is not the predicted x_0",
        claim="The variable with that name holds the first of the three terms.",
        misconception="the first term of a step is the predicted picture",
        wrong="predicted_x0 = sqrt(b) * (x_t - sqrt(1 - a) * eps) / sqrt(a)",
        right="x0 = (x_t - sqrt(1 - a) * eps) / sqrt(a)\nx0_term = sqrt(b) * x0",
        why="The sum is right, the name is not: shown as a picture, or clipped to [−1, 1], the term is too dark by √b.",
        run=_shrunk,
    ),
    Case(
        key="equals-none",
        document="C",
        kind="code",
        title="sample == None",
        claim="Whether a start was given is tested with ==.",
        misconception="== None asks whether there is a value",
        wrong="if start == None: ...",
        right="if start is None: ...",
        why="== asks the value itself, and arrays answer for each element.",
        run=_compared,
    ),
)
