"""The clinic's main instrument: mean and variance of a sampler at every t, against the exact recursion."""

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from ddim_lab.errata.runner import Moment
from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.text_light
EXACT = (0, (5, 3))
TALLEST = 4.0  # a variance beyond this is drawn on a logarithmic axis
Path = Sequence[Moment]


def moment_paths(seen: Path, exact: Path, data_variance: float | None = None, title: str = "") -> PrintFigure:
    """Mean (left) and variance (right) at each t: as seen (solid), and of the right sampler on the same steps (dashed).

    `data_variance` draws a dotted line at the data's own variance, which is no yardstick. NaN leaves a gap.
    """
    with rc_context(STYLE):
        figure = canvas(9.0, 2.9, f"{title or 'A sampler'}: {_spoken(seen[-1])}; exact: {_spoken(exact[-1])}")
        left, right = figure.subplots(1, 2)
        T = max(seen[0].t, exact[0].t)
        for axes, name in ((left, "mean"), (right, "variance")):
            _pair(axes, seen, exact, name)
            time_axis(axes, T)
            axes.set_title(f"{name} of x_t:  {_ends(seen, exact, name)}")
        if data_variance is not None:
            _data_line(right, data_variance)
        left.legend(loc="best", handlelength=3.0)
        if title:
            figure.suptitle(title, fontsize=10.5, x=0.01, ha="left")
    return figure


def variances(pairs: Sequence[tuple[str, Path, Path]], data_variance: float | None = None) -> PrintFigure:
    """The variance of several samplers, one panel each, three in a row: (title, seen, exact)."""
    with rc_context(STYLE):
        spoken = "; ".join(f"{title}: {_spoken(seen[-1])}, exact {_spoken(exact[-1])}" for title, seen, exact in pairs)
        columns, rows = min(len(pairs), 3), -(-len(pairs) // 3)
        figure = canvas(3.15 * columns, 2.8 * rows, f"Variance over t. {spoken}")
        places = figure.subplots(rows, columns, squeeze=False)
        for axes, (title, seen, exact) in zip(places.flat, pairs, strict=False):
            _pair(axes, seen, exact, "variance")
            time_axis(axes, max(seen[0].t, exact[0].t))
            axes.set_title(f"{title}\n{_ends(seen, exact, 'variance')}")
            if data_variance is not None:
                _data_line(axes, data_variance)
        for row in places:
            row[0].set_ylabel("variance of x_t")
        places[0, 0].legend(loc="upper right", handlelength=3.0)
    return figure


def ruler(visited: Sequence[int], T: int) -> PrintFigure:
    """The times that a run visits, on the ruler from T to 0; a time visited twice stands higher."""
    with rc_context(STYLE):
        words = ", ".join(map(str, visited)) if len(visited) < 15 else f"{len(visited)} times"
        figure = canvas(9.0, 0.95, f"Visited: {words}")
        axes = figure.add_subplot()
        times, counts = np.unique(np.asarray(visited), return_counts=True)
        axes.vlines(times, 0, counts, color=INK, linewidth=1.6 if len(visited) < 200 else 0.4)
        axes.set(ylim=(0, 2.2), yticks=[])
        time_axis(axes, T)
        axes.set_xlim(T * 1.01, -T * 0.01)
        axes.set_xlabel(f"t   {len(visited) - 1} calls, from {visited[0]} to {visited[-1]}")
        axes.spines["left"].set_visible(False)
    return figure


def _pair(axes: Axes, seen: Path, exact: Path, name: str) -> None:
    for path, colour, dash, marker, words in (
        (exact, GREY, EXACT, "", "exact recursion"),
        (seen, INK, "-", "o", "this sampler"),
    ):
        times, values = [moment.t for moment in path], [getattr(moment, name) for moment in path]
        style = marker if len(path) <= 60 else ""
        axes.plot(times, values, color=colour, linestyle=dash, marker=style, markersize=3.5, label=words)
    highest = max(value for moment in (*seen, *exact) if np.isfinite(value := getattr(moment, name)))
    if name == "variance" and highest > TALLEST:
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter(NullFormatter())
    elif name == "variance":
        axes.set_ylim(0, max(1.5, highest * 1.4))  # room for the legend


def _data_line(axes: Axes, variance: float) -> None:
    axes.axhline(variance, color=palette.NEUTRAL.colour, linewidth=1, linestyle=":")
    axes.text(
        0.02, variance, "the data’s own: no yardstick", transform=axes.get_yaxis_transform(), color=GREY, fontsize=8,
        va="bottom", zorder=1.5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.8},
    )  # fmt: skip


def _ends(seen: Path, exact: Path, name: str) -> str:
    return f"ends at {_number(getattr(seen[-1], name))}, exact {_number(getattr(exact[-1], name))}"


def _spoken(moment: Moment) -> str:
    return f"mean {_number(moment.mean)}, variance {_number(moment.variance)}"


def _number(value: float) -> str:
    return "NaN" if np.isnan(value) else f"{value + 0.0:.3g}" if abs(value) >= 1e-4 else "0"
