"""Which t a run visits: a ruler for every grid, T at the left; and what skipping costs: chords over a fine path."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ddim_lab.errata import spacing_peers
from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas, time_axis

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.text_light
ROW, LABELS = 0.42, 1.5  # inches
MARKS = ("o", "s", "D", "^")


def rulers(grids: Mapping[str, Sequence[int] | str], T: int, notes: Mapping[str, str] | None = None) -> PrintFigure:
    """A ruler for each named grid of steps t, with its note at the right; a text in place of a grid says why none is.

    A step outside 1..T is a cross, a step visited twice a taller tick.
    """
    notes = notes or {}
    with rc_context(STYLE):
        words = f"Steps visited, noise left: {'; '.join(f'{name}: {_spoken(steps)}' for name, steps in grids.items())}"
        figure = canvas(9.4, ROW * len(grids) + 0.55, words)
        axes = figure.add_subplot()
        for row, (name, steps) in enumerate(grids.items()):
            axes.plot([T, 1], [-row, -row], color=palette.LIGHT.grid, linewidth=1.2, zorder=0)
            if isinstance(steps, str):
                axes.text(T / 2, -row, f"✗ {steps}", ha="center", va="center", color=INK, fontsize=9)
            else:
                _ticks(axes, steps, T, -row)
            axes.text(-0.02 * T, -row, notes.get(name, ""), va="center", fontsize=8.5, color=GREY)
        axes.set_yticks([-row for row in range(len(grids))], list(grids), color=INK)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(0, T)
        time_axis(axes, T)
        axes.set(xlim=(1.03 * T, -0.38 * T), ylim=(0.6 - len(grids), 0.6))
        axes.set_xticks(np.linspace(T, 0, 6).round().astype(int))
        axes.set_xlabel(axes.get_xlabel(), x=0.37)
    return figure


def peers(T: int, S: int) -> PrintFigure:
    """What the grids of `ddim_lab.errata.spacing_peers` make of a request for S steps, with what is wrong in words."""
    grids: dict[str, Sequence[int] | str] = {}
    notes = {}
    for peer in spacing_peers.PEERS:
        try:
            grids[peer.key], finding = peer.visited(T, S), spacing_peers.look(peer, T, S)
        except ValueError as refused:
            grids[peer.key] = str(refused)
        else:
            notes[peer.key] = _verdict(finding, T)
    return rulers(grids, T, notes)


def _verdict(finding: spacing_peers.Finding, T: int) -> str:
    faults = [
        (finding.made != finding.asked, f"{finding.made} steps"),
        (finding.duplicates > 0, f"{finding.duplicates} twice"),
        (finding.outside > 0, f"t = {finding.first if finding.first > T else finding.last} does not exist"),
        (finding.first < T, f"starts at {finding.first}"),
    ]
    words = [said for wrong, said in faults if wrong]
    return f"✗ {', '.join(words)}" if words else "✓"


def _ticks(axes: Axes, steps: Sequence[int], T: int, y: float) -> None:
    t, visits = np.unique(np.asarray(steps), return_counts=True)
    inside = (t >= 1) & (t <= T)
    height = np.where(visits > 1, 0.4, 0.24)
    axes.vlines(t[inside], y - height[inside], y + height[inside], color=INK, linewidth=1.3 if len(t) < 150 else 0.7)
    axes.plot(t[~inside], np.full((~inside).sum(), y), "x", color=INK, markersize=9, markeredgewidth=2.4, clip_on=False)


def _spoken(steps: Sequence[int] | str) -> str:
    return steps if isinstance(steps, str) else f"{len(steps)} steps from {max(steps)} to {min(steps)}"


def chords(paths: Mapping[str, tuple[ArrayLike, ArrayLike]], fine: tuple[ArrayLike, ArrayLike], T: int) -> PrintFigure:
    """Paths of the same starts with few steps, a chart each, over their fine paths: t (S + 1,), x (S + 1, n)."""
    with rc_context(STYLE):
        words = f"Paths of a few values over t with {', '.join(paths)}, over their fine paths: more steps stay closer"
        figure = canvas(3.1 * len(paths), 2.7, words)
        figure.set_layout_engine("constrained", wspace=0.08)
        for axes, (name, (t, x)) in zip(figure.subplots(1, len(paths), sharey=True, squeeze=False)[0], paths.items(),
                                        strict=True):  # fmt: skip
            axes.plot(*map(np.asarray, fine), color=palette.NEUTRAL.colour, linewidth=1)
            axes.plot(np.asarray(t), np.asarray(x), color=INK, linewidth=1.3, marker="o", markersize=3)
            axes.set_title(name)
            time_axis(axes, T)
            axes.set_xticks([T, T // 2, 0])
        figure.axes[0].set_ylabel("x_t")
    return figure


def spreads(values: Mapping[str, tuple[Sequence[int], Sequence[float]]], right: float) -> PrintFigure:
    """A variance over the number of steps, one line for each name, against the data's own."""
    with rc_context(STYLE):
        words = f"Variance of the results over the number of steps: {', '.join(values)}; the data have {right:g}"
        figure = canvas(7.0, 3.0, words)
        axes = figure.add_subplot()
        for (name, (S, variance)), mark, dash in zip(
            values.items(), MARKS, ("-", (0, (5, 2)), ":", "-."), strict=False
        ):
            axes.plot(S, variance, color=INK, linestyle=dash, marker=mark, markersize=4, label=name)
        axes.axhline(right, color=palette.NEUTRAL.colour, linewidth=1, linestyle=":")
        axes.text(0.99, right, "the data's variance ", transform=axes.get_yaxis_transform(), ha="right", va="bottom",
                  color=GREY)  # fmt: skip
        axes.set(xlabel="S, the number of steps", ylabel="variance of the results", xscale="log", ylim=(0, None))
        axes.set_xticks(list(next(iter(values.values()))[0]), [str(S) for S in next(iter(values.values()))[0]])
        axes.minorticks_off()
        axes.legend(loc="upper left", handlelength=3.2)
    return figure
