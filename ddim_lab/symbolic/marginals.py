"""The marginals do not depend on sigma (DDIM, Lemma 1): the integral itself, then the induction from T downwards.

The transition is q_sigma(x_prev | x_t, x_0) = N(k x_0 + m x_t, sigma^2) with the k and m of `undetermined`. Its density
needs sigma > 0. Two more proofs cover the rest: for sigma = 0 the transition is a point mass and x_prev an affine
function of x_t; the characteristic function covers every case at once, b = 1 included.
"""

import sympy as sp

from ddim_lab.symbolic.derivation import (
    Derivation,
    Step,
    beside,
    equations,
    follows,
    given,
    integrated,
    naming,
    put_in,
)
from ddim_lab.symbolic.moments import MEAN, VARIANCE
from ddim_lab.symbolic.symbols import DDIM, a, b, k, m, sigma, substituted, x_0, x_prev, x_t
from ddim_lab.symbolic.undetermined import MEAN_CONDITION, VARIANCE_CONDITION, solution

D, J = sp.symbols("D J", real=True)  # the density sought; an exponent, times -2
center = sp.Symbol("c", real=True)
spread = sp.Symbol("s", positive=True)
m_positive = sp.Symbol("m", positive=True)  # without fresh noise, and b < 1
u = sp.Symbol("u", real=True)
phi = sp.Symbol("phi")
V_t = sp.Symbol("V_t", positive=True)
mu_t = sp.Symbol("mu_t", real=True)

PRESENT = ((mu_t, sp.sqrt(a) * x_0), (V_t, 1 - a))  # mean and variance of x_t
EXPONENT = (x_prev - k * x_0 - m * x_t) ** 2 / sigma**2 + (x_t - sp.sqrt(a) * x_0) ** 2 / (1 - a)
TOTAL_MEAN, TOTAL_VARIANCE = (k + m * sp.sqrt(a)) * x_0, m**2 * (1 - a) + sigma**2
CENTER = (m * (1 - a) * (x_prev - k * x_0) + sigma**2 * sp.sqrt(a) * x_0) / TOTAL_VARIANCE
DENOMINATOR = 2 * sp.pi * sigma * sp.sqrt(1 - a)  # the two densities' denominators


def _over(integrand: sp.Expr) -> sp.Integral:
    return sp.Integral(integrand, (x_t, -sp.oo, sp.oo))


def gaussian(x: sp.Expr, mean: sp.Expr, variance: sp.Expr) -> sp.Expr:
    """The density of N(mean, variance) at x."""
    return _bell(x, mean, variance) / sp.sqrt(2 * sp.pi * variance)


def _bell(x: sp.Expr, mean: sp.Expr, variance: sp.Expr) -> sp.Expr:
    return sp.exp(-((x - mean) ** 2) / sp.Mul(2, variance, evaluate=False))  # 2 (1 - b), not 2 - 2 b


def integral() -> Derivation:
    """Integrate x_t out of q_sigma(x_prev | x_t, x_0) q(x_t | x_0): q(x_prev | x_0) is left. For sigma > 0."""
    return Derivation(
        "The marginal at t_prev, as an integral",
        "x_t ~ N(√a·x_0, 1 − a) and, given x_t, x_prev ~ N(k·x_0 + m·x_t, σ²), with k and m of the marginal condition; "
        "0 < σ² ≤ 1 − b. D is the density of x_prev given x_0",
        (*_integrate(), *_recognise()),
    )


