"""The kernel distance: how far two crowds of pictures are apart, without the assumption that they are Gaussians.

It is the squared maximum mean discrepancy (MMD², Gretton et al. 2012, JMLR 13, Eq. 3) in the judge's features, with
the cubic kernel of KID (Bińkowski et al. 2018, arXiv:1801.01401). KID takes Inception features: these numbers compare
with nothing outside this lab. Unlike the Fréchet distance the estimate does not grow as the pictures get fewer; where
two crowds are alike it scatters about 0 and may be negative.

Every digit weighs alike, and the digits asked for are fixed, not drawn. So the mean over pairs of different pictures is
taken for each pair of digits, and then over the 100 of them: over all pairs at once, too few would be of one digit, and
the estimate would be too low by about (mean similarity within a digit - between digits) / n.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ddim_lab.quality import bootstrap
from ddim_lab.quality.bootstrap import Array, Measure, moved

ROWS = 500  # of a kernel matrix at a time
Labels = NDArray[np.integer]


def similarity(a: Array, b: Array) -> Array:
    """(x·y / D + 1)^3 for each pair of features a (N, D), b (M, D), as (N, M)."""
    return (a @ b.T / a.shape[1] + 1) ** 3


@dataclass(frozen=True)
class Crowd:
    """Features (N, D) and digits (N,) of the pictures that others are compared with, as many of each digit."""

    features: Array
    labels: Labels

    @cached_property
    def own(self) -> float:
        """The mean similarity of two different pictures of the crowd."""
        return float(_own(self.features, self.labels, np.ones((1, len(self.features))))[0])

    def to(self, features: Array) -> Array:
        """(N,) mean similarity of each picture to the crowd's."""
        return np.concatenate([similarity(part, self.features).mean(axis=1) for _, part in _parts(features)])


def kernel_distance(features: Array, labels: Labels, crowd: Crowd) -> float:
    """Unbiased MMD² between pictures with `features` (N, D) of the digits `labels` (N,) and the crowd."""
    return float(_squared(features, labels, np.ones((1, len(features))), crowd)[0])


def distance(features: Array, labels: Labels, crowd: Crowd, seed: int = 0) -> Measure:
    """The same with its interval. Where crowds hardly differ, the interval is wider than it need be."""
    counts = np.concatenate([np.ones((1, len(features))), _drawn(labels, seed)])
    squared = _squared(features, labels, counts, crowd)
    return moved(float(squared[0]), squared[1:].tolist())


def _drawn(labels: Labels, seed: int) -> Array:
    """(DRAWS, N) how often each picture comes up, as many of each digit as there are."""
    counts = np.zeros((bootstrap.DRAWS, len(labels)))
    for digit in np.unique(labels):
        of = np.flatnonzero(labels == digit)
        counts[:, of] = np.stack(list(bootstrap.draws(len(of), seed + int(digit))))
    return counts


def _squared(features: Array, labels: Labels, counts: Array, crowd: Crowd) -> Array:
    """MMD² for each row of `counts` (R, N): how often each picture counts."""
    nearness = counts * crowd.to(features)
    of = [labels == digit for digit in np.unique(labels)]
    cross = np.mean([nearness[:, each].sum(axis=1) / counts[:, each].sum(axis=1) for each in of], axis=0)
    return _own(features, labels, counts) + crowd.own - 2 * cross


def _own(features: Array, labels: Labels, counts: Array) -> Array:
    """(R,) mean similarity of two pictures. None is compared with itself, however often it counts."""
    of = [labels == digit for digit in np.unique(labels)]
    sums = [np.concatenate([counts[:, a] @ block.T for block in _others(features, a)], axis=1) * counts for a in of]
    sizes = np.stack([counts[:, a].sum(axis=1) for a in of])  # (digits, R)
    pairs = sizes[:, None] * sizes  # (digits, digits, R)
    same = np.arange(len(of))
    pairs[same, same] -= np.stack([np.square(counts[:, a]).sum(axis=1) for a in of])
    similar = np.stack([[row[:, b].sum(axis=1) for b in of] for row in sums])  # (digits, digits, R)
    return (similar / pairs.clip(1)).mean(axis=(0, 1))  # 0 / 1 where a digit's draw is one picture alone


def _others(features: Array, of: NDArray[np.bool_]) -> Iterator[Array]:
    """Rows of the kernel matrix (N, |of|), 0 where a picture meets itself."""
    columns = np.flatnonzero(of)
    for start, part in _parts(features):
        block = similarity(part, features[columns])
        block[start + np.arange(len(part))[:, None] == columns] = 0
        yield block


def _parts(features: Array) -> Iterator[tuple[int, Array]]:
    for start in range(0, len(features), ROWS):
        yield start, features[start : start + ROWS]
