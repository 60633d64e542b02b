"""Runs any recipe: on pictures, with the noise of `ddim_lab.sample`, or exactly in the world N(mu, s^2).

A faulty sampler may end in NaN or in huge numbers; here that is a result like any other.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact
from ddim_lab.errata.recipe import RIGHT, Denoiser, Move, Recipe
from ddim_lab.exact.known import MEAN, STD
from ddim_lab.schedule import NoiseSchedule

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False, slots=True)
class Record:
    """One transition t -> t_prev; tensors of the shape and dtype of x_T. `x0` is what the sampler takes for x_0."""

    t: int
    t_prev: int
    x_t: "Tensor"
    eps: "Tensor"
    x0: "Tensor"
    x_prev: "Tensor"


class Moment(NamedTuple):
    """Mean and variance of the sampler's x_t over all starts and all fresh noises."""

    t: int
    mean: float
    variance: float


def run(
    recipe: Recipe,
    denoiser: Denoiser,
    x_T: "Tensor",
    schedule: NoiseSchedule,
    tau: NDArray[np.int64],
    eta: float = 0.0,
    seed: int = 0,
    first: int = 0,
) -> Iterator[Record]:
    """Walks x_T (B, ...) along the moves of `recipe`; the j-th transition's z is that of `ddim_lab.sample`."""
    return _walk(recipe.moves(schedule, tau, eta), recipe.learnt(denoiser), x_T, seed, first)


def _walk(moves: list[Move], denoiser: Denoiser, x: "Tensor", seed: int, first: int) -> Iterator[Record]:
    import torch

    from ddim_lab import noise

    for j, move in enumerate(moves, start=1):
        with torch.no_grad():
            eps = denoiser(x, move.level).to(x.dtype)
            x0, x_prev = _arrive(move, x, eps)
            if move.sigma:
                z = noise.fresh_noise(len(x), tuple(x.shape[1:]), j, seed, first)
                x_prev = x_prev + move.sigma * z.to(x)
        yield Record(move.t, move.t_prev, x, eps, x0, x_prev)
        x = x_prev


def _arrive(move: Move, x_t: Any, eps: Any) -> tuple[Any, Any]:
    """x0, and x_prev without its fresh noise."""
    x0 = (x_t - math.sqrt(1 - move.alpha_bar_t) * eps) / math.sqrt(move.alpha_bar_t)
    return x0, move.k * x0 + move.m * x_t


def moments(
    recipe: Recipe,
    schedule: NoiseSchedule,
    tau: NDArray[np.int64],
    eta: float = 0.0,
    mu: float = MEAN,
    s: float = STD,
) -> tuple[Moment, ...]:
    """Exact mean and variance at each time of a run in the world N(mu, s^2), from x_T ~ N(0, 1) on; no Monte Carlo.

    Each move is affine there: two starts, 0 and 1, show its shift and its gain. Compare with `moments(RIGHT, ...)` on
    the same tau, never with s^2: with few steps even the right sampler ends below s^2.
    """
    moves = recipe.moves(schedule, tau, eta)
    starts = np.tile([0.0, 1.0], (len(moves), 1))  # (moves, 2)
    guesses = recipe.learnt(exact.Gaussian(mean=mu, std=s).eps)(starts, np.array([move.level for move in moves]))
    found = [Moment(moves[0].t, 0.0, 1.0)]
    for move, start, eps in zip(moves, starts, guesses, strict=True):
        shift, top = _arrive(move, start, eps)[1].tolist()
        gain, before = top - shift, found[-1]
        variance = gain**2 * before.variance + move.sigma**2
        found.append(Moment(move.t_prev, gain * before.mean + shift, variance))
    return tuple(found)


def right_moments(
    schedule: NoiseSchedule, tau: NDArray[np.int64], eta: float = 0.0, mu: float = MEAN, s: float = STD
) -> tuple[Moment, ...]:
    """What the right sampler gives: the yardstick for every faulty one."""
    return moments(RIGHT, schedule, tau, eta, mu, s)
