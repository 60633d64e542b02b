"""Codes as geometry: two of them on their sphere, the arc and the straight line between; and a square of blends."""

from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import Arc
from torch import Tensor, no_grad

from ddim_lab.figures import palette
from ddim_lab.figures.pixels import sheet, shown
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas
from ddim_lab.latents import interpolation, looks
from ddim_lab.tensors import check_state

INK, GREY = palette.LIGHT.text, palette.NEUTRAL.colour
WEIGHTS = np.linspace(0, 1, 21)


def code_sphere(code_0: Tensor, code_1: Tensor) -> PrintFigure:
    """Two codes (1, ...) in the plane that holds both, and how long a blend is over its weight; 1 is true noise."""
    with rc_context(STYLE), no_grad():
        paths = {kind: _path(code_0, code_1, kind) for kind in (interpolation.interpolate, interpolation.straight)}
        (arc, arc_length), (line, line_length) = paths.values()
        middle = line_length[len(WEIGHTS) // 2]
        figure = canvas(8.2, 3.1, f"Two codes on a sphere: halfway, the straight line has {middle:.2f} of the length")
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
        _plane(left, arc, line)
        _lengths(right, arc_length, line_length, code_0[0].numel())
    return figure


def square(pictures: Tensor, corners: tuple[str, str, str, str] = ("", "", "", "")) -> PrintFigure:
    """Blends of four, pictures (n, n, 1, H, W); `corners` name the four, row by row."""
    check_state("pictures", pictures)
    n = len(pictures)
    if pictures.ndim != 5 or pictures.shape[1] != n:
        raise ValueError(f"pictures, a square of blends, must be of shape (n, n, 1, H, W), got {tuple(pictures.shape)}")
    with rc_context(STYLE):
        named = f": {', '.join(corners)}" if any(corners) else ""
        figure = canvas(0.62 * n + 0.1, 0.62 * n + 0.4, f"A square of {n} by {n} blends of its four corners{named}")
        axes = figure.add_subplot()
        axes.imshow(sheet(shown(pictures.flatten(0, 1)), n), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_axis_off()
        places = ((0, 1, "left", "bottom"), (1, 1, "right", "bottom"), (0, 0, "left", "top"), (1, 0, "right", "top"))
        for words, (x, y, side, edge) in zip(corners, places, strict=True):
            axes.text(x, y, words, transform=axes.transAxes, ha=side, va=edge, fontsize=8.5)
    return figure


def _path(code_0: Tensor, code_1: Tensor, blend: Any) -> tuple[Any, Any]:
    """The blends in the plane of both codes (n, 2), and their lengths (n,); units: the length of true noise."""
    blends = [blend(code_0, code_1, float(weight)) for weight in WEIGHTS]
    along = code_0.double().flatten()
    along = along / along.norm()
    other = code_1.double().flatten()
    across = other - (other @ along) * along
    across = across / across.norm()
    root = code_0[0].numel() ** 0.5
    flat = [latent.double().flatten() for latent in blends]
    places = np.array([[float(latent @ along) / root, float(latent @ across) / root] for latent in flat])
    return places, np.array([looks.lengths(latent)[0] for latent in blends])


def _plane(axes: Axes, arc: Any, line: Any) -> None:
    axes.add_patch(Arc((0, 0), 2, 2, theta1=-12, theta2=102, color=GREY, linewidth=1.2, linestyle=":"))
    axes.plot(*arc.T, color=INK, linewidth=1.6)
    axes.plot(*line.T, color=INK, linewidth=1.6, linestyle=(0, (5, 2)))
    for path, mark in ((arc, "o"), (line, "s")):
        axes.plot(*path[len(path) // 2], mark, color=INK, markersize=6)
    axes.plot(0, 0, "+", color=GREY, markersize=9)
    for place, words, shift in ((arc[0], "code 0", (-4, -12)), (arc[-1], "code 1", (8, 4))):
        axes.plot(*place, "o", color=INK, markersize=5)
        axes.annotate(words, place, xytext=shift, textcoords="offset points", ha="left", va="center", fontsize=8.5)
    axes.annotate("0", (0, 0), xytext=(-9, -9), textcoords="offset points", color=GREY, fontsize=8.5)
    axes.set(aspect="equal", xlim=(-0.2, 1.3), ylim=(-0.25, 1.2), xticks=[], yticks=[])
    axes.set_title("the plane of both codes")
    for spine in axes.spines.values():
        spine.set_visible(False)


def _lengths(axes: Axes, arc: Any, line: Any, pixels: int) -> None:
    band = 1.96 / (2 * pixels) ** 0.5  # the length of noise in so many pixels strays by this, 95 times of 100
    axes.axhspan(1 - band, 1 + band, color=palette.LIGHT.grid)
    axes.text(0.5, 1 - band - 0.015, "95 of 100 noises lie in the band", ha="center", va="top", fontsize=8, color=GREY)
    axes.plot(WEIGHTS, arc, color=INK, marker="o", markersize=3.5, label="on the sphere")
    axes.plot(WEIGHTS, line, color=INK, linestyle=(0, (5, 2)), marker="s", markersize=3.5, label="straight")
    axes.set(xlabel="weight", ylabel="length (1: noise)", ylim=(0.6, 1.12), xlim=(0, 1), title="length of the blend")
    axes.legend(loc="lower left", handlelength=3.2)
