"""Walks that texts take instead of the right one, as pairs (t, t_prev)."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ddim_lab.errata.recipe import Pairs
from ddim_lab.schedule import NoiseSchedule


def downwards(visited: list[int]) -> Pairs:
    """(t, t_prev) from the last of `visited` to the first, as they stand: repeated ones stay."""
    return list(pairwise(visited[::-1]))


def pairs_of(indices: list[int]) -> Pairs:
    """(t, t_prev) from the last index of 0..T-1 down to the first, index i being t = i + 1: index 0 is t = 1."""
    return downwards([i + 1 for i in indices])


def ends_at_one(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    """The walk along tau that stops at t = 1, the first entry of a table without alpha_bar[0] = 1."""
    return downwards([1, *(t for t in tau.tolist() if t > 1)])


def down_to_one(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> Pairs:
    """Counting an index from T - 1 down to 1, whatever tau asks for: the transition from t = 1 to 0 is missing."""
    return [(t, t - 1) for t in range(schedule.T, 1, -1)]
