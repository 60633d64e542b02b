"""Curves over t for print: sigma of several eta under its bound, and k and m beside it."""

import numpy as np
from matplotlib import rc_context

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis
from ddim_lab.run import Run

DASHES = ("-", (0, (6, 2)), (0, (3, 2)), (0, (1, 1.5)))
MARKERS = ("o", "s", "D", "^")
GREY = palette.NEUTRAL.text_light


def sigma_and_m(runs: tuple[Run, ...]) -> PrintFigure:
    """sigma of each run with its bound, and m of each run: what sigma takes, m gives. At most four runs."""
    with rc_context(STYLE):
        figure = canvas(8.6, 3.1, "Two charts over t: sigma rises with eta, and m falls")
        left, right = figure.subplots(1, 2)
        left.plot(runs[0].t, runs[0].sigma_max, color=GREY, linestyle=":", linewidth=1.4)
        left.annotate(
            "bound √(1 − b)", (runs[0].t[-3], runs[0].sigma_max[-3]), xytext=(6, 4),
            textcoords="offset points", color=GREY,
        )  # fmt: skip
        for run, dash, marker in zip(runs, DASHES, MARKERS, strict=False):
            style = {"linestyle": dash, "marker": marker, "markersize": 4.5, "linewidth": 1.8}
            left.plot(run.t, run.sigma, color=palette.FRESH.colour, clip_on=False, **style)
            right.plot(run.t, run.m, color=GREY, label=f"η = {run.eta:g}", clip_on=False, **style)
        left.set(title="σ, the fresh noise", ylim=(0, 1.08))
        right.set(title="m, the weight of x_t", ylim=(0, 1.08))
        right.legend(loc="lower left", handlelength=3.4)
        for axes in (left, right):
            time_axis(axes, runs[0].schedule.T)
            axes.set_yticks(np.linspace(0, 1, 5))
            axes.grid(axis="y", color=palette.LIGHT.grid)
            axes.set_axisbelow(True)
    return figure
