"""The exact mean and variance of two samplers as the errata pages draw them, NaN as null, and what they say."""

import math
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache, cached

from ddim_lab import errata
from ddim_lab.errata.runner import Moment
from ddim_lab.exact.known import MEAN, STD
from ddim_lab.lab.once import made_once
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule

TOPS = (1.25, 2.5, 6.0, 20.0, 60.0, 150.0)  # where the axis of variances may end
AGREE = 1e-9  # moments no further apart are the same
SAME = 0.02  # relative: variances no further apart count as the same
LARGEST = 1e30  # beyond it a number says no more than "huge"
DATA = {"mean": MEAN, "variance": STD**2}
GRID = np.linspace(1000, 0, 101).astype(int)

# Sentences, whole, with named values
TRAP_ONE_STEP = (
    "Hold ✗ against ✓, never against the dotted line: with 1 step and eta = {eta:g} the right sampler itself ends at "
    "variance {ends:.4f}, and the data have {data:g}."
)
TRAP = (
    "Hold ✗ against ✓, never against the dotted line: with {S} steps and eta = {eta:g} the right sampler itself ends "
    "at variance {ends:.4f}, and the data have {data:g}."
)
ENDS = "At eta = {eta:g} and S = {S} the variance ends at {wrong}; the right sampler's ends at {right}."
IN_THE_STEPS = (
    "This fault is in the steps visited: {calls} network calls instead of {right}, and the walk ends at t = {end}."
)
ON_THE_WAY = "It differs most on the way, at t = {t}: {wrong} instead of {right}."
REPAIRED = "Repaired: with this line the mean and the variance are the right ones at every t, to the end ({ends})."
OTHER_STEPS = (
    "It was run with this line, and it still fails: it asks the network {calls} times, from t = {start} to {end}; "
    "right would be {right_calls} times, from {right_start} to {right_end}, at other steps."
)
PARTS = {
    "variance": (
        "It was run with this line, and it still fails: at t = {t} the variance is {value} instead of {wanted}, "
        "and the variance ends at {ends} instead of {right_ends}."
    ),
    "mean": (
        "It was run with this line, and it still fails: at t = {t} the mean is {value} instead of {wanted}, "
        "and the variance ends at {ends} instead of {right_ends}."
    ),
}


def number(value: float) -> float | None:
    """`value` for JSON: null where it is not a number."""
    if math.isnan(value):
        return None
    return float(f"{min(max(value, -LARGEST), LARGEST):.7g}")


def curve(moments: Sequence[Moment]) -> dict[str, list[Any]]:
    """t, mean and variance of a run, one entry a time visited."""
    return {
        "t": times(moments),
        "mean": [number(moment.mean) for moment in moments],
        "variance": [number(moment.variance) for moment in moments],
    }


def times(moments: Sequence[Moment]) -> list[int]:
    """The t visited, in order."""
    return [moment.t for moment in moments]


@made_once
def marginal() -> dict[str, list[Any]]:
    """Mean and variance of noised data at every tenth t of the linear chain, T = 1000: a reference, not the target."""
    a = NoiseSchedule.linear().alpha_bar[GRID]
    return curve([Moment(int(t), *pair) for t, *pair in zip(GRID, np.sqrt(a) * MEAN, a * STD**2 + 1 - a, strict=True)])


def compared(case: errata.Case, at: Run) -> dict[str, Any]:
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


@cached(LRUCache(256), lock=Lock())
def paths(key: str, at: Run) -> tuple[tuple[Moment, ...], tuple[Moment, ...]]:
    """Exact moments of the case and of the right sampler."""
    case = errata.find(key)
    return case.moments(at.schedule, at.tau, at.eta), errata.right_moments(at.schedule, at.tau, at.eta)


@made_once
def axes(key: str) -> dict[str, list[float]]:
    """Where the axes of a case begin and end: fixed, so that they stay while a slider moves."""
    case = errata.find(key)
    etas = {0.0, 1.0, case.setting.eta}
    ends = [paths(key, errata.even_steps(eta, case.setting.S))[0] for eta in etas]
    return axes_of([moment for path in ends for moment in path])


def axes_of(moments: Sequence[Moment]) -> dict[str, list[float]]:
    """Axes that hold `moments`, as [low, high] of mean and variance."""
    most = max((moment.variance for moment in moments if math.isfinite(moment.variance)), default=1.0)
    means = [moment.mean for moment in moments if math.isfinite(moment.mean)]
    low, high = min(means, default=0.0), max(means, default=0.0)
    return {
        "variance": [0.0, next((end for end in TOPS if end >= most), TOPS[-1])],
        "mean": [0.0 if low > -0.02 else max(-3.0, math.floor(low * 10) / 10), 0.4 if high < 0.4 else 0.6],
    }


def trap(right: Sequence[Moment], at: Run) -> str:
    """The yardstick, with the number that shows why it is not the data's variance."""
    told = TRAP_ONE_STEP if at.S == 1 else TRAP
    return told.format(S=at.S, eta=at.eta, ends=right[-1].variance, data=STD**2)


def verdict(case: errata.Case) -> tuple[int, str]:
    """Which of "larger", "smaller", "the same", "not a number" (by index) the variance at the end is, and in words."""
    at, (wrong, right) = case.setting, paths(case.key, case.setting)
    told = [ENDS.format(eta=at.eta, S=at.S, wrong=words(wrong[-1].variance), right=words(right[-1].variance))]
    kind = compare(wrong[-1].variance, right[-1].variance)
    if kind == 2:
        told.append(_elsewhere(wrong, right))
    return kind, " ".join(told)


def compare(wrong: float, right: float) -> int:
    """0 larger, 1 smaller, 2 the same (within SAME), 3 not a number."""
    if math.isnan(wrong):
        return 3
    if abs(wrong - right) <= SAME * right:
        return 2
    return 0 if wrong > right else 1


def _elsewhere(wrong: Sequence[Moment], right: Sequence[Moment]) -> str:
    """Where a fault shows that does not show in the variance at the end."""
    if times(wrong) != times(right):
        return IN_THE_STEPS.format(calls=len(wrong) - 1, right=len(right) - 1, end=wrong[-1].t)
    ours, theirs = max(zip(wrong, right, strict=True), key=lambda pair: abs(pair[0].variance - pair[1].variance))
    return ON_THE_WAY.format(t=ours.t, wrong=words(ours.variance), right=words(theirs.variance))


def repaired(moments: Sequence[Moment], right: Sequence[Moment]) -> tuple[bool, str]:
    """Whether a sampler has the right moments at every t, and in words where it first parts from them."""
    if times(moments) != times(right):
        ours = {"calls": len(moments) - 1, "start": moments[0].t, "end": moments[-1].t}
        theirs = {"right_calls": len(right) - 1, "right_start": right[0].t, "right_end": right[-1].t}
        return False, OTHER_STEPS.format(**ours, **theirs)
    ends = words(moments[-1].variance)
    for moment, wanted in zip(moments, right, strict=True):
        for name, told in PARTS.items():
            value, other = getattr(moment, name), getattr(wanted, name)
            if not abs(value - other) <= AGREE:  # NaN is never close
                sides = {"value": words(value), "wanted": words(other), "right_ends": words(right[-1].variance)}
                return False, told.format(t=moment.t, ends=ends, **sides)
    return True, REPAIRED.format(ends=ends)


def words(value: float) -> str:
    """A variance or a mean as a learner reads it."""
    if math.isnan(value):
        return "NaN (not a number)"
    if abs(value) >= 1000 or 0 < abs(value) < 1e-3:
        return f"{value:.2g}"
    return f"{value:.4f}"
