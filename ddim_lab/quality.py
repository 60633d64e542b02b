"""How good generated digits are: the digit asked against the digit seen, and real pictures against generated ones.

Every measure comes with a bootstrap interval (Efron 1979): the pictures are drawn again, with replacement, and the
measure is taken of each draw. A draw is kept as how often each picture came up, so a measure is a weighted one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DRAWS, LEVEL = 300, 0.95


@dataclass(frozen=True)
class Measure:
    """A value and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Moments:
    """Mean (D,) and covariance (D, D) of features."""

    mean: Array
    covariance: Array


def moments(features: Array, counts: NDArray[np.int64] | None = None) -> Moments:
    """Of features (N, D), picture i counted `counts[i]` times (N,); the covariance divides by their number - 1."""
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"features must be (N, D) of at least two pictures, got shape {features.shape}")
    counts = np.ones(len(features), np.int64) if counts is None else counts
    n = counts.sum()
    mean = counts @ features / n
    centred = features - mean
    return Moments(mean, (centred * counts[:, None]).T @ centred / (n - 1))


def frechet_distance(a: Moments, b: Moments) -> float:
    """|mu_a - mu_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)), of Gaussians with these moments (Dowson & Landau 1982).

    Heusel et al. 2017 (arXiv:1706.08500) take it in Inception features (FID); here the features are the judge's, so
    the numbers compare with nothing outside this lab. The estimate grows as the pictures get fewer.
    """
    values, vectors = np.linalg.eigh(a.covariance)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T  # (C_a C_b)^(1/2) has the trace of (root C_b root)^(1/2)
    overlap = np.sqrt(np.linalg.eigvalsh(root @ b.covariance @ root).clip(0)).sum()
    trace = np.trace(a.covariance) + np.trace(b.covariance)
    return float(np.square(a.mean - b.mean).sum() + trace - 2 * overlap)


def accuracy(asked: NDArray[np.int64], seen: NDArray[np.int64], seed: int = 0) -> Measure:
    """Share of pictures (N,) in which the judge sees the digit asked for."""
    hits = (asked == seen).astype(np.float64)
    return _percentiles(float(hits.mean()), [float(counts @ hits / len(hits)) for counts in _draws(len(hits), seed)])


def distance(features: Array, reference: Moments, seed: int = 0) -> Measure:
    """Fréchet distance of pictures with `features` (N, D) to `reference`.

    A draw holds fewer different pictures than the sample, so its distance is larger on average; the interval is moved
    back by that difference, and is one for the distance at this N.
    """
    value = frechet_distance(reference, moments(features))
    drawn = [frechet_distance(reference, moments(features, counts)) for counts in _draws(len(features), seed)]
    moved = np.array(drawn) - np.mean(drawn) + value
    return _percentiles(value, moved.tolist())


def pixel_variance(pictures: NDArray[np.uint8], labels: NDArray[np.integer], digits: int = 10) -> Array:
    """(10,) mean over the pixels of the variance among the pictures (N, 28, 28) of one digit; grey levels squared."""
    return np.array([pictures[labels == digit].var(axis=0, ddof=1, dtype=np.float64).mean() for digit in range(digits)])


def variance_ratio(
    pictures: NDArray[np.uint8], labels: NDArray[np.integer], real: Array, seed: int = 0
) -> tuple[Measure, list[Measure]]:
    """Pixel variance within a class, relative to the `real` one (10,): over all classes, and for each.

    Digits that all look alike (mode collapse) have little of it.
    """
    value = pixel_variance(pictures, labels, len(real))
    drawn = np.stack([_drawn_variance(pictures[labels == digit], seed + digit) for digit in range(len(real))])
    classes = [_percentiles(float(v / r), (d / r).tolist()) for v, r, d in zip(value, real, drawn, strict=True)]
    return _percentiles(float(value.sum() / real.sum()), (drawn.sum(axis=0) / real.sum()).tolist()), classes


def _drawn_variance(pictures: NDArray[np.uint8], seed: int) -> Array:
    """(DRAWS,) mean pixel variances of the draws of pictures (N, 28, 28)."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float64)
    flat -= flat.mean(axis=0)
    counts = np.stack(list(_draws(len(flat), seed))).astype(np.float64)  # (DRAWS, N)
    n = len(flat)
    return ((counts @ flat**2 / n - (counts @ flat / n) ** 2) * n / (n - 1)).mean(axis=1)


def _draws(n: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """How often each of n pictures comes up in each bootstrap draw, (n,)."""
    rng = np.random.default_rng(seed)
    for _ in range(DRAWS):
        yield np.bincount(rng.integers(n, size=n), minlength=n)


def _percentiles(value: float, drawn: list[float]) -> Measure:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Measure(value, float(low), float(high))