def _integrate() -> tuple[Step, ...]:
    """Up to the integral's value, for any k and m."""
    whole = _over(sp.exp(-J / 2) / DENOMINATOR)
    names = ((center, CENTER), (spread, sigma * sp.sqrt(1 - a) / sp.sqrt(TOTAL_VARIANCE)))
    rest = ((MEAN, TOTAL_MEAN), (VARIANCE, TOTAL_VARIANCE))
    square = (J, (x_t - center) ** 2 / spread**2 + (x_prev - MEAN) ** 2 / VARIANCE)
    return (
        Step(
            "Write down the integral",
            "The density of x_prev sums over every x_t one could have come from. "
            "Two Gaussian densities are multiplied, so their exponents add.",
            equations((D, whole), (J, EXPONENT)),
            given,
        ),
        Step(
            "Complete the square in x_t",
            "c and s belong to x_t, μ and V to x_prev. The second square has no x_t.",
            equations((D, whole), square, *names, *rest),
            beside(naming),
        ),
        Step(
            "Integrate over x_t",
            "The integral of a Gaussian bell of width s is √(2π)·s, wherever its centre is. "
            "The square without x_t stays outside.",
            equations(
                (D, sp.sqrt(2 * sp.pi) * spread * _bell(x_prev, MEAN, VARIANCE) / DENOMINATOR),
                names[1],
                *rest,
            ),
            integrated,
        ),
    )


def _recognise() -> tuple[Step, ...]:
    """From the integral's value to the marginal at t_prev."""
    bell = (D, gaussian(x_prev, MEAN, VARIANCE))
    return (
        Step(
            "Put in s",
            "What remains is a Gaussian with mean μ and variance V, whatever k and m are.",
            equations(bell, (MEAN, TOTAL_MEAN), (VARIANCE, TOTAL_VARIANCE)),
            naming,
        ),
        Step(
            "Put in k and m",
            "The two marginal conditions, met: σ drops out of mean and variance.",
            equations(bell, (MEAN, sp.sqrt(b) * x_0), (VARIANCE, 1 - b)),
            follows(using=solution()),
        ),
        Step(
            "Put in μ and V",
            "The density of N(√b·x_0, 1 − b). No σ is left.",
            equations((D, gaussian(x_prev, sp.sqrt(b) * x_0, 1 - b))),
            put_in(MEAN, VARIANCE),
        ),
    )


def without_noise() -> Derivation:
    """sigma = 0 and b < 1: the transition is a point mass, x_prev an affine function of x_t."""
    bell = (D, gaussian(x_prev, MEAN, VARIANCE))
    return Derivation(
        "The marginal at t_prev, without fresh noise",
        "σ = 0, so the transition has no density: given x_t, x_prev is k·x_0 + m·x_t for sure, which a delta function "
        "δ writes; b < 1, so m > 0. D is the density of x_prev given x_0",
        (
            Step(
                "Write down the integral",
                "The delta function takes the place of the transition's density.",
                equations(
                    (
                        D,
                        _over(sp.DiracDelta(x_prev - k * x_0 - m_positive * x_t) * gaussian(x_t, mu_t, V_t)),
                    ),
                    *PRESENT,
                ),
                given,
            ),
            Step(
                "Integrate over x_t",
                "Only x_t = (x_prev − k·x_0)/m counts. An affine map stretches by m, so the density is divided by m.",
                equations(
                    (D, gaussian((x_prev - k * x_0) / m_positive, mu_t, V_t) / m_positive),
                    *PRESENT,
                ),
                integrated,
            ),
            Step(
                "Write it as a Gaussian in x_prev",
                "Multiply the square and its denominator by m².",
                equations(bell, (MEAN, (k + m_positive * sp.sqrt(a)) * x_0), (VARIANCE, m_positive**2 * (1 - a))),
                naming,
            ),
            Step(
                "Put in k and m",
                "Those of σ = 0. The stretched noise of x_t is exactly what x_prev may hold.",
                equations(bell, (MEAN, sp.sqrt(b) * x_0), (VARIANCE, 1 - b)),
                follows(using=_without_noise_weights()),
            ),
            Step(
                "Put in μ and V",
                "The same density as with fresh noise.",
                equations((D, gaussian(x_prev, sp.sqrt(b) * x_0, 1 - b))),
                put_in(MEAN, VARIANCE),
            ),
        ),
    )


