"""How far a sampler's result is from the truth: closed forms for Gaussians, sliced distances for samples."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks
from ddim_lab.exact.recursion import Moments, marginal, propagate
from ddim_lab.exact.rules import ddim
from ddim_lab.exact.worlds import Gaussian, World
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import last

Floats = NDArray[np.float64]


def w2(p: Moments, q: Moments) -> float:
    """The 2-Wasserstein distance of two Gaussians, in the units of x (Gelbrich 1990).

    W2^2 = |mean_p - mean_q|^2 + tr(P + Q - 2 (P^1/2 Q P^1/2)^1/2). The trace is taken as |P^1/2 - Q^1/2 U|^2 with the
    best rotation U, which does not cancel where P is close to Q.
    """
    (mean_p, P), (mean_q, Q) = _pair(p, q)
    root_p, root_q = _root(P), _root(Q)
    left, _, right = np.linalg.svd(root_q @ root_p)
    return float(np.hypot(np.linalg.norm(mean_p - mean_q), np.linalg.norm(root_p - root_q @ left @ right)))


def kl(p: Moments, q: Moments) -> float:
    """KL(p || q) of two Gaussians, in nats; inf where one is flat in a direction in which the other is not."""
    (mean_p, P), (mean_q, Q) = _pair(p, q)
    if np.linalg.eigvalsh(P).min() <= 0 or np.linalg.eigvalsh(Q).min() <= 0:
        return 0.0 if np.array_equal(P, Q) and np.array_equal(mean_p, mean_q) else np.inf
    lower = np.linalg.cholesky(Q)
    miss = np.linalg.solve(lower, mean_p - mean_q)
    half = np.linalg.solve(lower, np.linalg.cholesky(P))
    excess = np.linalg.svd(half, compute_uv=False) ** 2 - 1  # of the variances of p, seen where q is N(0, I)
    return float(((excess - np.log1p(excess)).sum() + miss @ miss) / 2)


@dataclass(frozen=True)
class Sliced:
    """A sliced W2 distance and its floor: what as many exact samples would have given, on average."""

    value: float
    floor: float


def sliced_w2(
    samples: Any,
    world: World,
    alpha_bar_t: float = 1.0,
    directions: int = 32,
    seed: int = 0,
    pool: int = 8,
    repeats: int = 4,
) -> Sliced:
    """Root mean square over random directions of the 1-D W2 between `samples` (n, *item) and the world at alpha_bar_t.

    The exact marginal is a pool of `pool` * n exact draws; the floor puts `repeats` fresh sets of n draws in the place
    of the samples (Bonneel et al. 2015). A function of the seed. In one dimension it is W2 itself.
    """
    checks.instance("world", world, World)
    x = checks.numbers("samples", samples)
    if x.ndim == 0 or x.shape[1:] != world.item or len(x) < 1:
        raise ValueError(f"samples must be of shape (n,) and then {world.item}, as the world, got {x.shape}")
    n, D = len(x), int(np.prod(world.item))
    sizes = {"directions": directions, "pool": pool, "repeats": repeats}
    directions, pool, repeats = (checks.count(name, size) for name, size in sizes.items())
    seeds = np.random.SeedSequence(checks.integer("seed", seed, 0)).generate_state(repeats + 2).tolist()
    lines = _lines(D, directions, seeds[0])
    truth = _sorted_on(lines, world.sample(pool * n, seeds[1], alpha_bar_t))
    floors = [_from(truth, _sorted_on(lines, world.sample(n, s, alpha_bar_t))) for s in seeds[2:]]
    return Sliced(_from(truth, _sorted_on(lines, x)), float(np.mean(floors)))


@dataclass(frozen=True)
class Split:
    """W2 from the result to the data, and where it comes from: `total` <= `start` + `discretisation`."""

    total: float
    start: float
    discretisation: float


def error_split(world: Gaussian, schedule: NoiseSchedule, tau: Any, eta: float = 0.0, sigma_hat: bool = False) -> Split:
    """The sampler's error in two: x_T is not quite N(0, I), and the steps are finite. Exact.

    `discretisation` is the error of the same run started from the true q(x_T); `start` is what N(0, I) in its place
    changes in the result.
    """
    run = Run(schedule, tau, eta, sigma_hat)
    rule, data = ddim(run.eta, run.sigma_hat), marginal(world, 1.0)
    plain = last(propagate(world, run.levels, rule))
    ideal = last(propagate(world, run.levels, rule, marginal(world, run.transitions[0].a)))
    return Split(w2(plain, data), w2(plain, ideal), w2(ideal, data))


def _lines(D: int, directions: int, seed: int) -> Floats:
    if D == 1:
        return np.ones((1, 1))
    lines = np.random.default_rng(seed).standard_normal((D, directions))
    return lines / np.linalg.norm(lines, axis=0)


def _sorted_on(lines: Floats, x: Floats) -> Floats:
    """The samples projected on every line, sorted: (directions, n)."""
    return np.sort(lines.T @ x.reshape(len(x), -1).T, axis=1)


def _from(truth: Floats, x: Floats) -> float:
    """Of sorted projections (directions, pool n) and (directions, n): each x answers for `pool` of the truth."""
    groups = truth.reshape(*x.shape, -1)
    return float(np.sqrt(np.mean((groups - x[:, :, None]) ** 2)))


def _pair(p: Moments, q: Moments) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Means (d,) and covariances (d, d) of both. Raises TypeError or ValueError if they are not of one dimension."""
    checks.instance("p", p, Moments)
    checks.instance("q", q, Moments)
    (mean_p, P), (mean_q, Q) = ((np.atleast_1d(m.mean), np.atleast_2d(m.cov)) for m in (p, q))
    if mean_p.shape != mean_q.shape or P.shape != Q.shape:
        raise ValueError(f"both must be of one dimension, got means {mean_p.shape} and {mean_q.shape}")
    return (mean_p, P), (mean_q, Q)


def _root(cov: Floats) -> Floats:
    values, vectors = np.linalg.eigh(cov)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
