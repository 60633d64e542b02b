"""Three lanes from one start: the DDPM, the DDPM with its noise switched off, and DDIM, as crowds over t."""

from collections.abc import Mapping

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes

from ddim_lab.exact.chains import Lane
from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis

NAMES = {"ddpm": "DDPM, η = 1", "noise_off": "DDPM's k and m, z := 0", "ddim": "DDIM, η = 0"}
DRAWN = 40  # paths; the band is exact and needs none of them
INK, GREY = palette.LIGHT.text, palette.NEUTRAL.colour


def lanes(crowds: Mapping[str, Lane], times: list[int], std: float) -> PrintFigure:
    """Each lane: some paths, and the exact mean ± 2 standard deviations (dashed). `times` from T down to 0."""
    with rc_context(STYLE):
        ends = "; ".join(f"{NAMES[name]}: {lane.variance[-1] ** 0.5:.4f}" for name, lane in crowds.items())
        figure = canvas(9.4, 3.1, f"Paths of three samplers from the same starts. Spread at the end: {ends}")
        places = figure.subplots(1, len(crowds), sharey=True, squeeze=False)[0]
        for axes, (name, lane) in zip(places, crowds.items(), strict=True):
            _lane(axes, lane, times)
            axes.set_title(f"{NAMES[name]}\nspread at the end {lane.variance[-1] ** 0.5:.4f}  (data {std:g})")
        places[0].set_ylabel("x_t")
    return figure


def _lane(axes: Axes, lane: Lane, times: list[int]) -> None:
    axes.plot(times, lane.paths[:, :DRAWN], color=GREY, linewidth=0.7, alpha=0.6)
    mean, spread = np.array([float(row.mean) for row in lane.moments]), np.sqrt(lane.variance)
    axes.plot(times, mean, color=INK, linewidth=1.4)
    for side in (-2, 2):
        axes.plot(times, mean + side * spread, color=INK, linewidth=1.5, linestyle=(0, (5, 3)))
    axes.set(ylim=(-3, 3))
    time_axis(axes, times[0])
