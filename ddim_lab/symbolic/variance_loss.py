"""What one step does to mean and variance when the denoiser is exact: data N(mu, s^2), any sigma.

`loss` is why few steps prefer eta = 0, `telescoping` why the mean ends at one place at eta = 1, `angle` why steps that
are even in an angle are the best ones for Gaussian data. v is the variance of x_t, w that of x_prev.
"""

import sympy as sp

from ddim_lab.symbolic.derivation import (
    Derivation,
    Equations,
    Step,
    equations,
    follows,
    given,
    left,
    naming,
    right,
    states,
)
from ddim_lab.symbolic.moments import moments
from ddim_lab.symbolic.posterior import sigma_of_eta
from ddim_lab.symbolic.score import EPS_STAR, SPREAD, mu, s, v
from ddim_lab.symbolic.symbols import a, b, eps, eta, sigma, substituted, x_prev, x_t, z

A, D, L, V = sp.symbols("A D L V", real=True)
e = sp.Symbol("e", real=True)  # x_t beyond its mean, in standard deviations
w = sp.Symbol("w", positive=True)
phi_t, phi_prev = sp.symbols("phi_t phi_prev", nonnegative=True)
C_t, S_t, C_prev, S_prev = sp.symbols("C_t S_t C_prev S_prev", nonnegative=True)  # cosines and sines of the angles

KEPT = sp.sqrt(1 - b - sigma**2)  # the weight of the predicted noise, put back
TARGET = substituted(SPREAD, {a: b})
STEP = sp.sqrt(b) * (x_t - sp.sqrt(1 - a) * eps) / sp.sqrt(a) + KEPT * eps + sigma * z  # DDIM, Eq. 12
GAIN = (sp.sqrt(a) * sp.sqrt(b) * s**2 + KEPT * sp.sqrt(1 - a)) / v
FULL_GAIN = substituted(GAIN, {v: SPREAD})
LOSS = s**2 * (sp.sqrt(b) * sp.sqrt(1 - a) - sp.sqrt(a) * KEPT) ** 2 / SPREAD
SLOPE = s**2 * sp.sqrt(a) * (sp.sqrt(b) * sp.sqrt(1 - a) - sp.sqrt(a) * KEPT) / (SPREAD * KEPT)
POSITIVE_SLOPE = (
    s**2 * sp.sqrt(a) * (b - a + a * sigma**2) / (SPREAD * KEPT * (sp.sqrt(b) * sp.sqrt(1 - a) + sp.sqrt(a) * KEPT))
)
_SPREAD_NAME = (v, SPREAD)


