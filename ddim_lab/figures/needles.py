"""Three knobs, two needles: what k, m and sigma do to one pixel, and what is left of the two marginal conditions."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import Wedge
from numpy.typing import NDArray

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas
from ddim_lab.symbolic.conditions import Conditions

INK, GREY, GRID = palette.LIGHT.text, palette.NEUTRAL.text_light, palette.LIGHT.grid
MET = 0.01  # a needle counts as at 0 within this: half a step of a knob moves it by less
X = np.linspace(-2.6, 3.6, 400)  # values of the pixel, whose x_0 is 1
FULL_TURN = 1.2  # the gap at which a needle is nearly flat
WORDS = {"mean": ("too low", "too high"), "variance": ("too little noise", "too much noise")}
Found = Sequence[tuple[float, float]]


class Knobs(NamedTuple):
    """One setting of the three weights."""

    k: float
    m: float
    sigma: float


def needles(at: Conditions, k: float, m: float, sigma: float, found: Found = ()) -> PrintFigure:
    """One setting: the pixel's two bell curves, both needles, and its place in the (m, sigma) plane.

    `found`: settings (m, sigma) that were found before; they stay as dots.
    """
    return states(at, {"": Knobs(k, m, sigma)}, found)


def states(at: Conditions, settings: Mapping[str, Knobs], found: Found = ()) -> PrintFigure:
    """Named settings of k, m and sigma, one row each."""
    with rc_context(STYLE):
        spoken = "; ".join(_spoken(at, name, knobs) for name, knobs in settings.items())
        figure = canvas(9.6, 2.35 * len(settings) + 0.1, spoken)
        ratios = {"width_ratios": (2.3, 1.3, 1.3, 1.5)}
        rows = figure.subplots(len(settings), 4, squeeze=False, gridspec_kw=ratios)
        for row, (name, knobs) in zip(rows, settings.items(), strict=True):
            _bells(row[0], at, knobs, name)
            for axes, condition, gap in zip(row[1:3], WORDS, at.gaps(*knobs), strict=True):
                _needle(axes, condition, gap)
            _plane(row[3], knobs, found)
    return figure


def met(at: Conditions, knobs: Knobs) -> bool:
    """Whether both needles are at 0."""
    return max(map(abs, at.gaps(*knobs))) <= MET


def _bells(axes: Axes, at: Conditions, knobs: Knobs, name: str) -> None:
    (mean, variance), (wanted_mean, wanted_variance) = at.moments(*knobs), at.wanted()
    target = _density(wanted_mean, wanted_variance)
    axes.plot(X, target, color=INK, linestyle=(0, (5, 3)), linewidth=1.6, label="wanted")
    axes.fill_between(X, _density(mean, max(variance, 1e-4)), color=palette.NEUTRAL.colour, alpha=0.35, linewidth=0)
    axes.plot(X, _density(mean, max(variance, 1e-4)), color=GREY, linewidth=1.8, label="x_prev now")
    axes.set(ylim=(0, float(target.max()) * 2.6), yticks=[], xlabel="value of a pixel with x_0 = 1")
    start = f"{name}\n" if name else ""
    axes.set_title(f"{start}k = {knobs.k:.2f}   m = {knobs.m:.2f}   σ = {knobs.sigma:.2f}")
    axes.legend(loc="upper left", handlelength=2.2, borderpad=0.1)
    axes.spines["left"].set_visible(False)


def _needle(axes: Axes, condition: str, gap: float) -> None:
    turn = np.pi / 2 * np.tanh(gap / FULL_TURN * 1.5)
    axes.add_patch(Wedge((0, 0), 1.0, 0, 180, width=0.16, facecolor=GRID, edgecolor="none"))
    axes.plot([0, 0], [0.8, 1.08], color=GREY, linewidth=1.4)
    axes.text(0, 1.12, "0", ha="center", va="bottom", color=GREY)
    axes.plot([0, 0.95 * np.sin(turn)], [0, 0.95 * np.cos(turn)], color=INK, linewidth=2.6, solid_capstyle="round")
    axes.plot([0], [0], "o", color=INK, markersize=6)
    words = "✓ at 0" if abs(gap) <= MET else WORDS[condition][int(gap > 0)]
    axes.text(0, -0.18, f"{_signed(gap)}  {words}", ha="center", va="top")
    axes.set_title(condition, loc="center")
    axes.set(xlim=(-1.25, 1.25), ylim=(-0.45, 1.35), aspect="equal")
    axes.axis("off")


def _plane(axes: Axes, knobs: Knobs, found: Found) -> None:
    by_hand(axes, found)
    axes.plot([knobs.m], [knobs.sigma], "o", color=INK, markersize=5, clip_on=False, zorder=7)
    axes.axvline(0, color=GRID, linewidth=1, zorder=0)
    axes.set(xlim=(-1.2, 1.2), ylim=(0, 1.2), xlabel="m", ylabel="σ", xticks=(-1, 0, 1), yticks=(0, 1))


def by_hand(axes: Axes, found: Found) -> None:
    """What the learner found, as stars in the learner's colour."""
    if found:
        m, sigma = zip(*found, strict=True)
        style: dict[str, Any] = {"markersize": 11, "markeredgecolor": palette.GUESS.text_light, "clip_on": False}
        axes.plot(m, sigma, "*", color=palette.GUESS.colour, zorder=6, label="found by hand", **style)


def _density(mean: float, variance: float) -> NDArray[np.float64]:
    return np.exp(-((X - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


def _signed(gap: float) -> str:
    return f"{round(gap, 3) + 0.0:+.3f}"  # + 0.0: no minus before a 0


def _spoken(at: Conditions, name: str, knobs: Knobs) -> str:
    mean, variance = at.gaps(*knobs)
    where = f"{name}: " if name else ""
    return (
        f"{where}k = {knobs.k:.2f}, m = {knobs.m:.2f}, sigma = {knobs.sigma:.2f}; "
        f"mean needle {_signed(mean)}, variance needle {_signed(variance)}"
    )
