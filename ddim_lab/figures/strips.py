"""Strips of pictures: aligned rows under shared column titles, drawn quickly enough to follow a slider."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from numpy.typing import NDArray
from torch import Tensor

from ddim_lab import checks
from ddim_lab.figures import palette
from ddim_lab.figures.pixels import IMAGE_LIMIT, row_of
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas
from ddim_lab.sampler import Step
from ddim_lab.tensors import check_state

CELL, GAP = 0.78, 2  # inches a picture; white pixels between two
LETTER = 0.1  # inches a letter in the name of a row


def strips(
    rows: Mapping[str, Sequence[Tensor] | Tensor],
    columns: Sequence[str] = (),
    description: str = "",
    believed: Sequence[str] = (),
    limit: float = IMAGE_LIMIT,
    cell: float = CELL,
) -> PrintFigure:
    """Named rows of pictures, each (1, H, W) or in colour (3, H, W); titles over the columns.

    Rows named in `believed` are named in the colour of x0. `cell`: the size of a picture, in inches.
    """
    with rc_context(STYLE):
        shown = {name: row_of(row, limit) for name, row in rows.items()}
        count = max(map(len, shown.values()))
        lines = max((title.count("\n") + 1 for title in columns), default=0)
        height = cell * len(rows) + 0.05 + 0.17 * lines
        names = 0.35 + LETTER * max(map(len, rows))
        figure = canvas(cell * count + names, height, description or f"Rows of pictures: {', '.join(rows)}")
        for axes, (name, row) in zip(figure.subplots(len(rows), 1, squeeze=False)[:, 0], shown.items(), strict=True):
            _draw(axes, row)
            axes.set_xlim(0, count)  # shorter rows keep their columns
            colour = palette.X0.text_light if name in believed else palette.LIGHT.text
            axes.set_ylabel(name, rotation=0, ha="right", va="center", color=colour, labelpad=8)
        if columns:
            title_columns(figure.axes[0], columns, len(next(iter(shown.values()))))
    return figure


def walk(steps: Sequence[Step], image: int = 0) -> PrintFigure:
    """One image of a run over t: x_t, what the sampler holds, and x0, what the network believes."""
    columns = [f"t = {step.t}" for step in steps]
    rows = {"held": held(steps, image), "believed": [of_image(step.x0, image) for step in steps]}
    words = "What the sampler holds (upper row) and what the network believes (lower row) from noise to picture"
    return strips(rows, [*columns, "t = 0"], words, believed=("believed",))


def held(steps: Sequence[Step], image: int = 0) -> list[Tensor]:
    """What the sampler holds before its first step, and after each."""
    return [of_image(x, image) for x in (*(step.x_t for step in steps), steps[-1].x_prev)]


def of_image(pictures: Tensor, image: int) -> Tensor:
    """One of `pictures` (B, ...). Raises TypeError or ValueError if there is none."""
    check_state("pictures", pictures)
    return pictures[checks.integer("image", image, 0, len(pictures) - 1)]


def strip(axes: Axes, row: Sequence[Tensor] | Tensor, limit: float = IMAGE_LIMIT) -> None:
    """The pictures of one row side by side as one image, one unit of x for each of them."""
    _draw(axes, row_of(row, limit))


def _draw(axes: Axes, row: list[NDArray[np.uint8]]) -> None:
    axes.imshow(
        _joined(row),
        cmap="gray", vmin=0, vmax=255, interpolation="nearest", extent=(0, len(row), 0, 1), aspect="equal",
    )  # fmt: skip
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)


def title_columns(axes: Axes, titles: Sequence[str], count: int) -> None:
    """Titles over the pictures of a `strip`."""
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(count) + 0.5, [*titles, *[""] * (count - len(titles))], fontsize=8.5)
    axes.tick_params(length=0, pad=2)


def _joined(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    height, _, *colours = pictures[0].shape
    white = np.full((height, GAP, *colours), 255, np.uint8)
    pieces = [piece for picture in pictures for piece in (picture, white)]
    return np.hstack(pieces[:-1])
