"""Runs any recipe: on pictures, with the noise of `ddim_lab.sample`, or exactly in the world N(mu, s^2).

A faulty sampler may end in NaN or in huge numbers; here that is a result like any other.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact, noise
from ddim_lab.errata.recipe import RIGHT, Denoiser, Move, Recipe
from ddim_lab.exact.known import MEAN, STD
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import itself, walk

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
    learnt = recipe.learnt(denoiser)

    def move(place: tuple[int, Move], x_t: "Tensor", before: Record | None) -> Record:
        import torch

        j, at = place
        with torch.no_grad():
            eps = learnt(x_t, at.level).to(x_t.dtype)
            x0, x_prev = _arrive(at, x_t, eps)
            if at.sigma:
                z = noise.fresh_noise(len(x_t), tuple(x_t.shape[1:]), j, seed, first)
                x_prev = x_prev + at.sigma * z.to(x_t)
        return Record(at.t, at.t_prev, x_t, eps, x0, x_prev)

    return walk(enumerate(recipe.moves(schedule, tau, eta), start=1), x_T, move, attrgetter("x_prev"))


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

    def move(place: tuple[Move, Any, Any], at: Moment, before: Moment | None) -> Moment:
        step, start, eps = place
        shift, top = _arrive(step, start, eps)[1].tolist()
        gain = top - shift
        return Moment(step.t_prev, gain * at.mean + shift, gain**2 * at.variance + step.sigma**2)

    first = Moment(moves[0].t, 0.0, 1.0)
    return first, *walk(zip(moves, starts, guesses, strict=True), first, move, itself)


def right_moments(
    schedule: NoiseSchedule, tau: NDArray[np.int64], eta: float = 0.0, mu: float = MEAN, s: float = STD
) -> tuple[Moment, ...]:
    """What the right sampler gives: the yardstick for every faulty one."""
    return moments(RIGHT, schedule, tau, eta, mu, s)
