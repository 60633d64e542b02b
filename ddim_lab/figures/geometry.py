"""Shapes of one transition: the ellipse of all solutions (m, sigma), and the arc that divides x_prev's noise."""

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from ddim_lab.figures import palette
from ddim_lab.figures.needles import by_hand
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas
from ddim_lab.transition import coefficients, eta_max

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.text_light


def solution_ellipse(
    alpha_bar_t: float, alpha_bar_prev: float, dots: int = 15, found: Sequence[tuple[float, float]] = ()
) -> PrintFigure:
    """All (m, sigma) that keep the marginals of this transition: sigma is free, m has two roots for each.

    `found`: settings (m, sigma) that a learner found by hand, drawn as stars.
    """
    with rc_context(STYLE):
        figure = canvas(7.0, 3.6, "Half an ellipse of solutions in the plane of m and sigma; DDIM lies on the m axis")
        axes = figure.add_subplot()
        largest = float(eta_max(alpha_bar_t, alpha_bar_prev))
        eta = np.append(np.sin(np.linspace(0, np.pi / 2, 200)[:-1]) * largest, largest)
        curve = coefficients(alpha_bar_t, alpha_bar_prev, eta)
        picked = coefficients(alpha_bar_t, alpha_bar_prev, np.sin(np.linspace(0, np.pi / 2, dots)) * largest)
        axes.plot(-np.asarray(curve.m), curve.sigma, color=GREY, linestyle=":", linewidth=1.6)
        axes.plot(curve.m, curve.sigma, color=INK, linewidth=2)
        axes.plot(picked.m, picked.sigma, "o", color=INK, markersize=3.5)
        _solution(axes, alpha_bar_t, alpha_bar_prev, 0.0, "DDIM, η = 0\nno fresh noise", (9, 6))
        _solution(axes, alpha_bar_t, alpha_bar_prev, 1.0, "DDPM, η = 1", (8, 4))
        _solution(axes, alpha_bar_t, alpha_bar_prev, largest, f"η = {largest:.2f}, the bound\nx_t forgotten", (8, 5))
        axes.annotate("m > 0: used", (0.06, 0.06), color=INK)
        axes.annotate("m < 0: right marginal,\nmirrored noise", (-0.06, 0.06), ha="right", color=GREY)
        by_hand(axes, found)
        axes.axvline(0, color=palette.LIGHT.grid, linewidth=1, zorder=0)
        axes.set(xlabel="m, the weight of x_t", ylabel="σ, fresh noise", xlim=(-1.12, 1.42))
        axes.set_title("m²(1 − a) + σ² = 1 − b: two equations, three unknowns, a curve of solutions")
        axes.set_ylim(0, float(np.max(curve.sigma)) * 1.22)
    return figure


def _solution(axes: Axes, a: float, b: float, eta: float, words: str, offset: tuple[int, int]) -> None:
    c = coefficients(a, b, eta)
    axes.plot([float(c.m)], [float(c.sigma)], "o", color=palette.FRESH.colour, markersize=8, clip_on=False, zorder=5)
    axes.annotate(words, (float(c.m), float(c.sigma)), xytext=offset, textcoords="offset points", va="bottom")


def variance_arc(alpha_bar_t: float, alpha_bar_prev: float, etas: tuple[float, ...]) -> PrintFigure:
    """The noise of x_prev as the radius sqrt(1 - b), divided by each eta into put-back and fresh noise (its legs)."""
    with rc_context(STYLE):
        description = f"A right triangle in a quarter circle for each eta: {', '.join(f'{eta:.2f}' for eta in etas)}"
        figure = canvas(2.55 * len(etas), 3.0, description)
        for index, eta in enumerate(etas):
            axes = figure.add_subplot(1, len(etas), index + 1)
            _arc(axes, alpha_bar_t, alpha_bar_prev, eta)
            axes.set_title(_eta_name(eta, float(eta_max(alpha_bar_t, alpha_bar_prev))))
    return figure


def _arc(axes: Axes, a: float, b: float, eta: float) -> None:
    c = coefficients(a, b, eta)
    fresh, put_back, radius = float(c.sigma), float(c.m) * (1 - a) ** 0.5, (1 - b) ** 0.5
    angle = np.linspace(0, np.pi / 2, 90)
    axes.plot(radius * np.cos(angle), radius * np.sin(angle), color=GREY, linewidth=1.2)
    area = Polygon([(0, 0), (put_back, 0), (put_back, fresh)], facecolor="#F3F5F7", edgecolor="none")
    axes.add_patch(area)
    axes.plot([0, put_back], [0, fresh], color=GREY, linewidth=1.6)
    width = 0.045 * radius  # the legs are bars, so that their fill can be seen
    axes.add_patch(_bar(0, -width, put_back, width, palette.EPS))
    axes.add_patch(_bar(put_back, 0, width, fresh, palette.FRESH))
    axes.plot([put_back], [fresh], "o", color=INK, markersize=7, zorder=5)
    axes.text(0, -0.2 * radius, f"ε put back  {put_back:.2f}", color=palette.EPS.text_light, ha="left")
    axes.text(radius * 1.1, -0.36 * radius, f"z fresh  {fresh:.2f}", color=palette.FRESH.text_light, ha="right")
    axes.set(xlim=(-0.03 * radius, 1.12 * radius), ylim=(-0.4 * radius, 1.08 * radius), aspect="equal")
    axes.axis("off")


def _bar(x: float, y: float, width: float, height: float, term: palette.Term) -> Polygon:
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return Polygon(corners, facecolor=term.colour, edgecolor="white", hatch=term.hatch * 2, linewidth=0)


def _eta_name(eta: float, largest: float) -> str:
    name = {0.0: "  DDIM", 1.0: "  DDPM", largest: "  the bound"}.get(eta, "")
    return f"η = {eta:.3g}{name}"
