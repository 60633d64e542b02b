"""Matplotlib figures for the lessons: one style, small PNGs with a description, no state shared with pyplot."""

from io import BytesIO
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from ddim_lab.figures import palette

DPI = 110
STYLE: Any = {  # Matplotlib's own type lists every key
    "font.family": "DejaVu Sans",  # comes with Matplotlib: the same picture everywhere
    "font.size": 9.5,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": palette.LIGHT.muted,
    "axes.labelcolor": palette.LIGHT.text,
    "text.color": palette.LIGHT.text,
    "xtick.color": palette.LIGHT.muted,
    "ytick.color": palette.LIGHT.muted,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "mathtext.fontset": "dejavusans",
}


class PrintFigure(Figure):
    """A figure that shows itself in a notebook as a small PNG; `description` becomes the picture's alternative text."""

    description = ""

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        buffer = BytesIO()
        with rc_context(STYLE):
            self.savefig(buffer, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
        return buffer.getvalue(), {"alt": self.description}


def canvas(width: float, height: float, description: str) -> PrintFigure:
    """An empty figure of `width` x `height` inches."""
    engine = ConstrainedLayoutEngine(w_pad=0.03, h_pad=0.03, wspace=0, hspace=0)
    figure = PrintFigure(figsize=(width, height), layout=engine)
    figure.description = description
    return figure


def time_axis(axes: Axes, T: int) -> None:
    """t with T at the left and 0 at the right, as everywhere in the lab."""
    axes.set_xlim(T, 0)
    axes.set_xlabel("t  (noise left, data right)")
