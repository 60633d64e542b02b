"""Sentences of lesson 8, The ODE inside."""

from functools import cache
from typing import Any

import numpy as np

from ddim_lab import exact, sampler, spacing
from ddim_lab.exact import recursion, rules, solvers
from ddim_lab.exact.heun import heun
from ddim_lab.latents import encoding
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim

SCHEDULE = NoiseSchedule.linear()
TOP = float(SCHEDULE.alpha_bar[-1])
WORLD = measure.KNOWN_WORLD
TONES = exact.GaussianMixture([0.5, 0.5], [-0.6, 0.6], stds=[0.15, 0.15])
STARTS = np.linspace(-2.0, 2.0, 9)
COUNTS = (10, 20, 50, 100, 250, 500)
METHODS = ("DDIM", "Euler in σ̄²", "Heun in σ̄")


@cache
def truth() -> Any:
    """Where the ODE takes STARTS from T to 0, in closed form."""
    return solvers.closed_ode(WORLD, STARTS, TOP, 1.0)


@cache
def error(method: str, calls: int) -> float:
    """Root mean square distance from the ODE's own end, with about `calls` calls of the denoiser."""
    steps = (calls + 1) // 2 if method == "Heun in σ̄" else calls
    levels = recursion.levels_of(SCHEDULE, spacing.trailing(1000, steps))
    if method == "Heun in σ̄":
        *_, end = heun(WORLD.eps, STARTS, levels)
    else:
        rule = rules.euler_sigma_bar if method == "DDIM" else rules.euler_variance
        *_, end = rules.walk(WORLD.eps, STARTS, levels, rule)
    return float(np.sqrt(np.mean((end - truth()) ** 2)))


def order(method: str, counts: tuple[int, ...] = COUNTS[2:]) -> float:
    """The p of error ~ calls^-p, measured."""
    return solvers.convergence_order(counts, [error(method, S) for S in counts])


def orders() -> dict[str, float]:
    """`order` of each method; `times` is how much larger Euler's error in sigma-bar squared is than DDIM's."""
    measured = dict(zip(("ddim", "flow", "heun"), (order(method) for method in METHODS), strict=True))
    return measured | {"times": error("Euler in σ̄²", 250) / error("DDIM", 250)}


def _same_order_other_size() -> bool:
    measured = orders()
    worse = [error("Euler in σ̄²", S) / error("DDIM", S) for S in COUNTS]
    return abs(measured["ddim"] - 1) < 0.1 and abs(measured["flow"] - 1) < 0.15 and min(worse) > 5


def two_looks() -> dict[str, float]:
    """The errors of DDIM and of Heun's method with few and with many calls; Heun's measured order."""
    measured = {f"ddim{S}": error("DDIM", S) for S in (10, 100)} | {
        f"heun{S}": error("Heun in σ̄", S) for S in (10, 100)
    }
    return measured | {"order": order("Heun in σ̄")}


def _heun_is_steeper() -> bool:
    measured = two_looks()
    return (
        measured["heun10"] > measured["ddim10"]
        and measured["heun100"] < measured["ddim100"] / 2
        and measured["order"] > 1.3
    )


def variances() -> dict[str, float]:
    """The exact variance at the end of ten steps of both Euler methods, and the data's."""
    levels = recursion.levels_of(SCHEDULE, spacing.trailing(1000, 10))
    measured = [float([*recursion.propagate(WORLD, levels, rule)][-1].cov)
             for rule in (rules.euler_sigma_bar, rules.euler_variance)]  # fmt: skip
    return {"ddim": measured[0], "flow": measured[1], "data": float(WORLD.cov)}


def arcs(S: int, parts: int = 12) -> tuple[Any, Any]:
    """DDIM in S steps in the world of two tones, each step drawn out: alpha_bar (n,), x (n, 7), top first.

    Within a step the denoiser is asked once, at its start; the points between are where that answer leads.
    """
    x, rows, levels = np.linspace(-1.0, 1.0, 7), [], []
    for a, b in recursion.levels_of(SCHEDULE, spacing.trailing(1000, S)):
        eps = TONES.eps(x, a)
        for part in np.linspace(rules.sigma_bar(a), rules.sigma_bar(b), parts):
            level = float(1 / (1 + part**2))
            rows.append(level**0.5 * (x / a**0.5 + (part - rules.sigma_bar(a)) * eps))
            levels.append(level)
        x = rows[-1]
    return np.array(levels), np.array(rows)


