"""Lines of lesson 10: an amount over t or over the number of steps, one line a name; and the angles of a run."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.colour
MARKS, DASHES = ("o", "s", "D", "^"), ("-", (0, (5, 2)), (0, (1, 1.5)), "-.")
LABEL_ARC = 0.1  # of the unit circle, in radians: what a label needs beside its neighbour
Lines = Mapping[str, tuple[Sequence[float], Sequence[float]]]
Corner = Literal["upper left", "lower left"]


def over_t(lines: Lines, T: int, words: str, legend: Corner = "upper left") -> PrintFigure:
    """Amounts over t, one line a name; `words` name the amount, `legend` the corner that is free."""
    with rc_context(STYLE):
        figure = canvas(7.4, 3.0, f"{words} over t: {', '.join(lines)}")
        axes = figure.add_subplot()
        _draw(axes, lines)
        time_axis(axes, T)
        axes.set(ylabel=words, ylim=(0, None))
        axes.legend(loc=legend, handlelength=3.2)
    return figure


def over_steps(panels: Mapping[str, Lines], words: str = "distance to the data, W2") -> PrintFigure:
    """Amounts over the number of steps on log axes, a panel for each title, with the same scale for all."""
    with rc_context(STYLE):
        spoken = "; ".join(f"{title}: {', '.join(lines)}" for title, lines in panels.items())
        figure = canvas(min(4.0 * len(panels), 10.0), 3.1, f"{words} over the number of steps. {spoken}")
        places = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, (title, lines) in zip(places, panels.items(), strict=True):
            _draw(axes, lines)
            axes.set(xscale="log", yscale="log", xlabel="S, the number of steps")
            axes.set_title(title)
            axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
            axes.xaxis.set_minor_locator(NullLocator())
            axes.grid(axis="y", color=palette.LIGHT.grid, linewidth=0.8)
            if len(lines) > 1:
                axes.legend(loc="lower left", handlelength=3.2)
        places[0].set_ylabel(words)
    return figure


def angles(phi: NDArray[np.float64], runs: Mapping[str, Sequence[int]]) -> PrintFigure:
    """Each run as rays on a quarter circle: phi (T + 1,) of every t; data (angle 0) at the right, noise at the top.

    Neighbours too close for a label each share one, such as 500–1000.
    """
    with rc_context(STYLE):
        spoken = "; ".join(f"{name}: {_widest(phi, tau):.0f} degrees" for name, tau in runs.items())
        figure = canvas(3.3 * len(runs), 3.2, f"Steps as angles, and the largest angle of a step. {spoken}")
        for axes, (name, tau) in zip(figure.subplots(1, len(runs), squeeze=False)[0], runs.items(), strict=True):
            _rays(axes, phi, [0, *(int(t) for t in tau)])
            axes.set_title(f"{name}\nlargest angle {_widest(phi, tau):.0f}°")
            axes.set(aspect="equal", xlim=(-0.12, 1.22), ylim=(-0.05, 1.22), xticks=[], yticks=[])
            axes.set_xlabel("from the picture: √ᾱ·s")
            axes.set_ylabel("from the noise: √(1 − ᾱ)")
    return figure


def _rays(axes: Axes, phi: NDArray[np.float64], times: list[int]) -> None:
    arc = np.linspace(0, phi[-1], 90)
    axes.plot(np.cos(arc), np.sin(arc), color=GREY, linewidth=1.2)
    for t in times:
        x, y = np.cos(phi[t]), np.sin(phi[t])
        axes.plot([0, x], [0, y], color=INK, linewidth=0.9)
        axes.plot(x, y, "o", color=INK, markersize=3.5)
    for group in _close(phi, times):
        middle = phi[[group[0], group[-1]]].mean()
        words = str(group[0]) if len(group) == 1 else f"{group[0]}–{group[-1]}"
        x, y = 1.06 * np.cos(middle), 1.06 * np.sin(middle)
        axes.text(x, y, words, ha="left" if x > 0.2 else "center", va="center" if x > 0.2 else "bottom", fontsize=8)


def _close(phi: NDArray[np.float64], times: list[int]) -> list[list[int]]:
    """`times`, rising, in groups: neighbours less than LABEL_ARC apart go together."""
    groups = [times[:1]]
    for before, t in pairwise(times):
        if phi[t] - phi[before] < LABEL_ARC:
            groups[-1].append(t)
        else:
            groups.append([t])
    return groups


def _widest(phi: NDArray[np.float64], tau: Sequence[int]) -> float:
    return float(np.degrees(np.diff(phi[[0, *tau]]).max()))


def _draw(axes: Axes, lines: Lines) -> None:
    for (name, (x, y)), mark, dash in zip(lines.items(), MARKS, DASHES, strict=False):
        axes.plot(x, y, color=INK, linestyle=dash, marker=mark, markersize=4, label=name)
