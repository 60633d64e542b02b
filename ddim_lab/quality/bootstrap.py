"""95 % intervals: the pictures are drawn again, and the measure is taken of each draw (Efron 1979).

A draw with replacement is kept as how often each picture came up, so a measure is a weighted one. Where copies mislead
(a neighbour at distance 0; a covariance of as many features as pictures), halves are drawn without replacement instead:
the mean of n / 2 of n values scatters about that of all n as much as that of n values about the truth (Efron 1982).

The draws depend on the seed and on the digits asked for alone. So the i-th draw of one cell holds the same starts as
the i-th of another with as many pictures, and of two cells the draws can be subtracted one by one: `apart`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DRAWS, HALVES, LEVEL = 300, 100, 0.95


SHARE = 10  # a draw is kept in tenths of the draws' standard deviation: that rounding adds .1 % to their variance
NORMAL = 1.96  # standard deviations on each side that hold 95 % of a Gaussian


@dataclass(frozen=True)
class Measure:
    """A value and its 95 % interval, and how each draw differs from their mean: whole tenths of their `spread`."""

    value: float
    low: float
    high: float
    spread: float = 0.0
    drawn: str = ""  # with spaces between


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
    return Measure(value, float(low), float(high), *_kept(np.asarray(drawn, dtype=np.float64)))


def moved(value: float, drawn: list[float], least: float = -np.inf, most: float = np.inf) -> Measure:
    """The same, moved so that the draws' mean is `value`, and kept within `least`..`most`.

    A draw holds fewer different pictures than the sample. Where that changes the measure on average (a distance grows,
    coverage shrinks), the interval so becomes one for the measure at the sample's own size.
    """
    about: Array = np.asarray(drawn, dtype=np.float64) - np.mean(drawn) + value
    low, high = np.quantile(about.clip(least, most), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Measure(value, float(low), float(high), *_kept(about))


def _kept(drawn: Array) -> tuple[float, str]:
    spread = float(drawn.std(ddof=1))
    shares = SHARE * (drawn - drawn.mean()) / spread if spread > 0 else np.zeros(len(drawn))
    return spread, " ".join(str(round(float(share))) for share in shares)


def _of(measure: Measure) -> Array:
    """How each draw differs from their mean."""
    return measure.spread / SHARE * np.array(measure.drawn.split(), dtype=np.float64)


def apart(value: Measure, other: Measure, same: bool) -> Measure:
    """value - other with its 95 % interval (the standard one, value ± 1.96 deviations: Efron & Tibshirani 1993, 13.3).

    `same`: both are of the same starts. Their draws are then subtracted one by one, where they are kept; else, as for
    two different crowds, the variances add up. A bias that both have goes out of the difference.
    """
    one, two = _of(value), _of(other)
    paired = same and 0 < len(one) == len(two)
    spread = float((one - two).std(ddof=1) if paired else np.hypot(value.spread, other.spread))
    difference = value.value - other.value
    return Measure(difference, difference - NORMAL * spread, difference + NORMAL * spread, spread)
