"""Did the network memorise? The training pictures that are nearest to a generated one, computed when asked for.

They are pictures of MNIST, so what is found here is shown and never stored. Near alone says little: digits are alike.
A network that copies has pictures much nearer to a training picture than real test pictures are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks
from ddim_lab.quality.bootstrap import Array
from ddim_lab.quality.coverage import squared_distances

ROWS = 64  # pictures compared at a time
Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class Neighbours:
    """The nearest pictures of each of N, nearest first."""

    index: NDArray[np.int64]  # (N, count) into the training pictures
    distance: Array  # (N, count)


def in_pixels(pictures: Pictures, training: Pictures, count: int = 3) -> Neighbours:
    """The `count` nearest of `training` (M, 28, 28) to each of `pictures` (N, 28, 28), both grey levels.

    The distance is the root mean square of the pixels' differences, on [0, 1].
    """
    a, b = (_grey(each).reshape(len(each), -1).astype(np.float32) / 255 for each in (pictures, training))
    nearest = _nearest(a, b, count)
    return Neighbours(nearest.index, nearest.distance / a.shape[1] ** 0.5)


def _nearest(a: NDArray[np.floating], b: NDArray[np.floating], count: int) -> Neighbours:
    count = checks.integer("count", count, 1, len(b))
    index = np.concatenate([_row(a[start : start + ROWS], b, count) for start in range(0, len(a), ROWS)])
    # The quick formula for distances cancels where two pictures are almost the same: those that are kept are exact.
    distance = np.linalg.norm(a[:, None].astype(np.float64) - b[index], axis=2)
    order = np.argsort(distance, axis=1, kind="stable")
    return Neighbours(np.take_along_axis(index, order, axis=1), np.take_along_axis(distance, order, axis=1))


def _row(a: NDArray[np.floating], b: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    return np.argpartition(squared_distances(a, b), count - 1, axis=1)[:, :count]


def _grey(pictures: Pictures) -> Pictures:
    if pictures.dtype != np.uint8 or pictures.shape[1:] != (28, 28) or not len(pictures):
        raise ValueError(f"pictures must be grey levels uint8 (N, 28, 28), got {pictures.dtype} {pictures.shape}")
    return pictures
