"""The ODE inside DDIM: one path in two pairs of axes, and the error of its solvers over the calls they need."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.colour
STYLES = (("-", "o"), ((0, (6, 2)), "s"), ((0, (2, 1.5)), "D"))
WIDEST = 4.0  # of the noise level that is shown; the start lies far beyond
Path = tuple[ArrayLike, ArrayLike]  # alpha_bar (n,), x (n, paths), top first


def straight_lines(steps: Path, fine: Path, every: int, S: int) -> PrintFigure:
    """Paths over alpha_bar in pictures (left), and over sigma_bar in pictures divided by sqrt(alpha_bar) (right).

    Black: few steps, `every` points to each; the first of them, where the network is asked, is marked. Grey: the fine
    path.
    """
    with rc_context(STYLE):
        words = (
            f"The same paths twice: DDIM in {S} steps is curved in x_t and straight in x_t over the root of alpha_bar"
        )
        figure = canvas(9.4, 3.3, words)
        figure.set_layout_engine("constrained", wspace=0.06)
        left, right = figure.subplots(1, 2)
        for (levels, x), colour, marked in ((fine, GREY, False), (steps, INK, True)):
            a, x = np.asarray(levels), np.asarray(x)
            _draw(left, a, x, colour, every if marked else 0)
            _draw(right, ((1 - a) / a) ** 0.5, x / a[:, None] ** 0.5, colour, every if marked else 0)
        left.set(xlim=(0, 1), ylim=(-1.6, 1.6), xlabel="ᾱ  (noise left, data right)", ylabel="x_t", title="pictures")
        right.set(xlim=(WIDEST, 0), ylim=(-4.2, 4.2), xlabel="σ̄  (noise left, data right)", ylabel="x̄ = x_t / √ᾱ")
        right.set_title("divided by √ᾱ: straight lines")
    return figure


def errors(lines: Mapping[str, tuple[Sequence[int], Sequence[float]]], slopes: Mapping[str, float]) -> PrintFigure:
    """The error of each solver over its calls of the network, both axes logarithmic, with its measured order."""
    with rc_context(STYLE):
        words = "; ".join(f"{name}: falls as calls to the power −{slopes[name]:.2f}" for name in lines)
        figure = canvas(7.6, 3.3, f"Distance from the end of the ODE over the calls of the network. {words}")
        axes = figure.add_subplot()
        for (name, (calls, error)), (dash, mark) in zip(lines.items(), STYLES, strict=False):
            label = f"{name}: order {slopes[name]:.1f}"
            axes.plot(calls, error, color=INK, linestyle=dash, marker=mark, markersize=4.5, label=label)
        axes.set(xscale="log", yscale="log", xlabel="calls of the network", ylabel="distance from the ODE's end")
        calls = list(next(iter(lines.values()))[0])
        axes.set_xticks(calls, [str(count) for count in calls])
        axes.minorticks_off()
        axes.grid(axis="y", color=palette.LIGHT.grid)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=3.4)
    return figure


def _draw(axes: Axes, over: Any, x: Any, colour: str, every: int) -> None:
    axes.plot(over, x, color=colour, linewidth=1.2)
    if every:
        axes.plot(over[::every], x[::every], "o", color=colour, markersize=3.5)
