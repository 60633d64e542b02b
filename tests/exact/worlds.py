"""Worlds that several tests build."""

import numpy as np

from ddim_lab import exact


def gaussian(d: int, seed: int = 0) -> exact.Gaussian:
    """A correlated Gaussian in d dimensions."""
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((d, d)) / d**0.5
    return exact.Gaussian(rng.standard_normal(d), cov=root @ root.T + 0.05 * np.eye(d))


def mixture(k: int, d: int, seed: int = 0, covs: bool = False) -> exact.GaussianMixture:
    """k components in d dimensions, of different weights and shapes."""
    rng = np.random.default_rng(seed)
    weights, means = rng.dirichlet(np.ones(k)), 2 * rng.standard_normal((k, d))
    if not covs:
        return exact.GaussianMixture(weights, means, rng.uniform(0.1, 0.6, k))
    roots = rng.standard_normal((k, d, d)) / d**0.5
    return exact.GaussianMixture(weights, means, covs=roots @ roots.swapaxes(1, 2) + 0.05 * np.eye(d))