def _without_noise_weights() -> dict[sp.Symbol, sp.Expr]:
    values = {unknown: substituted(value, DDIM.values) for unknown, value in solution().items()}
    return {k: values[k], m_positive: values[m]}


def every_case() -> Derivation:
    """The characteristic function of x_prev: no density is needed, so sigma = 0 and b = 1 are included."""
    shape = (phi, sp.exp(sp.I * u * MEAN - VARIANCE * u**2 / 2))
    start = sp.exp(sp.I * u * (k * x_0 + m * x_t) - sigma**2 * u**2 / 2) * gaussian(x_t, mu_t, V_t)
    return Derivation(
        "The marginal at t_prev, in every case",
        "x_t ~ N(√a·x_0, 1 − a); 0 ≤ σ² ≤ 1 − b and b ≤ 1. φ(u) is the mean of exp(iu·x_prev): it fixes the "
        "distribution, and a point mass has one too. That of N(μ, V) is exp(iuμ − Vu²/2)",
        (
            Step(
                "Write down the integral",
                "Given x_t, x_prev is Gaussian, or a point if σ = 0: the first factor. Then average over x_t.",
                equations((phi, _over(start)), *PRESENT),
                given,
            ),
            Step(
                "Integrate over x_t",
                "x_t brings its mean and its variance, the latter times m².",
                equations(
                    (phi, sp.exp(sp.I * u * (k * x_0 + m * mu_t) - (m**2 * V_t + sigma**2) * u**2 / 2)), *PRESENT
                ),
                integrated,
            ),
            Step(
                "Read off mean and variance",
                "The characteristic function of a Gaussian, whatever k and m are.",
                equations(shape, (MEAN, TOTAL_MEAN), (VARIANCE, TOTAL_VARIANCE)),
                naming,
            ),
            Step(
                "Put in k and m",
                "The marginal at t_prev. For b = 1 the variance is 0: x_prev is x_0 itself.",
                equations(shape, (MEAN, sp.sqrt(b) * x_0), (VARIANCE, 1 - b)),
                follows(using=solution()),
            ),
            Step(
                "Put in μ and V",
                "No σ is left.",
                equations((phi, sp.exp(sp.I * u * sp.sqrt(b) * x_0 - (1 - b) * u**2 / 2))),
                put_in(MEAN, VARIANCE),
            ),
        ),
    )


def induction() -> Derivation:
    """From the marginal at t to that at t_prev, for any t (DDIM, Lemma 1); how a wrong one is handed on."""
    return Derivation(
        "The marginals, from T downwards",
        "The process is defined from the top: its marginal at T is N(√a·x_0, 1 − a) with the a of T. μ_t and V_t are "
        "mean and variance of x_t, μ and V those of x_prev",
        (
            Step(
                "One transition, whatever came before",
                "Means are carried along; variances add up, since z is fresh. k and m meet the marginal conditions.",
                (
                    *equations((MEAN, k * x_0 + m * mu_t), (VARIANCE, m**2 * V_t + sigma**2)),
                    MEAN_CONDITION,
                    VARIANCE_CONDITION,
                ),
                given,
            ),
            Step(
                "Look at the distance from the right values",
                "Add x_0 times the third equation to the first, and the fourth to the second. A distance at t is "
                "handed on, times m or m²; no new one comes in.",
                equations(
                    (MEAN - sp.sqrt(b) * x_0, m * (mu_t - sp.sqrt(a) * x_0)),
                    (VARIANCE - (1 - b), m**2 * (V_t - (1 - a))),
                ),
                follows(by=((1, 0, x_0, 0), (0, 1, 0, 1))),
            ),
            Step(
                "Suppose it for t",
                "Both distances are 0 at t, so they are 0 at t_prev. It holds at T; so it holds at every t, and every "
                "transition may have another σ.",
                equations((MEAN, sp.sqrt(b) * x_0), (VARIANCE, 1 - b)),
                follows(using=dict(PRESENT)),
            ),
        ),
    )
