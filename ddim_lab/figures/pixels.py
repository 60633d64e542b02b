"""From sampler values to grey levels: one rule for the app, the notebooks and every exported picture."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ddim_lab.model import mnist

IMAGE_LIMIT, TERM_LIMIT = 1.0, 2.0  # images live in [-1, 1]; the summands of a step reach further


def to_grey(values: Tensor, limit: float = IMAGE_LIMIT) -> NDArray[np.uint8]:
    """-limit..limit as 0..255, clamped: (B, 1, H, W) on any device -> (B, H, W) uint8."""
    return mnist.to_grey(values.detach().cpu().numpy(), limit)


def sheet(images: NDArray[np.uint8], columns: int, gap: int = 2, paper: int = 255) -> NDArray[np.uint8]:
    """(N, H, W) tiled row by row into one picture with `columns` columns."""
    n, height, width = images.shape
    rows = -(-n // columns)
    out = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), paper, np.uint8)
    for i, image in enumerate(images):
        row, column = divmod(i, columns)
        out[row * (height + gap) :, column * (width + gap) :][:height, :width] = image
    return out
