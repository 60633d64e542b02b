"""Same crowd, different walks: chains of q_sigma with x_0 fixed, and their histograms under the curve that is right."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis
from ddim_lab.schedule import NoiseSchedule

DRAWN = 14  # walks; the histograms count all
INK, GREY = palette.LIGHT.text, palette.NEUTRAL.colour
DASHED = (0, (5, 3))
LIMIT = 4.0  # of the x axis; what lies beyond is counted in the outermost bars
Floats = NDArray[np.float64]


def crowds(rows: Mapping[str, Floats], schedule: NoiseSchedule, tau: Any, x_0: float, at: Sequence[int]) -> PrintFigure:
    """A row for each named crowd (S + 1, n), as `exact.chains.forward` makes it: its walks, and histograms at `at`.

    Dashed is the marginal N(sqrt(alpha_bar) x_0, 1 - alpha_bar): mean +- 2 standard deviations, and its density.
    """
    times = [int(t) for t in reversed((0, *tau))]
    with rc_context(STYLE):
        spoken = "; ".join(f"{name}: {_spoken(paths, times, at)}" for name, paths in rows.items())
        figure = canvas(9.4, 1.95 * len(rows) + 0.45, f"Walks of chains and their histograms at t = {at}. {spoken}")
        places = figure.subplots(len(rows), 1 + len(at), squeeze=False, width_ratios=(2.2, *[1] * len(at)))
        for row, (name, paths) in zip(places, rows.items(), strict=True):
            _walks(row[0], paths, times, schedule, x_0)
            row[0].set_ylabel(name)
            for axes, t in zip(row[1:], at, strict=True):
                _histogram(axes, paths[times.index(t)], float(schedule.alpha_bar[t]), x_0)
                right = (1 - float(schedule.alpha_bar[t])) ** 0.5
                axes.set_title(f"t = {t}: spread {paths[times.index(t)].std():.2f}\nright {right:.2f}", fontsize=9)
        places[0, 0].set_title("walks; dashed: right mean ± 2 spreads", fontsize=9.5)
        for axes in places[:-1, 0]:
            axes.set_xlabel("")
    return figure


def _walks(axes: Axes, paths: Floats, times: list[int], schedule: NoiseSchedule, x_0: float) -> None:
    a = schedule.alpha_bar[times]
    axes.plot(times, paths[:, :DRAWN], color=GREY, linewidth=0.8, alpha=0.8)
    for side in (-2, 2):
        axes.plot(times, a**0.5 * x_0 + side * (1 - a) ** 0.5, color=INK, linewidth=1.4, linestyle=DASHED)
    axes.set(ylim=(-LIMIT, LIMIT))
    time_axis(axes, times[0])


def _histogram(axes: Axes, values: Floats, a: float, x_0: float) -> None:
    x = np.linspace(-LIMIT, LIMIT, 161)
    bars = np.linspace(-LIMIT, LIMIT, 33)
    inside = np.clip(values, bars[0], bars[-1])
    axes.hist(inside, bars.tolist(), density=True, color=palette.LIGHT.grid, edgecolor=GREY, linewidth=0.5)
    density = np.exp(-((x - a**0.5 * x_0) ** 2) / (2 * (1 - a))) / (2 * np.pi * (1 - a)) ** 0.5
    axes.plot(x, density, color=INK, linewidth=1.5, linestyle=DASHED)
    axes.set(xlim=(-LIMIT, LIMIT), ylim=(0, 0.85), yticks=[], xticks=[-3, 0, 3])
    axes.spines["left"].set_visible(False)


def _spoken(paths: Floats, times: list[int], at: Sequence[int]) -> str:
    return ", ".join(f"spread {paths[times.index(t)].std():.2f} at {t}" for t in at)
