"""What the documents say rightly, and what is worth proving all the same."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact
from ddim_lab.errata import runner
from ddim_lab.errata.case import Finding
from ddim_lab.errata.codes_c import pairs_of, uniform_steps
from ddim_lab.errata.recipe import Pairs, Recipe, by_rule
from ddim_lab.schedule import NoiseSchedule

FULL = NoiseSchedule.linear()
NO_TAU = np.empty(0, np.int64)
STRIDES = (1, 10, 50, 100)


@dataclass(frozen=True)
class Note:
    """A right statement; `run` shows it."""

    key: str
    document: str
    title: str
    says: str
    run: Callable[[], Finding]


def _flow_rule(alpha_bar_t: float, alpha_bar_prev: float, eta: float) -> tuple[float, float, float]:
    """The paper's Eq. 15, from one level to the other, upwards or downwards."""
    if alpha_bar_t == alpha_bar_prev:  # the repeated top of the notes' walk
        return 0.0, 1.0, 0.0
    return exact.rules.euler_variance(alpha_bar_t, alpha_bar_prev)


def flow(stride: int, upwards: bool = False) -> Recipe:
    """The probability flow along the notes' “uniform” steps, from noise to data or back."""

    def walk(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
        down = pairs_of(uniform_steps(schedule.T, stride))
        return [(t_prev, t) for t, t_prev in reversed(down)] if upwards else down

    return Recipe(by_rule(_flow_rule, walk=walk))


def _matched() -> Finding:
    from ddim_lab.symbolic import posterior

    found = posterior.matching()
    said = (
        f"All {len(found.steps)} steps of the derivation are checked: σ² is β̃, and the weight of x_0 then matches by "
        "itself."
    )
    return Finding({"residuals": found.residuals}, said, found.holds)


def _flow_variance() -> Finding:
    down = {stride: runner.moments(flow(stride), FULL, NO_TAU)[-1].variance for stride in STRIDES}
    up = runner.moments(flow(10, upwards=True), FULL, NO_TAU)
    gain = math.sqrt(up[-1].variance)  # from variance 1 at t = 1; both maps are linear, so their gains multiply
    trip = gain * math.sqrt(runner.moments(flow(10), FULL, NO_TAU)[-1].variance)
    said = (
        "The formula is the paper's Eq. 15, in both directions. Stepped in σ̄² it is poor with few steps: variance "
        + ", ".join(f"{value:.4g} at stride {stride}" for stride, value in down.items())
        + f" for data of variance 0.25. There and back at stride 10 multiplies the spread by {trip:.3f}."
    )
    values = list(down.values())
    return Finding({"variance": down, "round trip": trip}, said, values == sorted(values) and values[0] > 0.25)


def _kernel() -> Finding:
    from ddim_lab.symbolic import undetermined
    from ddim_lab.symbolic.symbols import reduced

    left = tuple(reduced(value) for value in undetermined.remainders(undetermined.solution()))
    said = (
        f"With the kernel of that line both marginal conditions hold: what is left of them is {left[0]} and {left[1]}."
    )
    return Finding({"residuals": left}, said, left == (0, 0))


NOTES = (
    Note(
        "eta-matching",
        "A",
        "Matching one coefficient gives σ",
        "Comparing the weight of the predicted noise with the DDPM's gives σ, and there is only one. The weight of x_t "
        "was not asked for; it matches by itself.",
        _matched,
    ),
    Note(
        "probability-flow",
        "C",
        "The probability flow is right, both ways",
        "The notes' function steps the ODE with Euler's method in the squared noise-to-signal ratio, from noise to "
        "data and back.",
        _flow_variance,
    ),
    Note(
        "kernel-in-the-end",
        "E",
        "The line after the mistake is right",
        "After a variance was set equal to a deviation, the kernel of the next line is the paper's own again, so it "
        "cannot have come from the line above it.",
        _kernel,
    ),
)
