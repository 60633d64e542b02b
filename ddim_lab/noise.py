"""Randomness as a function: x_T of (seed, image), z of (seed, image, transition).

Nothing else changes a value: not the batch it is drawn in, not the device, not eta. Values are drawn on the CPU in
float64. One generator serves a block of 64 images and is read row by row, so image i is the same however many follow.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks

if TYPE_CHECKING:
    from torch import Tensor

BLOCK = 64
# Disjoint streams, one for each purpose: a picture sampled, edited and filled with one seed meets no noise twice.
INITIAL, FRESH = 0, 1  # x_T, and z of `sample`
KNOWN, AGAIN, HIDDEN, FILLED = 2, 3, 4, 5  # `inpaint`: what lifts the known part, redoes a step, x_T, and z
LIFTED, EDITED = 6, 7  # `edit`: what lifts the picture, and z on its way down


def initial_noise(n: int, shape: tuple[int, ...], seed: int = 0, first: int = 0) -> "Tensor":
    """x_T of the images first .. first + n - 1: a float32 tensor (n, *shape) of N(0, 1) values."""
    import torch

    return torch.from_numpy(rows(n, shape, seed, INITIAL, 0, first).astype(np.float32))


def fresh_noise(n: int, shape: tuple[int, ...], j: int, seed: int = 0, first: int = 0) -> "Tensor":
    """z of the j-th transition (j = 1 is the top one) of the same images: a float64 tensor (n, *shape)."""
    import torch

    return torch.from_numpy(rows(n, shape, seed, FRESH, checks.integer("j", j, 1), first))


def rows(n: int, shape: tuple[int, ...], seed: int, stream: int, j: int, first: int = 0) -> NDArray[np.float64]:
    """The same values as float64 NumPy (n, *shape): x_T is (INITIAL, 0), z of transition j is (FRESH, j)."""
    n, first, seed = checks.count("n", n), checks.integer("first", first, 0), checks.integer("seed", seed, 0)
    if not isinstance(shape, tuple | list):
        raise TypeError(f"shape must be a tuple such as (1, 28, 28), got {checks.told(shape)}")
    shape = tuple(checks.count("every size in shape", size) for size in shape)
    values = np.empty((n, *shape))
    for block in range(first // BLOCK, (first + n - 1) // BLOCK + 1):
        start = block * BLOCK
        low, high = max(first, start), min(first + n, start + BLOCK)
        generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(stream, j, block)))
        values[low - first : high - first] = generator.standard_normal((high - start, *shape))[low - start :]
    return values
