"""A picture on its way into noise: the same picture under several noise schedules, over one axis of t."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from torch import Tensor

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis
from ddim_lab.figures.strips import CELL, strip, strips
from ddim_lab.model import parameterization
from ddim_lab.schedule import NoiseSchedule, log_snr
from ddim_lab.tensors import check_finite, check_like, check_state, wide

DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (3, 1, 1, 1)))
SNR_RANGE = (1e-5, 1e5)
Schedules = Mapping[str, NoiseSchedule]


def noised_at(picture: Tensor, noise: Tensor, schedule: NoiseSchedule, times: Sequence[int]) -> list[Tensor]:
    """`picture` (1, H, W) with the same noise at each of `times`; at t = 0 it is the picture itself."""
    check_state("picture", picture)
    check_finite("picture", picture)
    check_like("noise", noise, picture, of="picture")
    check_finite("noise", noise)
    levels = [float(schedule.alpha_bar[t]) for t in times]
    picture, noise = wide(picture), wide(noise)
    return [picture if a == 1 else parameterization.noised(picture, noise, a) for a in levels]


def over_time(picture: Tensor, noise: Tensor, schedules: Schedules, times: Sequence[int]) -> PrintFigure:
    """A row of pictures for each noise schedule, and under them the ratio of picture to noise, on the same t."""
    times = sorted(times, reverse=True)
    half = (times[0] - times[1]) / 2
    shown = [noised_at(picture, noise, schedule, times) for schedule in schedules.values()]
    with rc_context(STYLE):
        names = " and ".join(schedules)
        words = f"A digit at {len(times)} times under the {names} noise schedule, and its signal-to-noise ratio over t"
        figure, places = _stacked(len(times), len(schedules), words)
        for axes, name, row in zip(places, schedules, shown, strict=False):
            strip(axes, row)
            axes.set_ylabel(name, rotation=0, ha="right", va="center", labelpad=8)
        _ratios(places[-1], schedules)
        places[-1].set_xlim(times[0] + half, times[-1] - half)  # a column of pictures stands over its t
        places[-1].set_xticks(times)
    return figure


def _stacked(columns: int, rows: int, words: str) -> tuple[PrintFigure, list[Axes]]:
    """Places for `rows` strips of `columns` pictures above a chart of exactly their width."""
    left, chart, below = 0.85, 2.0, 0.5  # inches
    width, height = left + CELL * columns + 0.1, below + chart + 0.1 + (CELL + 0.05) * rows
    figure = canvas(width, height, words)
    figure.set_layout_engine("none")
    lower = [below + chart + 0.1 + (CELL + 0.05) * (rows - 1 - row) for row in range(rows)]
    boxes = [*((bottom, CELL) for bottom in lower), (below, chart)]
    return figure, [
        figure.add_axes((left / width, bottom / height, CELL * columns / width, tall / height))
        for bottom, tall in boxes
    ]


def at_time(picture: Tensor, noise: Tensor, schedules: Schedules, t: int) -> PrintFigure:
    """The picture at one t under each schedule, named by how much of it and how much noise it holds."""
    held = [noised_at(picture, noise, schedule, [t])[0] for schedule in schedules.values()]
    titles = [f"{name}\n{_ratio_words(float(schedule.alpha_bar[t]))}" for name, schedule in schedules.items()]
    spoken = "; ".join(title.replace("\n", ": ") for title in titles)
    return strips({f"t = {t}": held}, titles, f"t = {t}. {spoken}", cell=1.7)


def _ratios(axes: Axes, schedules: Schedules) -> None:
    for (name, schedule), dash in zip(schedules.items(), DASHES, strict=False):
        t = np.arange(1, schedule.T + 1)
        axes.plot(t, np.exp(log_snr(schedule.alpha_bar[1:])), color=palette.LIGHT.text, linestyle=dash, label=name)
    axes.axhline(1, color=palette.NEUTRAL.colour, linewidth=1, linestyle=":")
    middle, colour = axes.get_yaxis_transform(), palette.NEUTRAL.text_light
    axes.text(0.01, 1.3, "as much picture as noise", transform=middle, color=colour)
    axes.set(yscale="log", ylim=SNR_RANGE, ylabel="signal-to-noise ratio")
    axes.grid(axis="y", color=palette.LIGHT.grid)
    axes.set_axisbelow(True)
    axes.legend(loc="upper center", handlelength=3.4)
    time_axis(axes, next(iter(schedules.values())).T)


def _ratio_words(alpha_bar: float) -> str:
    return "all picture" if alpha_bar == 1 else f"{alpha_bar:.0%} picture"
