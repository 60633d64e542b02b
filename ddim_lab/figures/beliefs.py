"""What a network is asked and what it can know: weights of the loss, two processes, one turn, blurred beliefs."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import Arc
from numpy.typing import ArrayLike

from ddim_lab.exact import World
from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas
from ddim_lab.model import loss, parameterization
from ddim_lab.schedule import log_snr

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.text_light
DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (3, 1, 1, 1)))
LOSS_WORDS = {"v": "plain error of v", "simple": "plain error of ε (DDPM's)", "min-snr": "min-SNR"}


def loss_weights() -> PrintFigure:
    """gamma, the weight of the squared eps error, over the noise level, for each objective that the lab knows."""
    with rc_context(STYLE):
        figure = canvas(7.0, 2.9, "How much each training objective weighs an error of eps, over the noise level")
        axes = figure.add_subplot()
        alpha_bar = 1 / (1 + np.exp(-np.linspace(-12, 12, 300)))
        for name, dash in zip(loss.LOSSES, DASHES, strict=False):
            axes.plot(
                log_snr(alpha_bar), loss.gamma(name, alpha_bar), color=INK, linestyle=dash, label=LOSS_WORDS[name]
            )
        axes.set(yscale="log", ylabel="γ, the weight of |ε − ε̂|²", ylim=(1e-6, 1e6))
        axes.set_xlabel("log of the signal-to-noise ratio  (noise left, data right)")
        axes.legend(loc="upper right", handlelength=3.4)
        axes.grid(axis="y", color=palette.LIGHT.grid)
    return figure


def shared_marginals(world: World, crowds: Mapping[str, tuple[ArrayLike, ArrayLike]], alpha_bar: float) -> PrintFigure:
    """For each named process its noise at an earlier and at a later time, particle by particle; then what they share.

    `crowds`: name -> (noise at the noisier time, noise at the clearer time), each (n,); the last chart shows the
    clearer time's own distribution for all of them.
    """
    with rc_context(STYLE):
        words = f"Noise at two times for {' and '.join(crowds)}: other pairs, the same distribution at each time"
        figure = canvas(2.9 * (len(crowds) + 1), 2.9, words)
        *pairs, shared = figure.subplots(1, len(crowds) + 1)
        edges = np.linspace(-3.5, 3.5, 36)
        for axes, (name, (before, after)), dash in zip(pairs, crowds.items(), DASHES, strict=False):
            axes.plot(np.asarray(before)[:700], np.asarray(after)[:700], ".", color=palette.EPS.colour, markersize=2.5)
            axes.set(title=name, xlim=(-3.5, 3.5), ylim=(-3.5, 3.5), aspect="equal")
            axes.set(xlabel="noise before the step", ylabel="noise after it")
            shared.hist(np.asarray(after), edges, density=True, histtype="step", color=INK, linestyle=dash, label=name)
        shared.set(title="the noise after it, alone", xlabel="noise after the step", yticks=[], ylim=(0, 0.62))
        shared.legend(loc="upper center", handlelength=2.4, fontsize=8)
    return figure


def turn(alpha_bar: float) -> PrintFigure:
    """x_t and v as x_0 and eps turned by one angle: its cosine is sqrt(alpha_bar)."""
    with rc_context(STYLE):
        figure = canvas(3.6, 3.4, "x_t and v are x_0 and eps, turned by one angle")
        axes = figure.add_subplot()
        along, across = alpha_bar**0.5, (1 - alpha_bar) ** 0.5
        arrows = {
            "x₀": (1, 0, palette.X0.colour, palette.X0.text_light),
            "ε": (0, 1, palette.EPS.colour, palette.EPS.text_light),
            "x_t": (along, across, GREY, GREY),
            "v": (-across, along, INK, INK),
        }
        for name, (x, y, colour, text) in arrows.items():
            axes.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2.2})
            axes.text(1.12 * x, 1.12 * y, name, color=text, ha="center", va="center", fontsize=13)
        degrees = float(np.degrees(np.arctan2(across, along)))
        for start in (0, 90):
            axes.add_patch(Arc((0, 0), 0.7, 0.7, angle=0, theta1=start, theta2=start + degrees, color=GREY))
        axes.text(0.5, 0.17, f"{degrees:.0f}°", color=GREY)
        axes.set(xlim=(-1.25, 1.3), ylim=(-0.25, 1.3), aspect="equal")
        axes.axis("off")
    return figure


def belief_curves(world: World, levels: Mapping[str, float]) -> PrintFigure:
    """The exact predicted x_0 of a world of numbers over what is seen, for named noise levels alpha_bar."""
    with rc_context(STYLE):
        figure = canvas(8.4, 3.0, "The exact predicted x_0 over the value seen: flat in much noise, stairs in little")
        left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1, 1.7]})
        grid = np.linspace(-1.4, 1.4, 400)
        left.fill_between(grid, world.density(grid, 0.9999), color=palette.NEUTRAL.colour, alpha=0.35, linewidth=0)
        left.set(title="the data", xlabel="x₀", yticks=[], ylim=(0, None))
        for (name, alpha_bar), dash in zip(levels.items(), DASHES, strict=False):
            _belief(right, world, alpha_bar, grid, {"linestyle": dash, "label": name})
        right.set(title="the best guess of x₀", xlabel="x_t / √ᾱ_t, what is seen, scaled up", ylabel="predicted x₀")
        right.legend(loc="upper left", handlelength=3.2, fontsize=8)
        right.grid(color=palette.LIGHT.grid)
    return figure


def _belief(axes: Axes, world: World, alpha_bar: float, grid: ArrayLike, style: dict[str, object]) -> None:
    seen = np.asarray(grid)
    x_t = alpha_bar**0.5 * seen
    forms = parameterization.forms(x_t, "eps", world.eps(x_t, alpha_bar), alpha_bar)
    axes.plot(seen, forms.x0, color=palette.X0.colour, linewidth=2, **style)  # pyright: ignore[reportArgumentType]


def level_names(alpha_bar: Sequence[float], times: Sequence[int]) -> dict[str, float]:
    """Times as names of their levels, for `belief_curves`."""
    return {f"t = {t}": float(alpha_bar[t]) for t in times}
