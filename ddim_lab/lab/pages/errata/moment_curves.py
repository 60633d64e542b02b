"""The exact mean and variance of two samplers as the errata pages draw them, NaN as null, and what they say."""

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from ddim_lab import errata
from ddim_lab.errata.runner import MEAN, STD, Moment
from ddim_lab.schedule import NoiseSchedule

TOPS = (1.25, 2.5, 6.0, 20.0, 60.0, 150.0)  # where the axis of variances may end
AGREE = 1e-9  # moments no further apart are the same
SAME = 0.02  # relative: variances no further apart count as the same
LARGEST = 1e30  # beyond it a number says no more than "huge"
DATA = {"mean": MEAN, "variance": STD**2}
GRID = np.linspace(1000, 0, 101).astype(int)


def number(value: float) -> float | None:
    """`value` for JSON: null where it is not a number."""
    if math.isnan(value):
        return None
    return float(f"{min(max(value, -LARGEST), LARGEST):.7g}")


def curve(moments: Sequence[Moment]) -> dict[str, list[Any]]:
    """t, mean and variance of a run, one entry a time visited."""
    return {
        "t": [one.t for one in moments],
        "mean": [number(one.mean) for one in moments],
        "variance": [number(one.variance) for one in moments],
    }


@cache
def marginal() -> dict[str, list[Any]]:
    """Mean and variance of noised data at every tenth t of the linear chain, T = 1000: a reference, not the target."""
    a = NoiseSchedule.linear().alpha_bar[GRID]
    return curve([Moment(int(t), *pair) for t, *pair in zip(GRID, np.sqrt(a) * MEAN, a * STD**2 + 1 - a, strict=True)])


def compared(case: errata.Case, at: errata.Setting) -> dict[str, Any]:
    """Curves of the faulty and the right sampler at one setting, and how to read them."""
    wrong, right = paths(case.key, at)
    return {
        "eta": at.eta,
        "S": at.S,
        "wrong": curve(wrong),
        "right": curve(right),
        "marginal": marginal(),
        "data": DATA,
        "trap": trap(right, at),
    }


@lru_cache(256)
def paths(key: str, at: errata.Setting) -> tuple[tuple[Moment, ...], tuple[Moment, ...]]:
    """Exact moments of the case and of the right sampler."""
    case = errata.find(key)
    return case.moments(at.schedule, at.tau, at.eta), errata.right_moments(at.schedule, at.tau, at.eta)


@cache
def axes(key: str) -> dict[str, list[float]]:
    """Where the axes of a case begin and end: fixed, so that they stay while a slider moves."""
    case = errata.find(key)
    etas = {0.0, 1.0, case.setting.eta}
    ends = [paths(key, errata.Setting(eta=eta, S=case.setting.S))[0] for eta in etas]
    return axes_of([one for path in ends for one in path])


def axes_of(moments: Sequence[Moment]) -> dict[str, list[float]]:
    """Axes that hold `moments`, as [low, high] of mean and variance."""
    most = max((one.variance for one in moments if math.isfinite(one.variance)), default=1.0)
    means = [one.mean for one in moments if math.isfinite(one.mean)]
    low, high = min(means, default=0.0), max(means, default=0.0)
    return {
        "variance": [0.0, next((end for end in TOPS if end >= most), TOPS[-1])],
        "mean": [0.0 if low > -0.02 else max(-3.0, math.floor(low * 10) / 10), 0.4 if high < 0.4 else 0.6],
    }


def trap(right: Sequence[Moment], at: errata.Setting) -> str:
    """The yardstick, with the number that shows why it is not the data's variance."""
    ends, data = right[-1].variance, STD**2
    steps = f"{at.S} step{'' if at.S == 1 else 's'}"
    return (
        f"Hold ✗ against ✓, never against the dotted line: with {steps} and eta = {at.eta:g} the right sampler itself "
        f"ends at variance {ends:.4f}, and the data have {data:g}."
    )


def verdict(case: errata.Case) -> tuple[int, str]:
    """Which of "larger", "smaller", "the same", "not a number" (by index) the variance at the end is, and in words."""
    wrong, right = paths(case.key, case.setting)
    said = f"At eta = {case.setting.eta:g} and S = {case.setting.S} the variance ends at {words(wrong[-1].variance)}"
    said += f"; the right sampler's ends at {words(right[-1].variance)}."
    kind = compare(wrong[-1].variance, right[-1].variance)
    return kind, said + (f" {_elsewhere(wrong, right)}" if kind == 2 else "")


def compare(wrong: float, right: float) -> int:
    """0 larger, 1 smaller, 2 the same (within SAME), 3 not a number."""
    if math.isnan(wrong):
        return 3
    if abs(wrong - right) <= SAME * right:
        return 2
    return 0 if wrong > right else 1


def _elsewhere(wrong: Sequence[Moment], right: Sequence[Moment]) -> str:
    """Where a fault shows that does not show in the variance at the end."""
    ours, theirs = [one.t for one in wrong], [one.t for one in right]
    if ours != theirs:
        return (
            f"This fault is in the steps visited: {len(ours) - 1} network calls instead of {len(theirs) - 1}, "
            f"and the walk ends at t = {ours[-1]}."
        )
    middle = max(range(len(ours)), key=lambda i: abs(wrong[i].variance - right[i].variance))
    return (
        f"It differs most on the way, at t = {ours[middle]}: {words(wrong[middle].variance)} instead of "
        f"{words(right[middle].variance)}."
    )


def parting(found: Sequence[Moment], right: Sequence[Moment]) -> str | None:
    """Where `found` first parts from the right moments, in words; None where it never does."""
    ours, theirs = [one.t for one in found], [one.t for one in right]
    if ours != theirs:
        return (
            f"it asks the network {len(ours) - 1} times, from t = {ours[0]} to {ours[-1]}; right would be "
            f"{len(theirs) - 1} times, from {theirs[0]} to {theirs[-1]}, at other steps."
        )
    for one, other in zip(found, right, strict=True):
        for name in ("variance", "mean"):
            value, wanted = getattr(one, name), getattr(other, name)
            if not abs(value - wanted) <= AGREE:  # NaN is never close
                return (
                    f"at t = {one.t} the {name} is {words(value)} instead of {words(wanted)}, "
                    f"and the variance ends at {words(found[-1].variance)} instead of {words(right[-1].variance)}."
                )
    return None


def words(value: float) -> str:
    """A variance or a mean as a learner reads it."""
    if math.isnan(value):
        return "NaN (not a number)"
    if abs(value) >= 1000 or 0 < abs(value) < 1e-3:
        return f"{value:.2g}"
    return f"{value:.4f}"