def _straight_in_the_bar() -> bool:
    """Every step of `dl.sample` moves x_bar by eps times the change of sigma_bar."""
    gaps = []
    for step in measure.film(Run.named(), n=16):
        a, b = (float(SCHEDULE.alpha_bar[t]) for t in (step.t, step.t_prev))
        moved = step.x_prev / b**0.5 - step.x_t / a**0.5
        gaps.append(float((moved - (rules.sigma_bar(b) - rules.sigma_bar(a)) * step.eps).abs().max()))
    return max(gaps) < 1e-10


def _eps_is_the_score() -> bool:
    """Against the slope of the log density by differences, in the world of two tones."""
    x, h, off = np.linspace(-1.5, 1.5, 31), 1e-5, []
    for t in (100, 500, 900):
        a = float(SCHEDULE.alpha_bar[t])
        slope = (TONES.log_density(x + h, a) - TONES.log_density(x - h, a)) / (2 * h)
        off.append(np.abs(TONES.eps(x, a) + (1 - a) ** 0.5 * slope).max())
    return max(off) < 1e-6


def coded() -> dict[str, float]:
    """How far x_T found by encoding lies from the ODE's own, with 10 and with 250 steps; how far a noised x_0 does."""
    import torch

    x_0 = torch.linspace(-0.7, 1.3, 64, dtype=torch.float64)
    right = solvers.closed_ode(WORLD, x_0, 1.0, TOP)
    measured = {}
    for S in (10, 250):
        tau = spacing.trailing(1000, S)
        measured[f"s{S}"] = measure.gap(sampler.last(encoding.encode(WORLD.eps, x_0, SCHEDULE, tau)).x_t, right)
    z = torch.as_tensor(np.random.default_rng(0).standard_normal(64))
    return measured | {"noised": measure.gap(TOP**0.5 * x_0 + (1 - TOP) ** 0.5 * z, right)}


def _encoding_is_no_noising() -> bool:
    measured = coded()
    return (
        measured["noised"] > 0.7 and measured["s250"] < 0.2 * measured["s10"] and measured["s10"] < measured["noised"]
    )


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "straight-in-the-bar",
        "Every DDIM step of the sampler moves x/√ᾱ by the predicted noise times the change of σ̄.",
        {"eta": 0.0},
        _straight_in_the_bar,
    ),
    Claim(
        "noise-is-score",
        "The mean noise in x_t is −√(1 − ᾱ) times the slope of the log density, also in a world of two tones.",
        {},
        _eps_is_the_score,
    ),
    Claim(
        "same-order",
        "Both Euler methods are of order 1: measured from 50 to 500 steps, the error of DDIM falls as S^-{ddim:.2f} "
        "and that of Euler in σ̄² as S^-{flow:.2f}. But with 250 steps the second error is {times:.1f} times the first.",
        {"eta": 0.0},
        _same_order_other_size,
        numbers=orders,
    ),
    Claim(
        "flow-few-steps",
        "With ten steps DDIM ends at the variance {ddim:.3f} and Euler in σ̄² at {flow:.2f}; the data have {data:.2f}.",
        {"S": 10, "eta": 0.0},
        lambda: variances()["flow"] > 10 * variances()["data"] > variances()["ddim"],
        numbers=variances,
    ),
    Claim(
        "heun-steeper",
        "Heun's method looks twice a step. With 100 calls of the network it misses the ODE's end by {heun100:.4f}, "
        "DDIM by {ddim100:.4f}. With 10 calls, five steps, it is the other way round: {heun10:.3f} against "
        "{ddim10:.3f}. Measured from 50 to 500 calls, its error falls as calls^-{order:.1f}.",
        {"eta": 0.0},
        _heun_is_steeper,
        numbers=two_looks,
    ),
    Claim(
        "encoding-is-no-noising",
        "Encoding finds the one x_T that leads to the picture: with 10 steps it is off by {s10:.3f}, with 250 by "
        "{s250:.3f}. The picture with random noise added is off by {noised:.2f}.",
        {"eta": 0.0},
        _encoding_is_no_noising,
        numbers=coded,
    ),
)
