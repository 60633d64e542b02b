"""How good generated digits are: the digit asked against the digit seen, and real pictures against generated ones."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ddim_lab.quality.bootstrap import Array, Measure, draws, halves, moved, percentiles


@dataclass(frozen=True)
class Moments:
    """Mean (D,) and covariance (D, D) of features."""

    mean: Array
    covariance: Array

    @cached_property
    def root(self) -> Array:
        """The symmetric square root of the covariance."""
        values, vectors = np.linalg.eigh(self.covariance)
        return vectors * np.sqrt(values.clip(0)) @ vectors.T


def moments(features: Array, weight: Array | None = None) -> Moments:
    """Of features (N, D), picture i counted `weight[i]` times (N,); the covariance divides by the sum of them - 1."""
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"features must be (N, D) of at least two pictures, got shape {features.shape}")
    weight = np.ones(len(features)) if weight is None else weight
    n = weight.sum()
    mean = weight @ features / n
    centred = features - mean
    return Moments(mean, (centred * weight[:, None]).T @ centred / (n - 1))


def balance(labels: NDArray[np.integer]) -> Array:
    """Weights (N,), N in all, that give every class in `labels` (N,) the same share.

    MNIST has more ones than fives. Against digits asked for evenly, that difference alone would be a larger distance
    than the one between its training and test set.
    """
    _, which, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    return len(labels) / (len(sizes) * sizes[which])


def frechet_distance(a: Moments, b: Moments) -> float:
    """|mu_a - mu_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)), of Gaussians with these moments (Dowson & Landau 1982).

    Heusel et al. 2017 (arXiv:1706.08500) take it in Inception features (FID); here the features are the judge's, so
    the numbers compare with nothing outside this lab. The estimate grows as the pictures get fewer.
    """
    # (C_a C_b)^(1/2) has the trace of (root_a C_b root_a)^(1/2), which is symmetric
    overlap = np.sqrt(np.linalg.eigvalsh(a.root @ b.covariance @ a.root).clip(0)).sum()
    trace = np.trace(a.covariance) + np.trace(b.covariance)
    return float(np.square(a.mean - b.mean).sum() + trace - 2 * overlap)


def accuracy(asked: NDArray[np.int64], seen: NDArray[np.int64], seed: int = 0) -> Measure:
    """Share of pictures (N,) in which the judge sees the digit asked for."""
    hits = (asked == seen).astype(np.float64)
    return percentiles(float(hits.mean()), [float(counts @ hits / len(hits)) for counts in draws(len(hits), seed)])


def distance(features: Array, labels: NDArray[np.integer], reference: Moments, seed: int = 0) -> Measure:
    """Fréchet distance to `reference` of pictures with `features` (N, D), every class of `labels` (N,) weighed alike.

    The estimate grows as the pictures get fewer, so the interval, from halves, is moved to be one at this N.
    """
    value = frechet_distance(reference, moments(features, balance(labels)))
    drawn = [
        frechet_distance(reference, moments(features[half], balance(labels[half]))) for half in halves(labels, seed)
    ]
    return moved(value, drawn, 0)


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
    classes = [percentiles(float(v / r), (d / r).tolist()) for v, r, d in zip(value, real, drawn, strict=True)]
    return percentiles(float(value.sum() / real.sum()), (drawn.sum(axis=0) / real.sum()).tolist()), classes


def _drawn_variance(pictures: NDArray[np.uint8], seed: int) -> Array:
    """(DRAWS,) mean pixel variances of the draws of pictures (N, 28, 28)."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float64)
    flat -= flat.mean(axis=0)
    counts = np.stack(list(draws(len(flat), seed))).astype(np.float64)  # (DRAWS, N)
    n = len(flat)
    # A draw's variance is short by (n - 1) / n twice: as every sample's is, and as it has its sample's mean for truth.
    return ((counts @ flat**2 / n - (counts @ flat / n) ** 2) * (n / (n - 1)) ** 2).mean(axis=1)
