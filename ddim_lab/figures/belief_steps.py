"""Which belief a solver holds while a step lasts, over the clock lambda, beside how the belief really goes on."""

from collections.abc import Mapping, Sequence

from matplotlib import rc_context

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas

Held = tuple[
    Sequence[float], Sequence[float], Sequence[float]
]  # of each step: lambda at its start, its end, the belief


def held(solvers: Mapping[str, Held], fine: Held) -> PrintFigure:
    """A panel for each solver: what it believes during each step (blue bars, a dot where the step begins).

    `fine` are very short steps: the belief along the path that the ODE takes.
    """
    with rc_context(STYLE):
        words = f"The belief held during each step, over lambda, beside the belief along the ODE: {', '.join(solvers)}"
        figure = canvas(4.6 * len(solvers), 2.9, words)
        places = figure.subplots(1, len(solvers), sharey=True, squeeze=False)[0]
        for axes, (name, (starts, ends, beliefs)) in zip(places, solvers.items(), strict=True):
            axes.plot(fine[0], fine[2], color=palette.NEUTRAL.colour, linewidth=1.2, label="belief along the ODE")
            axes.hlines(beliefs, starts, ends, color=palette.X0.colour, linewidth=2.2, label="belief of the step")
            axes.plot(starts, beliefs, "o", color=palette.X0.colour, markersize=4)
            axes.set(xlabel="λ  (noise left, data right)", title=name)
        places[0].set_ylabel("x̂_0")
        places[-1].legend(loc="lower right")
    return figure
