"""Undetermined coefficients: which k, m, sigma in x_prev = k x_0 + m x_t + sigma z keep the marginals (DDIM, Eq. 7).

Given x_t = sqrt(a) x_0 + sqrt(1 - a) eps, the new x_prev must be distributed as N(sqrt(b) x_0, 1 - b). That gives two
equations for three unknowns: m has two roots for each sigma, and sigma stays free.
"""

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, gap, given, root
from ddim_lab.symbolic.moments import MEAN, VARIANCE, moments_of_first
from ddim_lab.symbolic.moments import moments as moments  # so that it is found here too
from ddim_lab.symbolic.symbols import a, b, eps, k, m, sigma, substituted, x_0, x_prev, x_t, z

ROOT = sp.sqrt((1 - b - sigma**2) / (1 - a))  # the positive m
MEAN_CONDITION, VARIANCE_CONDITION = equations((k + m * sp.sqrt(a), sp.sqrt(b)), (m**2 * (1 - a) + sigma**2, 1 - b))
X_T = sp.sqrt(a) * x_0 + sp.sqrt(1 - a) * eps
SUBSTITUTED = (k + m * sp.sqrt(a)) * x_0 + m * sp.sqrt(1 - a) * eps + sigma * z


def derivation(sign: int = 1) -> Derivation:
    """k and m of a given sigma, from the marginal condition; `sign` -1 follows the other root of m."""
    return Derivation(
        "k and m from the marginal condition",
        "x_0 is fixed; ε and z are independent and standard normal; 0 < a < b ≤ 1 and σ² ≤ 1 − b",
        (*_what_a_step_does(), _demand(), *_solve_for_m(sign), *_solve_for_k(sign * ROOT)),
    )


def _what_a_step_does() -> tuple[Step, ...]:
    """From the unknown weights to mean and variance of x_prev."""
    return (
        Step(
            "Say what a step looks like",
            "The new picture is a mixture of the clean picture, the present one and fresh noise. "
            "The three weights are unknown.",
            equations((x_prev, k * x_0 + m * x_t + sigma * z)),
            given,
        ),
        Step(
            "Put in what x_t is",
            "The marginal at t says that x_t is the clean picture, shrunk, plus noise. Collect equal terms.",
            equations((x_prev, SUBSTITUTED)),
            follows(using={x_t: X_T}),
        ),
        Step(
            "Read off mean and variance",
            "ε and z are independent, so their variances add up. This is where two noises merge into one.",
            equations((MEAN, (k + m * sp.sqrt(a)) * x_0), (VARIANCE, m**2 * (1 - a) + sigma**2)),
            moments_of_first,
        ),
    )


def _demand() -> Step:
    """The marginal condition."""
    return Step(
        "Demand the marginal one step later",
        "At t_prev the mean must be √b·x_0 and the variance 1 − b. The first must hold for every x_0, "
        "so x_0 is divided out.",
        (MEAN_CONDITION, VARIANCE_CONDITION),
        follows(using={MEAN: sp.sqrt(b) * x_0, VARIANCE: 1 - b}, by=((-1 / x_0, 0), (0, -1))),
    )


def _solve_for_m(sign: int) -> tuple[Step, ...]:
    """Both roots of the variance condition, and one of them."""
    return (
        Step(
            "Factor the second condition",
            "It holds m² only. A difference of squares shows both roots, and that there is no third.",
            (MEAN_CONDITION, *equations(((m - ROOT) * (m + ROOT), 0))),
            follows(by=((1, 0), (0, 1 / (1 - a)))),
        ),
        Step(
            "Take the positive root" if sign > 0 else "Take the negative root",
            "Both meet the conditions; the text below says why it is this one."
            if sign > 0
            else "It meets the conditions just as well, and turns the noise in x_t upside down.",
            (MEAN_CONDITION, *equations((m, sign * ROOT))),
            root(of=1),
        ),
    )


def _solve_for_k(chosen: sp.Expr) -> tuple[Step, ...]:
    """The mean condition, with the m that was chosen."""
    k_of_m = sp.sqrt(b) - m * sp.sqrt(a)
    return (
        Step(
            "Solve the first condition for k",
            "It is linear in k.",
            equations((k, k_of_m), (m, chosen)),
            follows(),
        ),
        Step(
            "Put m into k",
            "Two equations are used up. Nothing has said what σ is: it stays free between 0 and √(1 − b).",
            equations((k, k_of_m.subs(m, chosen)), (m, chosen)),
            follows(by=((1, -sp.sqrt(a)), (0, 1))),
        ),
    )


def solution(sign: int = 1) -> dict[sp.Expr, sp.Expr]:
    """{k: ..., m: ...} in a, b and sigma."""
    return derivation(sign).result


def remainders(values: dict[sp.Expr, sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
    """What is left of the mean and of the variance condition when k, m (and sigma) take these values."""
    mean, variance = (substituted(gap(equation), values) for equation in (MEAN_CONDITION, VARIANCE_CONDITION))
    return mean, variance


def short_step(sign: int = 1) -> dict[sp.Expr, sp.Expr]:
    """{k: ..., m: ...} of a step of no length without fresh noise (b = a, sigma = 0).

    Nothing should happen then. With the positive root nothing does; with the negative one k = 2 sqrt(a), m = -1 mirrors
    x_t at sqrt(a) x_0: each step, however short, turns the noise upside down.
    """
    return {unknown: sp.simplify(substituted(value, {b: a, sigma: 0})) for unknown, value in solution(sign).items()}


def ellipse(angle: sp.Symbol) -> dict[sp.Expr, sp.Expr]:
    """{m: ..., sigma: ...} of all solutions, both signs of m included: the ellipse of the variance condition.

    Its half axes are sqrt((1 - b)/(1 - a)) along m and sqrt(1 - b) along sigma. At angle 0 stands DDIM.
    """
    return {m: sp.sqrt((1 - b) / (1 - a)) * sp.cos(angle), sigma: sp.sqrt(1 - b) * sp.sin(angle)}


def merging() -> Derivation:
    """Two independent noises merge into one: the densities' convolution, by characteristic functions.

    E exp(i u x) of N(0, A^2) is exp(-A^2 u^2/2), and that of an independent sum is the product.
    """
    A, B, u = sp.symbols("A B u", positive=True)
    phi = sp.Symbol("phi", positive=True)
    return Derivation(
        "Two independent noises merge into one",
        "A·ε and B·z with ε and z independent and standard normal; φ is the characteristic function of their sum",
        (
            Step(
                "Multiply the two",
                "Independent means that the characteristic functions multiply. "
                "Each noise brings the Gaussian's own, with its variance.",
                equations((phi, sp.Mul(sp.exp(-(A**2) * u**2 / 2), sp.exp(-(B**2) * u**2 / 2), evaluate=False))),
                given,
            ),
            Step(
                "Add the exponents",
                "This is the characteristic function of one Gaussian of variance A² + B². "
                "So one noise of size √(A² + B²) does the same as the two.",
                equations((phi, sp.exp(-(A**2 + B**2) * u**2 / 2))),
                follows(),
            ),
        ),
    )
