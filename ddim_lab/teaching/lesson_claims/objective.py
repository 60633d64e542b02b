"""Sentences of lesson 7, One objective for all."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact, spacing
from ddim_lab.model import loss
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching.claims import Claim
from ddim_lab.transition import coefficients

Floats = NDArray[np.float64]
WORLD = exact.Gaussian(0.0, std=0.5)  # its exact denoiser is c(t) x_t: one number a level
ETAS = (0.1, 0.5, 1.0)


def gamma(eta: float, schedule: str = "linear", S: int = 1000) -> tuple[Floats, Floats]:
    """t and gamma_t of J_sigma, top first, each (S - 1,): the last transition, which has no sigma, left out.

    k^2 (1 - a) / (2 a sigma^2), with the k and sigma that draw the digits (DDIM, Eq. 5 and Theorem 1).
    """
    alpha_bar = NoiseSchedule.named(schedule).alpha_bar
    t, t_prev = np.array(spacing.transitions(spacing.trailing(1000, S)))[:-1].T
    a, c = alpha_bar[t], coefficients(alpha_bar[t], alpha_bar[t_prev], eta)
    return t.astype(np.float64), np.asarray(c.k) ** 2 * (1 - a) / (2 * a * np.asarray(c.sigma) ** 2)


def trained(name: str, schedule: str = "linear") -> tuple[Floats, Floats]:
    """t and the weight of the squared noise error under a loss that is really used, top first."""
    t = np.arange(1000, 1, -1)
    return t.astype(np.float64), loss.gamma(name, NoiseSchedule.named(schedule).alpha_bar[t])


def one_network_each() -> dict[str, float]:
    """gamma_t at t = 500, by eta."""
    measured = [_at_500(eta) for eta in ETAS]
    return dict(zip(("low", "half", "full"), measured, strict=True))


def shapes(eta: float) -> Floats:
    """gamma_t of this eta over that of eta 1, for t from 100 on: flat if they differ by a factor alone."""
    t, measured = gamma(eta)
    ratio = measured / gamma(1.0)[1]
    return ratio[t >= 100]


def flatness() -> dict[str, float]:
    """The middle of `shapes` at eta .5, and how far they vary around it."""
    ratio = shapes(0.5)
    return {"factor": float(np.median(ratio)), "spread": float(ratio.max() / ratio.min() - 1)}


def _eta_is_nearly_a_factor() -> bool:
    said = [(1 + eta**2) ** 2 / (4 * eta**2) for eta in ETAS]
    measured = [shapes(eta) for eta in ETAS]
    return all(abs(np.median(value) / factor - 1) < 0.02 and value.max() / value.min() < 1.05
               for value, factor in zip(measured, said, strict=True))  # fmt: skip


def explosion() -> dict[str, float]:
    """gamma_500 at eta .01 over that at eta .1."""
    return {"ratio": _at_500(0.01) / _at_500(0.1)}


def _at_500(eta: float) -> float:
    t, measured = gamma(eta)
    return float(np.interp(500, t[::-1], measured[::-1]))


def best_number() -> tuple[Floats, Floats, Floats]:
    """t, the c(t) that makes the mean of (eps - c x_t)^2 least, and how fast that mean rises beside it; top first."""
    t = np.arange(1000, 1, -1)
    a = NoiseSchedule.linear().alpha_bar[t]
    variance = a * WORLD.cov + 1 - a
    return t.astype(np.float64), np.asarray(np.sqrt(1 - a) / variance), np.asarray(variance)


def weights() -> dict[str, Floats]:
    """The weightings that the lesson compares, over the t of `best_number`."""
    return {"L_simple": trained("simple")[1], "γ at η = 1": gamma(1.0)[1], "v": trained("v")[1]}


def shared_number(weight: Floats) -> float:
    """The one c for all t that makes the weighted sum of errors least."""
    _, best, variance = best_number()
    return float(np.sum(weight * variance * best) / np.sum(weight * variance))


def by_search(weight: Floats, at: Any = slice(None)) -> float:
    """The same without algebra: the c of a grid with the least weighted error, over the levels `at`."""
    _, best, variance = best_number()
    grid = np.linspace(0, 2, 4001)
    errors = [float(np.sum((weight * variance)[at] * (c - best[at]) ** 2)) for c in grid]
    return float(grid[np.argmin(errors)])


def compromises() -> dict[str, float]:
    """`shared_number` under each of `weights`."""
    return dict(zip(("simple", "full", "v"), (shared_number(weight) for weight in weights().values()), strict=True))


def _only_if_unshared() -> bool:
    """Shared, each weighting finds another number; at a level of its own (t = 500), all find the same."""
    measured, own = list(compromises().values()), [by_search(weight, slice(500, 501)) for weight in weights().values()]
    searched = [by_search(weight) for weight in weights().values()]
    return (
        len({round(value, 2) for value in measured}) == 3
        and len(set(own)) == 1
        and np.allclose(measured, searched, atol=1e-3)
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "weight-alone",
        "The same error of the predicted noise at t = 500 counts {low:.3f} times in the objective of eta 0.1, "
        "{half:.4f} times in that of eta 0.5 and {full:.4f} times in that of eta 1.",
        {"S": 1000},
        lambda: one_network_each()["low"] > one_network_each()["half"] > one_network_each()["full"] > 0,
        numbers=one_network_each,
    ),
    Claim(
        "eta-nearly-a-factor",
        "With all 1000 steps visited, eta changes the size of the weights and hardly their shape: γ of eta 0.5 is "
        "{factor:.2f} times that of eta 1, and from t = 100 up this factor varies by {spread:.1%} only. It is "
        "(1 + η²)²/(4η²), nearly.",
        {"S": 1000},
        _eta_is_nearly_a_factor,
        numbers=flatness,
    ),
    Claim(
        "weight-explodes",
        "From eta 0.1 to eta 0.01 the weight at t = 500 rises {ratio:.0f}-fold: for small eta it goes with 1/η².",
        {"S": 1000},
        lambda: 90 < explosion()["ratio"] < 100,
        numbers=explosion,
    ),
    Claim(
        "only-if-unshared",
        "Optimising L_1 optimises J_σ exactly only if parameters are not shared across t. A network with one number "
        "for all t chooses {simple:.2f} under L_simple, {full:.2f} under the weights of eta 1 and {v:.2f} under those "
        "of v. With a number for each t, all three choose the same.",
        {"S": 1000},
        _only_if_unshared,
        numbers=compromises,
    ),
)
