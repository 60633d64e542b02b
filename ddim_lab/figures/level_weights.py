"""What each noise level counts in an objective: gamma_t of J_sigma beside the weights that are used in training."""

from collections.abc import Mapping

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.colour
STYLES = ("-", (0, (6, 2)), (0, (2, 1.5)), "-.")
Lines = Mapping[str, tuple[ArrayLike, ArrayLike]]  # name -> (t, weight)
PIVOT = 500  # the relative weights are 1 at this t


def level_weights(gammas: Lines, trained: Lines, title: str) -> PrintFigure:
    """Left gamma_t (t, weight) as it is; right the same (black) and weights of training (grey), each 1 at t = 500."""
    with rc_context(STYLE):
        words = f"{title}. Weights of the squared noise error over t: {', '.join(gammas)}; beside {', '.join(trained)}"
        figure = canvas(9.4, 3.4, words)
        left, right = figure.subplots(1, 2)
        _lines(left, gammas, INK, 1.6)
        _lines(right, {name: _relative(*line) for name, line in gammas.items()}, INK, 1.6)
        _lines(right, {name: _relative(*line) for name, line in trained.items()}, GREY, 2.4)
        left.set_title(f"{title}: γ_t itself")
        right.set_title(f"divided by its value at t = {PIVOT}")
        right.set_ylim(1e-4, 1e6)
        right.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=3.2)
        for axes in (left, right):
            axes.set_yscale("log")
            axes.grid(axis="y", color=palette.LIGHT.grid)
            time_axis(axes, 1000)
    return figure


def compromise(levels: ArrayLike, best: ArrayLike, shared: Mapping[str, float]) -> PrintFigure:
    """The best number at each t (t, best), and the one number for all t that each weighting chooses."""
    with rc_context(STYLE):
        words = "The best number at each level, a curve; " + "; ".join(
            f"{n} chooses {c:.2f}" for n, c in shared.items()
        )
        figure = canvas(7.6, 3.0, words)
        axes = figure.add_subplot()
        axes.plot(np.asarray(levels), np.asarray(best), color=GREY, linewidth=2.4, label="one for each t")
        for (name, weight), dash in zip(shared.items(), STYLES, strict=False):
            axes.axhline(weight, color=INK, linestyle=dash, linewidth=1.5, label=f"{name}: {weight:.2f}")
        axes.set(ylabel="c, in ε̂ = c·x_t", ylim=(0, None))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=3.2)
        time_axis(axes, 1000)
    return figure


def _lines(axes: Axes, lines: Lines, colour: str, width: float) -> None:
    for (name, (t, weight)), dash in zip(lines.items(), STYLES, strict=False):
        axes.plot(np.asarray(t), np.asarray(weight), color=colour, linestyle=dash, linewidth=width, label=name)


def _relative(t: ArrayLike, weight: ArrayLike) -> tuple[ArrayLike, ArrayLike]:
    return t, np.asarray(weight) / np.interp(PIVOT, np.asarray(t)[::-1], np.asarray(weight)[::-1])
