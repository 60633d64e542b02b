"""95 % intervals: the pictures are drawn again, and the measure is taken of each draw (Efron 1979).

A draw with replacement is kept as how often each picture came up, so a measure is a weighted one. Where copies mislead
(a neighbour at distance 0; a covariance of as many features as pictures), halves are drawn without replacement instead:
the mean of n / 2 of n values scatters about that of all n as much as that of n values about the truth (Efron 1982).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DRAWS, HALVES, LEVEL = 300, 100, 0.95


@dataclass(frozen=True)
class Measure:
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


def draws(n: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """How often each of n pictures comes up in each draw with replacement, (n,)."""
    rng = np.random.default_rng(seed)
    for _ in range(DRAWS):
        yield np.bincount(rng.integers(n, size=n), minlength=n)


def halves(labels: NDArray[np.integer], seed: int) -> Iterator[NDArray[np.int64]]:
    """Which pictures each half holds, in ascending order: half of those of each digit in `labels` (N,)."""
    rng = np.random.default_rng(seed)
    of = [np.flatnonzero(labels == digit) for digit in np.unique(labels)]
    for _ in range(HALVES):
        yield np.sort(np.concatenate([rng.permutation(each)[: len(each) // 2] for each in of]))


def percentiles(value: float, drawn: list[float]) -> Measure:
    """The interval between the percentiles of `drawn`."""
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Measure(value, float(low), float(high))


def moved(value: float, drawn: list[float], least: float = -np.inf, most: float = np.inf) -> Measure:
    """The same, moved so that the draws' mean is `value`, and kept within `least`..`most`.

    A draw holds fewer different pictures than the sample. Where that changes the measure on average (a distance grows,
    coverage shrinks), the interval so becomes one for the measure at the sample's own size.
    """
    return percentiles(value, (np.array(drawn) - np.mean(drawn) + value).clip(least, most).tolist())
