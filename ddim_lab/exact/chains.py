"""Crowds of particles whose law is known at every step: forward chains with x_0 fixed, and three samplers side by side.

Noise is that of `ddim_lab.noise`: a function of the seed, the particle and the transition, the same for every eta.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ddim_lab import checks, noise
from ddim_lab import walk as loop
from ddim_lab.exact.recursion import Moments, propagate
from ddim_lab.exact.rules import Rule, ddim, noise_off, walk
from ddim_lab.exact.worlds import Gaussian
from ddim_lab.model import parameterization
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import Transition, itself

Floats = NDArray[np.float64]
KEPT_MAX = 10_000  # numbers of one draw that is kept: at most 80 megabytes of them all


def forward(
    x_0: ArrayLike,
    schedule: NoiseSchedule,
    tau: Any,
    eta: float = 0.0,
    n: int = 2000,
    seed: int = 0,
    wrong_covariance: bool = False,
) -> Floats:
    """n chains of q_sigma given x_0 (DDIM, Eqs. 6 and 7): float64 (S + 1, n, *shape of x_0), tau[-1] first, 0 last.

    Drawn as the paper defines them: x at tau[-1] from q(x_t | x_0), then every x_prev from q_sigma(x_prev | x_t, x_0)
    = N(k x_0 + m x_t, sigma^2). Every row is N(sqrt(a) x_0, 1 - a), whatever eta is. `wrong_covariance` draws with
    the variance sigma in place of sigma^2 (k and m stay right): then it is not.
    """
    x_0, run = checks.numbers("x_0", x_0), Run(schedule, tau, eta)
    if x_0.size == 0:
        raise ValueError(f"x_0 must hold at least one number, got shape {x_0.shape}")
    n, wrong = checks.count("n", n), checks.flag("wrong_covariance", wrong_covariance)
    rule, z = ddim(run.eta), particle_noise(n, x_0.shape, seed)

    def move(at: Transition, x: Floats, _: Any) -> Floats:
        k, m, sigma = rule(at.a, at.b)
        spread = sigma**0.5 if wrong else sigma
        return k * x_0 + m * x + (spread * z(at.j) if spread else 0.0)

    start = parameterization.noised(x_0, z(0), run.transitions[0].a)
    return np.stack([start, *loop.walk(run.transitions, start, move, itself)])


@dataclass(frozen=True, eq=False)
class Lane:
    """One sampler's crowd: `paths` float64 (S + 1, n, *item), x_T first, and the exact moments of every row."""

    paths: Floats
    moments: list[Moments]

    @property
    def variance(self) -> Floats:
        """The exact variance of every row, (S + 1,), or (S + 1, d, d)."""
        return np.array([row.cov for row in self.moments])


def lanes(world: Gaussian, schedule: NoiseSchedule, tau: Any, n: int = 200, seed: int = 0) -> dict[str, Lane]:
    """Three samplers from one x_T and one z: "ddpm" (eta = 1), "noise_off" (its k and m, z := 0), "ddim" (eta = 0)."""
    checks.instance("world", world, Gaussian)
    levels, z = Run(schedule, tau).levels, particle_noise(checks.count("n", n), world.item, seed)
    rules: dict[str, Rule] = {"ddpm": ddim(1.0), "noise_off": noise_off, "ddim": ddim(0.0)}
    first = Moments(np.zeros(world.item)[()], np.eye(world.item[0]) if world.item else np.float64(1.0))
    return {
        name: Lane(
            np.stack([z(0), *walk(world.eps, z(0), levels, rule, z)]),
            [first, *propagate(world, levels, rule)],
        )
        for name, rule in rules.items()
    }


def particle_noise(n: int, shape: tuple[int, ...], seed: int) -> Callable[[int], Floats]:
    """z(j) of the j-th transition, float64 (n, *shape), read-only; z(0) is x_T."""
    seed = checks.integer("seed", seed, 0)
    draw = _kept if n * math.prod(shape) <= KEPT_MAX else _drawn
    return lambda j: draw(n, shape, seed, j)


def _drawn(n: int, shape: tuple[int, ...], seed: int, j: int) -> Floats:
    z = noise.rows(n, shape, seed, noise.FRESH if j else noise.INITIAL, j)
    z.setflags(write=False)
    return z


_kept = lru_cache(1024)(_drawn)  # while a slider moves, the same noise is asked for again and again
