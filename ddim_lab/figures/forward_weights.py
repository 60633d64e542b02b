"""How much a forward step of DDIM needs to know of x_0: its weight there over eta, for a few transitions."""

from collections.abc import Mapping

import numpy as np
from matplotlib import rc_context
from numpy.typing import ArrayLike

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.text_light
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), "-.")


def forward_weights(lines: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> PrintFigure:
    """Named lines (eta, weight of x_0 in the forward kernel), each as far as its own bound. At most four."""
    with rc_context(STYLE):
        words = f"Weight of x_0 in a forward step over eta, for {', '.join(lines)}: all are 0 at eta 1, and only there"
        figure = canvas(7.0, 3.0, words)
        axes = figure.add_subplot()
        axes.axhline(0, color=palette.LIGHT.muted, linewidth=0.8)
        axes.axvline(1, color=palette.LIGHT.muted, linewidth=0.8)
        for (name, (eta, weight)), dash in zip(lines.items(), DASHES, strict=False):
            axes.plot(np.asarray(eta), np.asarray(weight), color=INK, linestyle=dash, linewidth=1.5, label=name)
        axes.plot([1], [0], "o", color=INK, markersize=6)
        axes.annotate("η = 1: Markov, the DDPM", (1, 0), xytext=(-10, 10), textcoords="offset points", ha="right")
        axes.set(xlabel="η", ylabel="weight of x_0", xlim=(0, None))
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=3.2)
    return figure
