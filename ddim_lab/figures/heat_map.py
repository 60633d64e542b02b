"""A table as a heat map for print: a number in each field, its interval below, the best of each column framed.

Grey only: colours of the lab belong to the terms of a step. Dark is bad, whatever the measure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from ddim_lab.figures import palette
from ddim_lab.figures.printing import STYLE, PrintFigure, canvas

FIELD = 0.74, 0.42  # inches, wide and high
DARKEST = 0.72  # of the way to black: words on it stay readable in white


@dataclass(frozen=True)
class Grid:
    """A table: `values` (rows, columns), NaN where nothing was measured; `low` and `high` are the 95 % interval."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: NDArray[np.float64]
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
    less_is_better: bool = True

    def __post_init__(self) -> None:
        for part in (self.values, self.low, self.high):
            if part is not None and part.shape != (len(self.rows), len(self.columns)):
                raise ValueError(
                    f"a grid of {len(self.rows)} rows and {len(self.columns)} columns got an array {part.shape}"
                )

    def best(self, column: int) -> int | None:
        """The row of the best value of a column; None where it is empty."""
        values = self.values[:, column] if self.less_is_better else -self.values[:, column]
        return None if np.isnan(values).all() else int(np.nanargmin(values))


def heat_maps(grids: Mapping[str, Grid], column_words: str = "", mine: tuple[str, str] | None = None) -> PrintFigure:
    """Tables side by side, a title over each. `mine`: the row and column of "your setting", marked by dashes."""
    with rc_context(STYLE):
        sizes = [(FIELD[0] * len(g.columns), FIELD[1] * len(g.rows)) for g in grids.values()]
        width = sum(w for w, _ in sizes) + 0.75 * len(grids)
        figure = canvas(width, max(h for _, h in sizes) + 0.85, "; ".join(_told(*item) for item in grids.items()))
        ratios = [w for w, _ in sizes]
        for axes, (title, grid) in zip(
            figure.subplots(1, len(grids), squeeze=False, width_ratios=ratios)[0], grids.items(), strict=True
        ):
            _draw(axes, grid)
            axes.set_title(title)
            axes.set_xlabel(column_words)
            if mine and mine[0] in grid.rows and mine[1] in grid.columns:
                row, column = grid.rows.index(mine[0]), grid.columns.index(mine[1])
                _frame(axes, row, column, palette.NEUTRAL.text_light, (0, (3, 2)))
    return figure


def written(value: float) -> str:
    """Three figures: 0.0123, 1.23, 12.3, 123; a dash where nothing was measured."""
    if np.isnan(value):
        return "–"
    if value == 0:
        return "0"
    return f"{value:.{int(np.clip(2 - np.floor(np.log10(abs(value))), 0, 4))}f}"


def _draw(axes: Axes, grid: Grid) -> None:
    shade = _shades(grid)
    axes.imshow(shade, cmap="Greys", vmin=0, vmax=1, aspect=FIELD[1] / FIELD[0])
    axes.set_xticks(range(len(grid.columns)), grid.columns)
    axes.set_yticks(range(len(grid.rows)), grid.rows)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for column in range(len(grid.columns)):
        best = grid.best(column)
        for row in range(len(grid.rows)):
            _write(axes, grid, row, column, float(np.nan_to_num(shade[row, column])), row == best)
        if best is not None:
            _frame(axes, best, column, palette.LIGHT.text, "-")


def _write(axes: Axes, grid: Grid, row: int, column: int, shade: float, best: bool) -> None:
    colour = "white" if shade > 0.5 else palette.LIGHT.text
    bounds = grid.low is not None and grid.high is not None and not np.isnan(grid.values[row, column])
    axes.text(
        column, row - (0.14 if bounds else 0), written(grid.values[row, column]), ha="center", va="center",
        color=colour, fontsize=9, fontweight="bold" if best else "normal",
    )  # fmt: skip
    if bounds and grid.low is not None and grid.high is not None:
        told = f"{written(grid.low[row, column])}–{written(grid.high[row, column])}"
        axes.text(column, row + 0.24, told, ha="center", va="center", color=colour, fontsize=6.2)


def _frame(axes: Axes, row: int, column: int, colour: str, dash: object) -> None:
    axes.add_patch(
        Rectangle(
            (column - 0.47, row - 0.46), 0.94, 0.92, fill=False, edgecolor=colour, linestyle=dash,  # type: ignore[arg-type]
            linewidth=1.4,
        )
    )  # fmt: skip


def _shades(grid: Grid) -> NDArray[np.float64]:
    """0 (best) .. DARKEST (worst), on a log scale where less is better and all is above 0; NaN stays."""
    known = grid.values[~np.isnan(grid.values)]
    if not len(known) or known.min() == known.max():
        return np.where(np.isnan(grid.values), np.nan, 0.0)
    logs = grid.less_is_better and known.min() > 0
    scale = (LogNorm if logs else Normalize)(known.min(), known.max())
    share = np.ma.filled(scale(np.ma.masked_invalid(grid.values)).astype(float), np.nan)
    return DARKEST * (share if grid.less_is_better else 1 - share)


def _told(title: str, grid: Grid) -> str:
    rows = [(column, grid.best(i)) for i, column in enumerate(grid.columns)]
    best = ", ".join(f"{column}: {grid.rows[row]}" for column, row in rows if row is not None)
    return f"{title}, the best row of each column: {best or 'nothing measured'}"
