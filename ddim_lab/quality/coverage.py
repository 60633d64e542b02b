"""Precision and recall (Kynkäänniemi et al. 2019, arXiv:1904.06991): two ways to be bad, told apart.

Around each picture of a crowd lies a ball that reaches to its third nearest neighbour in the crowd; the balls together
are where the crowd lives. Precision: the share of generated pictures that lie where real ones live (are they digits?).
Recall: the share of real pictures that lie where generated ones live (are all kinds of digits there?).
Balls grow as a crowd gets smaller, so recall compares only with recall at the same number of generated pictures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ddim_lab.quality.bootstrap import Array, Measure, draws, halves, moved, percentiles

NEIGHBOUR = 3  # the ball of a picture reaches to this one
ROWS = 500  # of a matrix of distances at a time


def squared_distances(a: NDArray[np.floating], b: NDArray[np.floating]) -> Array:
    """(N, M) squared Euclidean distances between a (N, D) and b (M, D)."""
    apart = np.square(a).sum(axis=1)[:, None] + np.square(b).sum(axis=1) - 2 * (a @ b.T)
    return apart.clip(0)


@dataclass(frozen=True)
class Manifold:
    """Where a crowd with `features` (N, D) lives."""

    features: Array

    @cached_property
    def radii(self) -> Array:
        """(N,) the squared distance of each picture to its third nearest other one."""
        if len(self.features) <= NEIGHBOUR:
            raise ValueError(f"a ball needs more than {NEIGHBOUR} pictures, got {len(self.features)}")
        return _radii(self.features, [np.arange(len(self.features))])[0]

    def holds(self, features: Array) -> NDArray[np.bool_]:
        """(M,) which of the pictures with `features` (M, D) lie in a ball."""
        inside = [(squared_distances(part, self.features) <= self.radii).any(axis=1) for _, part in _parts(features)]
        return np.concatenate(inside)


def precision(features: Array, weight: Array, real: Manifold, seed: int = 0) -> Measure:
    """Share of the pictures with `features` (N, D), each of `weight` (N,), that lie where the real ones live."""
    inside = real.holds(features)
    drawn = [_share(inside, counts * weight) for counts in draws(len(features), seed)]
    return percentiles(_share(inside, weight), drawn)


def recall(features: Array, labels: NDArray[np.integer], real: Array, seed: int = 0) -> Measure:
    """Share of the `real` pictures' features (M, D) that lie where those with `features` (N, D) live.

    The interval is that of another N generated pictures of the same `labels` (N,), for these real ones.
    """
    chosen = list(halves(labels, seed))
    reach, covered = np.full((len(chosen), len(features)), -1.0), np.zeros(len(chosen))  # -1: no ball
    for row, half, radii in zip(reach, chosen, _radii(features, chosen), strict=True):
        row[half] = radii
    for _, part in _parts(real):
        apart = squared_distances(part, features)  # once for all halves
        covered += [(apart <= row).any(axis=1).sum() for row in reach]
    return moved(covered_share(features, real), (covered / len(real)).tolist(), 0, 1)


def covered_share(features: Array, real: Array) -> float:
    """Recall without its interval."""
    return float(Manifold(features).holds(real).mean())


def _radii(features: Array, crowds: list[NDArray[np.int64]]) -> list[Array]:
    """For each crowd, given by the ascending numbers of its pictures: the squared distance of each of them to its third
    nearest other one."""
    radii: list[list[Array]] = [[] for _ in crowds]
    for start, part in _parts(features):
        apart = squared_distances(part, features)
        apart[np.arange(len(part)), start + np.arange(len(part))] = np.inf  # a picture is no neighbour of itself
        for crowd, distances in zip(crowds, radii, strict=True):
            rows = crowd[slice(*np.searchsorted(crowd, (start, start + len(part))))] - start
            distances.append(np.partition(apart[np.ix_(rows, crowd)], NEIGHBOUR - 1, axis=1)[:, NEIGHBOUR - 1])
    return [np.concatenate(distances) for distances in radii]


def _share(inside: NDArray[np.bool_], weight: Array) -> float:
    return float((inside * weight).sum() / weight.sum())


def _parts(features: Array) -> Iterator[tuple[int, Array]]:
    for start in range(0, len(features), ROWS):
        yield start, features[start : start + ROWS]
