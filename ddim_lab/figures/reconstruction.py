"""Encoded and decoded: rows of pictures with their error, and the error over the number of steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib import rc_context
from matplotlib.ticker import NullLocator
from torch import Tensor

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas
from ddim_lab.figures.strips import strips
from ddim_lab.latents import looks

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.colour
MARKS, DASHES = ("o", "s", "D", "^"), ("-", (0, (5, 2)), (0, (1, 1.5)), "-.")


@dataclass(frozen=True)
class Line:
    """Errors over S; `low` and `high` are 95 % intervals, empty where there are none."""

    S: Sequence[int]
    errors: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


def rows(x_0: Tensor, back: Mapping[str, Tensor]) -> PrintFigure:
    """The pictures x_0 (B, 1, H, W), and below them what came back, each row with its mean squared error on [0, 1]."""
    errors = {name: sum(looks.squared_errors(pictures, x_0)) / len(x_0) for name, pictures in back.items()}
    named = {f"{name}\nerror {errors[name]:.1e}": pictures for name, pictures in back.items()}
    words = "; ".join(f"{name}: error {error:.1e}" for name, error in errors.items())
    return strips({"pictures": x_0, **named}, description=f"Pictures, and what comes back of them. {words}")


def over_steps(lines: Mapping[str, Line]) -> PrintFigure:
    """The mean squared error of what comes back, on [0, 1], over the number of steps; both axes logarithmic."""
    with rc_context(STYLE):
        figure = canvas(7.8, 3.3, f"Error of encoding and decoding over the number of steps: {', '.join(lines)}")
        axes = figure.add_subplot()
        for (name, line), mark, dash in zip(lines.items(), MARKS, DASHES, strict=False):
            axes.plot(line.S, line.errors, color=INK, linestyle=dash, marker=mark, markersize=4.5, label=name)
            if len(line.low):
                axes.fill_between(line.S, line.low, line.high, color=GREY, alpha=0.25, linewidth=0)
        counts = sorted({S for line in lines.values() for S in line.S})
        axes.set(xscale="log", yscale="log", xlabel="S, the number of steps", ylabel="mean squared error, on [0, 1]")
        axes.set_xticks(counts, [str(S) for S in counts])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.grid(axis="y", color=palette.LIGHT.grid)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=3.4)
    return figure
