"""How large eta may be, and why the larger variance sigma-hat may not stand under the root (DDIM, Eq. 16).

`posterior.bound` derives eta_max; here: the DDPM is always inside, sigma-hat is not, the last transition has no bound.
"""

from fractions import Fraction

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, given, naming
from ddim_lab.symbolic.posterior import BETA, POSTERIOR_VARIANCE, eta_max, sigma_of_eta
from ddim_lab.symbolic.symbols import a, b, eta, sigma

J, E = sp.symbols("J E", real=True)
HAT, ONE = sp.symbols("U V", positive=True)  # sigma-hat^2 and sigma(1)^2
SIGMA_HAT = sp.sqrt(BETA)  # the DDPM's larger deviation, sqrt(1 - a/b)
RADICAND = (a - b**2) / b  # 1 - b - sigma-hat^2
EXAMPLE = (200, 100)  # t and t_prev of a transition, linear schedule, T = 1000, ten even steps that end at T


def ddpm_inside() -> Derivation:
    """eta_max is above 1 wherever b < 1: eta = 1 is admissible in every transition."""
    return Derivation(
        "The DDPM is always admissible",
        "b < 1. J is the square of the largest η, minus 1",
        (
            Step("Take the bound", "From the derivation above.", equations((J, eta_max() ** 2 - 1)), given),
            Step(
                "Subtract",
                "One fraction. All three factors are above 0, so the bound is above 1: η = 1 is inside, with room.",
                equations((J, a * (1 - b) / (b - a))),
                follows(),
            ),
        ),
    )


def sigma_hat_radicand() -> Derivation:
    """1 - b - sigma-hat^2 is negative exactly when a < b^2."""
    return Derivation(
        "σ̂ may not stand under the root",
        "b < 1. σ̂² = 1 − a/b is the larger of the two variances the DDPM may use. J is what would stand under the "
        "root if it were put in for σ²",
        (
            Step("Take the radicand of the step", "What is left for m.", equations((J, 1 - b - sigma**2)), given),
            Step(
                "Put in σ̂",
                "The variance that a transition adds on the way up.",
                equations((J, a / b - b)),
                follows(using={sigma: SIGMA_HAT}),
            ),
            Step(
                "Bring to one fraction",
                "Negative exactly when a < b², that is a/b < b: this one transition shrinks alpha_bar more than all "
                "the way from 0 to t_prev does. Then there is no real root, and code gives NaN. "
                "So σ̂ goes into the noise only; k and m keep the σ of η = 1.",
                equations((J, RADICAND)),
                follows(),
            ),
        ),
    )


def sigma_hat_as_eta() -> Derivation:
    """sigma-hat read as an eta: sqrt((1 - a)/(1 - b)), above 1, and beyond the bound when a < b^2."""
    return Derivation(
        "σ̂, read as an η",
        "b < 1. E is the η that would give σ̂. U is σ̂², and V is σ² of η = 1",
        (
            Step(
                "Divide U by V",
                "η counts σ in units of the DDPM's smaller one.",
                equations((E**2, HAT / ONE), (HAT, SIGMA_HAT**2), (ONE, POSTERIOR_VARIANCE)),
                given,
            ),
            Step(
                "Put both in",
                "1 − a/b cancels. Above 1, since a < b.",
                equations((E**2, (1 - a) / (1 - b))),
                naming,
            ),
            Step(
                "Subtract the bound",
                "Above 0 exactly when a < b², as in the derivation before.",
                equations((E**2 - eta_max() ** 2, (1 - a) * (b**2 - a) / ((1 - b) * (b - a)))),
                follows(),
            ),
        ),
    )


def last_transition() -> Derivation:
    """At b = 1 sigma is 0 for every eta: there is no bound, and nothing is left for m."""
    return Derivation(
        "The last transition takes any η",
        "J is the radicand of the step with σ(η)",
        (
            Step(
                "Take the radicand",
                "From the derivation of the bound.",
                equations((J, (1 - b) * (1 - eta**2 * BETA / (1 - a))), (sigma, sigma_of_eta())),
                given,
            ),
            Step(
                "Put in b = 1",
                "Both are 0 whatever η is. No noise, nothing of x_t: the result is the belief.",
                equations((J, 0), (sigma, 0)),
                follows(using={b: sp.S.One}),
            ),
        ),
    )


def example() -> tuple[Fraction, Fraction, Fraction]:
    """(a, b, 1 - b - sigma-hat^2) of `EXAMPLE`, exact: the linear schedule's betas are fractions. The last is negative.

    beta_t = 1/10000 + (t - 1) * 199/9990000, for t = 1..1000.
    """
    level, levels = Fraction(1), [Fraction(1)]
    for i in range(EXAMPLE[0]):
        level *= 1 - Fraction(1, 10000) - i * Fraction(199, 9990000)
        levels.append(level)
    at_t, at_prev = (levels[t] for t in EXAMPLE)
    return at_t, at_prev, at_t / at_prev - at_prev
