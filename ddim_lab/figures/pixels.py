"""From sampler values to grey levels or colours: one rule for the app, the notebooks and every exported picture."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ddim_lab import checks
from ddim_lab.model import mnist
from ddim_lab.tensors import check_finite, check_state, wide

COLUMNS_MAX = 1000  # of a sheet
IMAGE_LIMIT, TERM_LIMIT = 1.0, 2.0  # images live in [-1, 1]; the summands of a step reach further


def to_grey(values: Tensor, limit: float = IMAGE_LIMIT) -> NDArray[np.uint8]:
    """-limit..limit as 0..255, clamped: (B, 1, H, W) on any device -> (B, H, W) uint8. Raises as `shown`."""
    return mnist.to_grey(_signal(values), limit)


def shown(values: Tensor, limit: float = IMAGE_LIMIT) -> NDArray[np.uint8]:
    """The same of grey pictures; colour, (B, 3, H, W), comes as (B, H, W, 3).

    Raises TypeError or ValueError for what is no picture: another shape, integers, NaN.
    """
    signal = _signal(values)
    if signal.ndim != 4 or signal.shape[1] not in (1, 3):
        raise ValueError(f"pictures must be grey (B, 1, H, W) or colour (B, 3, H, W), got {signal.shape}")
    levels = mnist.to_levels(signal, limit)
    return levels[:, 0] if signal.shape[1] == 1 else np.moveaxis(levels, 1, -1)


def row_of(pictures: Sequence[Tensor] | Tensor, limit: float = IMAGE_LIMIT) -> list[NDArray[np.uint8]]:
    """Each of `pictures`, (B, 1, H, W) or a list of (1, H, W), as it is shown; colour likewise. Raises as `shown`."""
    if isinstance(pictures, list | tuple) and pictures:
        for picture in pictures:
            check_state("pictures", picture)
        return [shown(picture[None], limit)[0] for picture in pictures]
    return list(shown(cast(Tensor, pictures), limit))


def _signal(values: Tensor) -> NDArray[np.floating]:
    check_state("pictures", values)
    check_finite("pictures", values)
    return wide(values.detach().cpu()).numpy()


def sheet(images: NDArray[np.uint8], columns: int, gap: int = 2, paper: int = 255) -> NDArray[np.uint8]:
    """(N, H, W), or in colour (N, H, W, 3), tiled row by row into one picture with `columns` columns."""
    n, height, width, *colours = images.shape
    rows = -(-n // checks.integer("columns", columns, 1, COLUMNS_MAX))
    out = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, *colours), paper, np.uint8)
    for i, image in enumerate(images):
        row, column = divmod(i, columns)
        out[row * (height + gap) :, column * (width + gap) :][:height, :width] = image
    return out
