"""The steps that document C's code visits: its two spacings, and where its walk ends."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.errata import runner
from ddim_lab.errata.case import Case, Finding, Repair, Suspect, even_steps
from ddim_lab.errata.recipe import Pairs, Recipe, as_given, walked
from ddim_lab.errata.walks import downwards, ends_at_one, pairs_of
from ddim_lab.schedule import NoiseSchedule

TEN = NoiseSchedule.linear(10, 0.01, 0.9)
NO_TAU = np.empty(0, np.int64)  # for walks that ask for none
LAST = walked(ends_at_one)


def uniform_steps(T: int, stride: int) -> list[int]:
    """Indices 0, stride, 2 stride .. and T - 1 appended, whether or not it is there already."""
    return [*range(0, T, stride), T - 1]


def exp_steps(T: int, count: int) -> list[int]:
    """`count` squares from 0 to 0.8 T, cut to whole numbers, and T - 1 appended."""
    return [*squares(0.8 * T, count), T - 1]


def squares(top: float, count: int) -> list[int]:
    """`count` squares of evenly spaced numbers, from 0 to `top`, cut to whole numbers."""
    return [int(value) for value in np.linspace(0, np.sqrt(top), count) ** 2]


def _top_twice(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    top = int(tau[-1])
    return [(top, top), *spacing.transitions(tau)]


def _squares(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    return downwards([0, *(i + 1 for i in exp_steps(schedule.T, len(tau)))])


def _squares_to_the_top(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    """The same, but up to T."""
    return downwards(squares(schedule.T, len(tau) + 1))


def _indices(steps: Callable[[int, int], list[int]]) -> Recipe:
    """A walk down a list of indices 0..T-1 made from T and S; index i is t = i + 1."""

    def walk(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
        return pairs_of(steps(schedule.T, len(tau)))

    return walked(walk)


def _noise_left() -> Finding:
    tau = spacing.trailing(10, 10)
    wrong, right = (runner.moments(recipe, TEN, tau)[-1].variance for recipe in (LAST, walked(as_given)))
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


CASES = (
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
        setting=even_steps(eta=0.0, S=10),
        shows="wider",
        run=_noise_left,
        suspect=Suspect(
            cause="The walk ends at t = 1, not at the data",
            tell="The ruler ends at 1.",
            setting=even_steps(eta=0.0, S=10),
            line="visited = [*tau[::-1], 1]",
            repaired="visited = [*tau[::-1], 0]",
            others=(
                Repair("visited = tau[::-1]", walked(lambda schedule, tau: downwards(tau.tolist()))),
                Repair("visited = [*tau[:0:-1], 0]", walked(lambda schedule, tau: downwards([0, *tau[1:].tolist()]))),
            ),
        ),
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
        recipe=walked(_top_twice),
        setting=even_steps(eta=0.0, S=10),
        shows="steps",
        run=_repeats,
        suspect=Suspect(
            cause="The first step is visited twice",
            tell="Where the run ends is right, but the ruler shows the top twice: one network call for nothing.",
            setting=even_steps(eta=0.0, S=10),
            line="steps = [*range(0, T, stride), T - 1]",
            repaired="tau = spacing.trailing(T, S)",
            others=(
                Repair("steps = range(0, T, stride)", _indices(lambda T, S: list(range(0, T, T // S)))),
                Repair(
                    "steps = [0, *range(0, T, stride), T - 1]", _indices(lambda T, S: [0, *range(0, T, T // S), T - 1])
                ),
            ),
        ),
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
        recipe=walked(_squares),
        setting=even_steps(eta=0.0, S=40),
        shows="wider",
        run=_exponential,
        suspect=Suspect(
            cause="The steps are squares, some of them the same",
            tell="The ruler shows steps crowded near the data, and some of them twice.",
            setting=even_steps(eta=0.0, S=40),
            line="steps = linspace(0, sqrt(0.8 * T), S) ** 2",
            repaired="tau = spacing.trailing(T, S)",
            others=(
                Repair(
                    "tau = spacing.quadratic(T, S)",
                    walked(lambda schedule, tau: spacing.transitions(spacing.quadratic(schedule.T, len(tau)))),
                ),
                Repair("steps = linspace(0, sqrt(T), S + 1) ** 2", walked(_squares_to_the_top)),
            ),
        ),
    ),
)
