"""Sentences of lesson 6, Marginals and the forward process."""

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from ddim_lab import spacing
from ddim_lab.exact import chains, recursion
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching.claims import Claim
from ddim_lab.transition import coefficients

SCHEDULE = NoiseSchedule.linear()
TAU = spacing.trailing(1000, 20)  # the lesson's steps visited
AT = (800, 500, 200)  # the times of its histograms
X_0, CROWD = 0.5, 2000
ETAS = (0.0, 0.5, 1.0)


@cache
def crowd(eta: float, wrong: bool = False) -> Any:
    """The lesson's chains, float64 (21, 2000), t = 1000 first."""
    return chains.forward(X_0, SCHEDULE, TAU, eta, CROWD, wrong_covariance=wrong)


def row(t: int) -> int:
    """Where t stands in a crowd."""
    return int(len(TAU) - 1 - np.flatnonzero(t == TAU)[0])


def marginal(t: int) -> tuple[float, float]:
    """Mean and standard deviation of q(x_t | x_0) for the lesson's x_0."""
    a = float(SCHEDULE.alpha_bar[t])
    return a**0.5 * X_0, (1 - a) ** 0.5


def _crowd_stays() -> bool:
    """Mean and spread at every visited t within 4.5 standard errors of the marginal, for each eta."""
    off = []
    for eta in ETAS:
        for t in TAU.tolist():
            (mean, std), values = marginal(t), crowd(eta)[row(t)]
            off += [abs(values.mean() - mean) / (std / CROWD**0.5), abs(values.std() / std - 1) * (2 * CROWD) ** 0.5]
    return max(off) < 4.5


def likeness(eta: float, t: int = 500) -> float:
    """The correlation between t and the next time visited, over the crowd."""
    return float(np.corrcoef(crowd(eta)[row(t)], crowd(eta)[row(t) + 1])[0, 1])


def likenesses() -> dict[str, float]:
    """`likeness` at each of ETAS."""
    return {"none": likeness(0.0), "half": likeness(0.5), "full": likeness(1.0)}


def _walks_differ() -> bool:
    """As the derivation says: the root of 1 - sigma^2 / (1 - b)."""
    a, b = (float(SCHEDULE.alpha_bar[t]) for t in (500, 450))
    said = [float((1 - coefficients(a, b, eta).sigma ** 2 / (1 - b)) ** 0.5) for eta in ETAS]
    measured = list(likenesses().values())
    return measured[0] > 0.999999 and measured[0] > measured[1] > measured[2] and np.allclose(measured, said, atol=0.05)


def swollen() -> dict[str, float]:
    """Spread of the crowd drawn with the variance sigma, over what it should be, at each time of AT."""
    return {f"t{t}": float(crowd(1.0, wrong=True)[row(t)].std() / marginal(t)[1]) for t in AT}


def _crowd_swells() -> bool:
    return min(swollen().values()) > 1.1 and bool((crowd(0.0, wrong=True) == crowd(0.0)).all())


def mixed_variances() -> list[tuple[int, float, float, float]]:
    """(t_prev, eta of the step, variance after it, 1 - alpha_bar) of a run in which eta changes at every step."""
    variance, rows = None, []
    pairs = list(zip(spacing.transitions(TAU), recursion.levels_of(SCHEDULE, TAU), strict=True))
    for j, ((_, t_prev), (a, b)) in enumerate(pairs):
        eta = (0.0, 1.0, 0.3, 0.8)[j % 4]
        c = coefficients(a, b, eta)
        variance = float(c.m**2 * (1 - a if variance is None else variance) + c.sigma**2)
        rows.append((t_prev, eta, variance, 1 - b))
    return rows


def _each_its_own_sigma() -> bool:
    return max(abs(variance - wanted) for _, _, variance, wanted in mixed_variances()) < 1e-12


def remembered(eta: float) -> float:
    """In chains with many different x_0: the share of the variance of x_500 that x_0 explains beyond x_450."""
    x_0 = np.random.default_rng(0).choice([-0.8, 0.8], size=4000)
    paths = chains.forward(x_0, SCHEDULE, TAU, eta, n=1)[:, 0]
    x_t, x_prev = paths[row(500)], paths[row(450)]
    left = [_unexplained(x_t, *known) for known in ((x_prev,), (x_prev, x_0))]
    return 1 - left[1] / left[0]


def _unexplained(y: Any, *known: Any) -> float:
    """The variance that a straight line in `known` leaves."""
    table = np.stack([*known, np.ones_like(y)], axis=1)
    return float(np.mean((y - table @ np.linalg.lstsq(table, y, rcond=None)[0]) ** 2))


def shares_remembered() -> dict[str, float]:
    """`remembered` at each of ETAS."""
    return {"none": remembered(0.0), "half": remembered(0.5), "full": remembered(1.0)}


def _x_0_helps_forward() -> bool:
    measured = list(shares_remembered().values())
    return measured[0] > 0.999 and measured[2] < 0.005 and all(value > other for value, other in pairwise(measured))


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "crowd-stays",
        "In 2,000 chains that begin with the same x_0, mean and spread are those of the marginal at all of 20 visited "
        "times, for eta 0, 0.5 and 1, as closely as 2,000 draws can tell.",
        {"S": 20},
        _crowd_stays,
    ),
    Claim(
        "walks-differ",
        "From t = 500 to the next time visited, the correlation over the crowd is {none:.2f} at eta 0, {half:.2f} at "
        "eta 0.5 and {full:.2f} at eta 1.",
        {"S": 20},
        _walks_differ,
        numbers=likenesses,
    ),
    Claim(
        "crowd-swells",
        "With the variance σ in place of σ², at eta 1, the crowd is {t800:.2f} times as wide as it should be at "
        "t = 800, {t500:.2f} times at 500 and {t200:.2f} times at 200. At eta 0 nothing shows.",
        {"S": 20, "eta": 1.0},
        _crowd_swells,
        numbers=swollen,
    ),
    Claim(
        "each-its-own-sigma",
        "Each transition may have an eta of its own: with 0, 1, 0.3 and 0.8 in turn, the variance is 1 − ᾱ at "
        "every visited time.",
        {"S": 20},
        _each_its_own_sigma,
    ),
    Claim(
        "x0-helps-forward",
        "Whoever knows x at t = 450 and wants x at 500 gains by being told x_0 as well: of the variance that was left, "
        "it removes {none:.0%} at eta 0, {half:.0%} at eta 0.5 and {full:.0%} at eta 1.",
        {"S": 20},
        _x_0_helps_forward,
        numbers=shares_remembered,
    ),
)
