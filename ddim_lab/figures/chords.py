"""Chords: the path of one image at few steps over its fine path, both projected on one fixed plane.

The plane is that of the fine path alone, so it stays where it is when S or eta moves.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.float64]  # (points, pixels): x_t at every step, x_T first, the result last


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane that holds most of a path: `axes` (2, pixels), orthonormal; `share` of the path's variance in it."""

    centre: NDArray[np.float64]  # (pixels,)
    axes: NDArray[np.float64]
    share: float

    def project(self, path: Path) -> NDArray[np.float64]:
        """(points, pixels) -> (points, 2)."""
        return (path - self.centre) @ self.axes.T


def plane_of(path: Path) -> Plane:
    """The first two principal axes of `path`; x runs from start to end, y towards the middle of the path's bend."""
    centre = path.mean(axis=0)
    _, spread, axes = np.linalg.svd(path - centre, full_matrices=False)
    variance = spread**2
    ends = (path[-1] - path[0]) @ axes[:2].T
    signs = np.where(np.array([ends[0], (path[len(path) // 2] - path[0]) @ axes[1]]) < 0, -1.0, 1.0)
    total = float(variance.sum())
    return Plane(centre, axes[:2] * signs[:, None], float(variance[:2].sum()) / total if total else 1.0)


def end_gap(path: Path, fine: Path) -> float:
    """Root mean square over the pixels of the difference between both results, grey levels from -1 to 1."""
    return float(np.sqrt(np.mean((path[-1] - fine[-1]) ** 2)))
