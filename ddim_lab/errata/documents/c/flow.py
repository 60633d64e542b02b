"""Document C's probability flow, which is right."""

import math

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact
from ddim_lab.errata import runner
from ddim_lab.errata.case import FULL, Finding, Note
from ddim_lab.errata.documents.c.steps import NO_TAU, uniform_steps
from ddim_lab.errata.recipe import Pairs, Recipe, by_rule
from ddim_lab.errata.walks import pairs_of
from ddim_lab.schedule import NoiseSchedule

STRIDES = (1, 10, 50, 100)


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


def _flow_variance() -> Finding:
    down = {stride: runner.moments(flow(stride), FULL, NO_TAU)[-1].variance for stride in STRIDES}
    up = runner.moments(flow(10, upwards=True), FULL, NO_TAU)
    gain = math.sqrt(up[-1].variance)  # from variance 1 at t = 1; both maps are linear, so their gains multiply
    trip = gain * math.sqrt(runner.moments(flow(10), FULL, NO_TAU)[-1].variance)
    said = (
        "The formula is the paper's Eq. 15, in both directions. Stepped in σ̄² it is poor with few steps: variance "
        f"{down[1]:.4g} at stride 1, {down[10]:.4g} at stride 10, {down[50]:.4g} at stride 50, {down[100]:.4g} at "
        f"stride 100 for data of variance 0.25. There and back at stride 10 multiplies the spread by {trip:.3f}."
    )
    values = list(down.values())
    return Finding({"variance": down, "round trip": trip}, said, values == sorted(values) and values[0] > 0.25)


NOTE = Note(
    key="probability-flow",
    document="C",
    title="The probability flow is right, both ways",
    says="The notes' function steps the ODE with Euler's method in the squared noise-to-signal ratio, from noise to "
    "data and back.",
    run=_flow_variance,
)
