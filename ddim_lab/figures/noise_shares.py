"""Eta is a ratio: how much of the noise is fresh, over t, for several numbers of steps; and how far eta may go."""

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis
from ddim_lab.run import Run

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.text_light
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)))
BOUND_RANGE = (0.9, 14)


def shares(runs: Sequence[Run]) -> PrintFigure:
    """For each run the noise variance of x_prev as a whole of 1: fresh noise below, predicted noise put back above."""
    with rc_context(STYLE):
        eta = runs[0].eta
        spoken = "; ".join(f"S = {run.S}: median {median_share(run):.3f}" for run in runs)
        figure = canvas(3.1 * len(runs), 2.75, f"Share of fresh noise over t at eta = {eta:g}. {spoken}")
        for axes, run in zip(figure.subplots(1, len(runs), squeeze=False)[0], runs, strict=True):
            _share(axes, run)
        figure.axes[0].set_ylabel("share of the noise variance")
    return figure


def median_share(run: Run) -> float:
    """The share of fresh noise in a typical transition; the last one, which leaves no noise, is left out."""
    return float(np.median(run.fresh_share[:-1]))


def _share(axes: Axes, run: Run) -> None:
    t, share = run.t[:-1], run.fresh_share[:-1]
    edges, heights = np.append(t, run.t[-1]), np.append(share, share[-1])  # a transition covers t down to t_prev
    for low, high, term in ((0 * heights, heights, palette.FRESH), (heights, 1 + 0 * heights, palette.EPS)):
        axes.fill_between(
            edges, low, high, step="post", facecolor=term.colour, edgecolor="white", hatch=term.hatch, linewidth=0
        )
    for y, term in ((0.06, palette.FRESH), (0.88, palette.EPS)):
        axes.text(
            0.03, y, f"{term.letter}  {'fresh' if term is palette.FRESH else 'put back'}", transform=axes.transAxes,
            color=term.text_light, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    axes.set(ylim=(0, 1), yticks=(0, 0.5, 1))
    axes.set_title(f"S = {run.S}, η = {run.eta:g}: median {median_share(run):.3f}")
    time_axis(axes, run.schedule.T)


def bounds(runs: Sequence[Run]) -> PrintFigure:
    """The largest eta of every transition, over t, for several runs; the least of a run is its own bound."""
    with rc_context(STYLE):
        spoken = "; ".join(f"S = {run.S}: {run.eta_bound:.3f}" for run in runs)
        figure = canvas(7.2, 3.0, f"The largest eta of each transition over t, and of each run: {spoken}")
        axes = figure.add_subplot()
        for run, dash in zip(runs, DASHES, strict=False):
            largest = np.divide(run.sigma_max, _sigma_one(run))[:-1]
            words = f"S = {run.S}: the run takes η up to {run.eta_bound:.3f}"
            axes.plot(run.t[:-1], largest, color=INK, linestyle=dash, label=words)
            tightest = int(np.argmin(largest))
            axes.plot(run.t[tightest], largest[tightest], "o", color=INK, markersize=6, clip_on=False)
        axes.axhline(1, color=palette.NEUTRAL.colour, linewidth=1, linestyle=":")
        axes.text(0.01, 0.955, "η = 1, the DDPM", transform=axes.get_yaxis_transform(), color=GREY, va="top")
        axes.set(yscale="log", ylim=(0.8, BOUND_RANGE[1]), ylabel="η_max of the transition")
        axes.set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"])
        axes.minorticks_off()
        axes.legend(loc=(0.16, 0.42), handlelength=3.2)
        time_axis(axes, runs[0].schedule.T)
    return figure


def _sigma_one(run: Run) -> np.ndarray:
    """sigma(1) of each transition; 1 at the last one, where it is 0 and nothing bounds eta."""
    if run.eta != 1:
        raise ValueError(f"bounds are read off runs with eta = 1, got eta = {run.eta}")
    return np.where(run.sigma > 0, run.sigma, 1.0)
