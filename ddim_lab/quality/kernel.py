"""The kernel distance: how far two crowds of pictures are apart, without the assumption that they are Gaussians.

It is the squared maximum mean discrepancy (MMD², Gretton et al. 2012, JMLR 13, Eq. 3) in the judge's features, with
the cubic kernel of KID (Bińkowski et al. 2018, arXiv:1801.01401). KID takes Inception features: these numbers compare
with nothing outside this lab. Unlike the Fréchet distance the estimate does not grow as the pictures get fewer; where
two crowds are alike it scatters about 0 and may be negative.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ddim_lab.quality.bootstrap import Array, Measure, draws, moved

ROWS = 500  # of a kernel matrix at a time


def similarity(a: Array, b: Array) -> Array:
    """(x·y / D + 1)^3 for each pair of features a (N, D), b (M, D), as (N, M)."""
    return (a @ b.T / a.shape[1] + 1) ** 3


@dataclass(frozen=True)
class Crowd:
    """Features (N, D) of the pictures that others are compared with."""

    features: Array

    @cached_property
    def own(self) -> float:
        """The mean similarity of two different pictures of the crowd."""
        n = len(self.features)
        return sum(float(block.sum()) for _, block in _others(self.features)) / (n * (n - 1))

    def to(self, features: Array) -> Array:
        """(N,) mean similarity of each picture to the crowd's."""
        return np.concatenate([similarity(part, self.features).mean(axis=1) for _, part in _parts(features)])


def kernel_distance(features: Array, weight: Array, crowd: Crowd) -> float:
    """Unbiased MMD² between pictures with `features` (N, D), picture i counted `weight[i]` times, and the crowd."""
    return float(_squared(features, weight[None], crowd)[0])


def distance(features: Array, weight: Array, crowd: Crowd, seed: int = 0) -> Measure:
    """The same with its interval. Where crowds hardly differ, the interval is wider than it need be."""
    drawn = np.stack([counts * weight for counts in draws(len(features), seed)])  # (DRAWS, N)
    found = _squared(features, np.concatenate([weight[None], drawn]), crowd)
    return moved(float(found[0]), found[1:].tolist())


def _squared(features: Array, weights: Array, crowd: Crowd) -> Array:
    """MMD² for each row of `weights` (R, N). A picture is not compared with itself, however often it counts."""
    pairs = np.concatenate([weights @ block.T for _, block in _others(features)], axis=1)  # (R, N)
    total = weights.sum(axis=1)
    own = (pairs * weights).sum(axis=1) / (total**2 - np.square(weights).sum(axis=1))
    return own + crowd.own - 2 * (weights @ crowd.to(features)) / total


def _others(features: Array) -> Iterator[tuple[int, Array]]:
    """Rows of the kernel matrix of `features`, 0 where a picture meets itself."""
    for start, part in _parts(features):
        block = similarity(part, features)
        block[np.arange(len(part)), start + np.arange(len(part))] = 0
        yield start, block


def _parts(features: Array) -> Iterator[tuple[int, Array]]:
    for start in range(0, len(features), ROWS):
        yield start, features[start : start + ROWS]
