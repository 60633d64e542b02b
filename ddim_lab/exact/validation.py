"""Worlds that cannot be: each is refused in words."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks

Floats = NDArray[np.float64]
SUM_TOLERANCE = 1e-9  # what weights may miss 1 by


def frozen(array: Floats) -> Floats:
    """A read-only view: worlds are shared, and nobody may change one under another."""
    view = array.view()
    view.setflags(write=False)
    return view


def spread(name: str, value: Any) -> float:
    """A standard deviation: a float, at least 0."""
    number = checks.real(name, value)
    if number < 0:
        raise ValueError(f"{name} must be at least 0, got {number}")
    return number


def weights(values: Any) -> Floats:
    """(k,), none negative, summing to 1; returned with the last rounding of their sum taken out."""
    w = checks.numbers("weights", values)
    if w.ndim != 1 or w.size == 0:
        raise ValueError(f"weights must be of shape (k,) with at least one component, got shape {w.shape}")
    if (w < 0).any():
        raise ValueError(f"weights must not be negative, got {w.min()}")
    if abs(w.sum() - 1) > SUM_TOLERANCE:
        raise ValueError(f"weights must sum to 1, they sum to {w.sum()}")
    return w / w.sum()


def covariances(name: str, values: Any, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Variances (k, d) and their directions (k, d, d, columns) of covariances for means of `shape` (k, d)."""
    covs = checks.numbers(name, values)
    k, d = shape
    if covs.shape != (k, d, d):
        wanted = f"({d}, {d})" if name == "cov" else f"({k}, {d}, {d})"
        got = covs.shape[1:] if name == "cov" else covs.shape
        raise ValueError(f"{name} must be of shape {wanted}, as the mean has {d} entries, got {got}")
    if not np.allclose(covs, covs.swapaxes(1, 2), rtol=1e-9, atol=0):
        raise ValueError(f"{name} must be symmetric")
    variances, axes = np.linalg.eigh(covs)
    floor = d * np.finfo(float).eps * variances.max(axis=1)
    if (variances.min(axis=1) <= floor).any():
        least = variances.min()
        raise ValueError(f"{name} must be positive: a variance along some direction is {least:.3g}, it must be above 0")
    return variances, axes


def one_of(name: str, value: Any, other_name: str, other: Any) -> None:
    """Exactly one of the two is given, the other None; else ValueError."""
    if (value is None) == (other is None):
        raise ValueError(f"a world needs either {name} or {other_name}, got {'neither' if value is None else 'both'}")
