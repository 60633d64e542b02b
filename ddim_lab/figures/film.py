"""Digits for print: the film of a run, results of several runs side by side, and the summands of one step."""

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from torch import Tensor

from ddim_lab.figures import palette
from ddim_lab.figures.pixels import IMAGE_LIMIT, TERM_LIMIT, row_of
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas
from ddim_lab.figures.strips import held, of_image
from ddim_lab.sampler import Step
from ddim_lab.tensors import check_state

CELL = 0.78  # inches


def film(runs: dict[str, Sequence[Step]], image: int = 0) -> PrintFigure:
    """For each named run two aligned rows over t: x_t, what the sampler holds, and x0, what the network believes."""
    shown = {name: (held(steps, image), [of_image(step.x0, image) for step in steps]) for name, steps in runs.items()}
    with rc_context(STYLE):
        columns = len(next(iter(runs.values()))) + 1
        figure = canvas(
            CELL * columns + 1.7, (CELL + 0.18) * 2 * len(runs) + 0.3, f"A digit over t for {', '.join(runs)}"
        )
        grid = np.atleast_2d(figure.subplots(2 * len(runs), columns, squeeze=False))
        for index, (name, (states, beliefs)) in enumerate(shown.items()):
            upper, lower = grid[2 * index], grid[2 * index + 1]
            times = [*(step.t for step in runs[name]), 0]
            for axes, state, t in zip(upper, states, times, strict=False):
                _picture(axes, state, f"t = {t}")
            for axes, belief in zip(lower, beliefs, strict=False):
                _picture(axes, belief, colour=palette.X0.colour)
            lower[-1].axis("off")
            _row(upper[0], f"{name}\n$x_t$ held", palette.LIGHT.text)
            _row(lower[0], "$x_0$ believed", palette.X0.text_light)
    return figure


def results(rows: dict[str, Tensor]) -> PrintFigure:
    """Named rows of images (B, 1, H, W), column by column from the same starts."""
    with rc_context(STYLE):
        for images in rows.values():
            check_state("pictures", images)
        columns = max(map(len, rows.values()))
        figure = canvas(CELL * columns + 1.7, (CELL + 0.06) * len(rows) + 0.1, f"Rows of digits: {', '.join(rows)}")
        grid = figure.subplots(len(rows), columns, squeeze=False)
        for axes_row, (name, images) in zip(grid, rows.items(), strict=True):
            for axes, picture in zip(axes_row, images, strict=True):
                _picture(axes, picture)
            _row(axes_row[0], name, palette.LIGHT.text)
    return figure


def three_terms(steps: Sequence[Step], image: int = 0) -> PrintFigure:
    """x_prev as the sum of predicted x0, predicted noise put back and fresh noise, one row for each step."""
    names = ("x0_term", "direction_term", "noise_term", "x_prev")
    shown = [[of_image(getattr(step, name), image) for name in names] for step in steps]
    with rc_context(STYLE):
        figure = canvas(
            7.4, 1.5 * len(steps) + 0.35, "x_prev as a sum of three pictures: x0, predicted noise, fresh noise"
        )
        grid = figure.subplots(len(steps), 4, squeeze=False)
        for row, step, (*parts, sum_of_them) in zip(grid, steps, shown, strict=True):
            for axes, part, term, joint in zip(row, parts, palette.TERMS, ("+", "+", "="), strict=False):
                title = f"{term.letter}  {term.words}"
                _picture(axes, part, title, term.colour, TERM_LIMIT, term.text_light)
                axes.annotate(joint, (1.18, 0.5), xycoords="axes fraction", ha="center", va="center", fontsize=17)
            _picture(row[3], sum_of_them, "x_prev", limit=TERM_LIMIT)
            _row(row[0], f"t = {step.t} → {step.t_prev}", palette.LIGHT.text)
    return figure


def tiles(pictures: dict[str, Tensor]) -> PrintFigure:
    """Named single images (1, H, W) in a row, all on one grey scale."""
    with rc_context(STYLE):
        figure = canvas(2.1 * len(pictures), 2.0, f"Pictures: {', '.join(pictures)}")
        for axes, (name, picture) in zip(
            figure.subplots(1, len(pictures), squeeze=False)[0], pictures.items(), strict=True
        ):
            _picture(axes, picture, name, limit=TERM_LIMIT)
    return figure


def _picture(
    axes: Axes, picture: Tensor, title: str = "", colour: str = "", limit: float = IMAGE_LIMIT, text: str = ""
) -> None:
    axes.imshow(row_of([picture], limit)[0], cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.set_title(title, fontsize=8.5, color=text or palette.LIGHT.muted, loc="center", pad=3)
    for spine in axes.spines.values():
        spine.set(visible=bool(colour), edgecolor=colour or "none", linewidth=2.2)


def _row(axes: Axes, words: str, colour: str) -> None:
    axes.set_ylabel(words, rotation=0, ha="right", va="center", color=colour, labelpad=8)