def _variance(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """V is the variance of the first right side over e and z; the names stay."""
    return states(
        after,
        (V, moments(right(before[0]), (e, z))[1]),
        *((left(equation), right(equation)) for equation in before[1:]),
    )


def _slope(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """D is the derivative in sigma^2: that in sigma, over 2 sigma."""
    return states(after, (D, sp.diff(right(before[0]), sigma) / (2 * sigma)))


def loss() -> Derivation:
    """A step loses the variance s^2 (sqrt(b(1 - a)) - sqrt(a(1 - b - sigma^2)))^2 / v, least at sigma = 0."""
    return Derivation(
        "What one step loses of the variance",
        "The data are N(μ, s²), ε is the best guess of the noise, from the derivation of the score, and x_t is "
        "where it should be: mean √a·μ, variance a·s² + 1 − a. L is the variance that x_prev should have, minus "
        "the one it has",
        (
            Step(
                "Write the step and its noise",
                "By meaning: belief, predicted noise put back, fresh noise.",
                equations((x_prev, STEP), (eps, EPS_STAR)),
                given,
            ),
            Step(
                "Put in the noise",
                "The mean goes from √a·μ to √b·μ. What x_t has beyond it is multiplied by A.",
                equations((x_prev, sp.sqrt(b) * mu + A * (x_t - sp.sqrt(a) * mu) + sigma * z), (A, FULL_GAIN)),
                naming,
            ),
            Step(
                "Let x_t be where it should be",
                "Its mean, and its standard deviation times a standard normal e.",
                equations((x_prev, sp.sqrt(b) * mu + A * sp.sqrt(SPREAD) * e + sigma * z), (A, FULL_GAIN)),
                follows(using={x_t: sp.sqrt(a) * mu + sp.sqrt(SPREAD) * e}),
            ),
            Step(
                "Take the variance",
                "e and z are independent.",
                equations((V, A**2 * SPREAD + sigma**2), (A, FULL_GAIN)),
                _variance,
            ),
            Step(
                "Subtract it from what it should be",
                "The marginal at t_prev has the variance b·s² + 1 − b.",
                equations((L, TARGET - A**2 * SPREAD - sigma**2), (A, FULL_GAIN)),
                follows(using={V: TARGET - L}, by=((-1, 0), (0, 1))),
            ),
            Step(
                "Complete the square",
                "A square: no step can gain variance. It is 0 only for s = 0, a single point, "
                "or for a step of no length.",
                equations((L, LOSS)),
                naming,
            ),
            Step(
                "Let σ² grow",
                "D is the slope of L in σ², for σ > 0 and b < 1.",
                equations((D, SLOPE)),
                _slope,
            ),
            Step(
                "Show its sign",
                "Every factor is above 0, because a < b. So the loss grows with σ, and is least at η = 0.",
                equations((D, POSITIVE_SLOPE)),
                follows(),
            ),
        ),
    )


def telescoping() -> Derivation:
    """At eta = 1, A = sqrt(a/b) w/v: over a run everything but the two ends cancels."""
    return Derivation(
        "At η = 1 the mean does not care about S",
        "The data are N(μ, s²) and ε is the best guess. A is what the step multiplies by what x_t has beyond its mean, "
        "v and w are the variances at t and at t_prev",
        (
            Step("Start from A", "From the derivation above.", equations((A, GAIN), _SPREAD_NAME), given),
            Step(
                "Put in σ at η = 1",
                "There 1 − b − σ² is a square as well.",
                equations((A, (sp.sqrt(a) * sp.sqrt(b) * s**2 + sp.sqrt(a) * (1 - b) / sp.sqrt(b)) / v), _SPREAD_NAME),
                follows(using={sigma: substituted(sigma_of_eta(), {eta: 1})}),
            ),
            Step(
                "Take out √a/√b",
                "What remains is the variance at t_prev.",
                equations((A, sp.sqrt(a) / sp.sqrt(b) * w / v), (w, TARGET), _SPREAD_NAME),
                naming,
            ),
            Step(
                "Sort by time",
                "A number of t_prev over the same number of t. In the product over a run, each number in between "
                "stands once above and once below, and cancels. Only T and 0 are left.",
                equations((A, (w / sp.sqrt(b)) / (v / sp.sqrt(a))), (w, TARGET), _SPREAD_NAME),
                follows(),
            ),
        ),
    )


def _angles_named(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """`cos` of a difference, written out, with C and S for the cosines and sines of either angle."""
    letters = {sp.cos(phi_t): C_t, sp.sin(phi_t): S_t, sp.cos(phi_prev): C_prev, sp.sin(phi_prev): S_prev}
    said = tuple(
        equations((left(equation), substituted(sp.expand_trig(right(equation)), letters)))[0] for equation in after
    )
    return states(said, (left(before[0]), right(before[0])))


def angle() -> Derivation:
    """At eta = 0, A = sqrt(w/v) cos(phi_t - phi_prev), with tan phi = sqrt(1 - alpha_bar)/(sqrt(alpha_bar) s)."""
    sides = (
        (C_t, sp.sqrt(a) * s / sp.sqrt(SPREAD)),
        (S_t, sp.sqrt(1 - a) / sp.sqrt(SPREAD)),
        (C_prev, sp.sqrt(b) * s / sp.sqrt(TARGET)),
        (S_prev, sp.sqrt(1 - b) / sp.sqrt(TARGET)),
    )
    variances = ((w, TARGET), _SPREAD_NAME)
    return Derivation(
        "At η = 0 a step is an angle",
        "σ = 0, the data are N(μ, s²) and ε is the best guess. √a·s and √(1 − a) are the legs of a right triangle: "
        "the spread from the picture and the spread from the noise. φ_t is its angle, C_t and S_t the cosine and sine",
        (
            Step(
                "Start from A",
                "With σ = 0.",
                equations((A, substituted(GAIN, {sigma: 0})), _SPREAD_NAME),
                given,
            ),
            Step(
                "Name the sides",
                "The long side of the triangle is √v, since √v² = a·s² + 1 − a.",
                equations((A, sp.sqrt(w) / sp.sqrt(v) * (C_t * C_prev + S_t * S_prev)), *sides, *variances),
                naming,
            ),
            Step(
                "Read it as a cosine",
                "The exact ODE would multiply by √w/√v. The cosine is what a step of finite length loses. "
                "The logarithm of a cosine bends downwards. So for a given sum of angles, equal ones lose least.",
                equations((A, sp.sqrt(w) / sp.sqrt(v) * sp.cos(phi_t - phi_prev))),
                _angles_named,
            ),
        ),
    )
