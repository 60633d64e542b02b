"""The real digits that generated ones are measured against, and all measures of some pictures."""

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.model.classifier import Classifier, look
from ddim_lab.quality import coverage, kernel, measures
from ddim_lab.quality.bootstrap import Array

SEED = 0  # of all intervals and subsets
SUBSETS = 20  # random subsets of the test images whose mean is the floor at a smaller n
OF_A_DIGIT = 1000  # training images of each digit that the kernel distance, precision and recall compare with

VERSION = 2  # of the measures: a table of another one is measured anew, from the pictures that are kept

Pictures = NDArray[np.uint8]


@dataclass
class Reference:
    """The real digits. The training set is the reference; the test set gives the floor: what is measured of digits
    that are as real as the reference."""

    classifier: Classifier
    train: tuple[Pictures, NDArray[np.uint8]]
    test: tuple[Pictures, NDArray[np.uint8]]
    known: Array | None = None  # features of the training images, where another process saw them before
    _floors: dict[int, dict[str, float]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def features(self) -> Array:
        """(60000, 128) of the training images."""
        return look(self.classifier, self.train[0])[0] if self.known is None else self.known

    @cached_property
    def moments(self) -> measures.Moments:
        """Of all training images, every digit weighed alike."""
        return measures.moments(self.features, measures.balance(self.train[1]))

    @cached_property
    def crowd(self) -> kernel.Crowd:
        """The first 1,000 training images of each digit (fewer, but as many of each, where there are not so many)."""
        labels = self.train[1]
        size = min(OF_A_DIGIT, np.unique(labels, return_counts=True)[1].min())
        chosen = np.concatenate([np.flatnonzero(labels == digit)[:size] for digit in np.unique(labels)])
        return kernel.Crowd(self.features[chosen], labels[chosen])

    @cached_property
    def manifold(self) -> coverage.Manifold:
        """Where the same training images live."""
        return coverage.Manifold(self.crowd.features)

    @cached_property
    def variance(self) -> Array:
        """(10,) pixel variance among the training images of each digit."""
        return measures.pixel_variance(*self.train)

    @cached_property
    def _seen(self) -> tuple[Array, NDArray[np.int64]]:
        return look(self.classifier, self.test[0])

    def floor(self) -> dict[str, Any]:
        """The measures of all real test images."""
        return {"n": len(self.test[1]), **self.measure(self.test[0], self.test[1].astype(np.int64), self._seen)}

    def floor_at(self, n: int) -> dict[str, float]:
        """Each distance, precision and recall of n real test images: the mean over random subsets (or of all)."""
        if n not in self._floors:
            features, labels = self._seen[0], self.test[1]
            rng = np.random.default_rng(SEED)
            subsets = [rng.permutation(len(labels))[:n] for _ in range(SUBSETS if n < len(labels) else 1)]
            values = [self._values(features[subset], labels[subset]) for subset in subsets]
            self._floors[n] = {name: float(np.mean([each[name] for each in values])) for name in values[0]}
        return self._floors[n]

    def measure(
        self,
        pictures: Pictures,
        labels: NDArray[np.int64],
        seen: tuple[Array, NDArray[np.int64]] | None = None,
    ) -> dict[str, Any]:
        """All measures, each with its interval, of `pictures` (N, 28, 28) that should show the digits `labels` (N,).

        `seen`: the judge's features and digits, where they are known.
        """
        features, digits = look(self.classifier, pictures) if seen is None else seen
        weight = measures.balance(labels)
        ratio, classes = measures.variance_ratio(pictures, labels, self.variance, SEED)
        return {
            "accuracy": asdict(measures.accuracy(labels, digits, SEED)),
            "accuracy_by_digit": [float((digits[labels == d] == d).mean()) for d in range(10)],
            "frechet": asdict(measures.distance(features, labels, self.moments, SEED)),
            "kernel": asdict(kernel.distance(features, labels, self.crowd, SEED)),
            "precision": asdict(coverage.precision(features, weight, self.manifold, SEED)),
            "recall": asdict(coverage.recall(features, labels, self.crowd.features, SEED)),
            "variance_ratio": asdict(ratio),
            "variance_ratio_by_digit": [{"value": c.value, "low": c.low, "high": c.high} for c in classes],
        }

    def _values(self, features: Array, labels: NDArray[np.uint8]) -> dict[str, float]:
        weight, inside = measures.balance(labels), self.manifold.holds(features)
        return {
            "frechet": measures.frechet_distance(self.moments, measures.moments(features, weight)),
            "kernel": kernel.kernel_distance(features, labels, self.crowd),
            "precision": float((inside * weight).sum() / weight.sum()),
            "recall": coverage.covered_share(features, self.crowd.features),
        }
