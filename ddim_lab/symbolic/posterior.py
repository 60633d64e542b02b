"""The DDPM's posterior by Bayes' rule, sigma(eta), and why eta = 1 is the DDPM (DDPM, Eqs. 6-7; DDIM, Eq. 16).

alpha = a/b and beta = 1 - a/b are those of one transition, so with skipped steps they are those of the respaced chain.
"""

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, given, naming
from ddim_lab.symbolic.symbols import a, b, eta, k, m, sigma, x_0, x_prev, x_t
from ddim_lab.symbolic.undetermined import MEAN_CONDITION, VARIANCE_CONDITION

ALPHA, BETA = a / b, 1 - a / b
POSTERIOR_K = sp.sqrt(b) * BETA / (1 - a)  # on x_0
POSTERIOR_M = sp.sqrt(ALPHA) * (1 - b) / (1 - a)  # on x_t
POSTERIOR_VARIANCE = (1 - b) / (1 - a) * BETA  # beta tilde
POSTERIOR_MEAN = POSTERIOR_K * x_0 + POSTERIOR_M * x_t
J, MU, H = sp.symbols("J mu h", real=True)
V, L = sp.symbols("v Lambda", positive=True)


def bayes() -> Derivation:
    """q(x_prev | x_t, x_0) from q(x_t | x_prev) q(x_prev | x_0), by completing the square."""
    precision = ALPHA / BETA + 1 / (1 - b)
    slope = sp.sqrt(ALPHA) / BETA * x_t + sp.sqrt(b) / (1 - b) * x_0
    return Derivation(
        "The DDPM's posterior, by Bayes' rule",
        "The forward step is x_t ~ N(√(a/b)·x_prev, 1 − a/b), and x_prev ~ N(√b·x_0, 1 − b). "
        "J is −2 times the log of their product, constants left out",
        (
            Step(
                "Multiply the two densities",
                "Bayes: the posterior is their product up to a factor without x_prev. Exponents add.",
                equations(
                    (J, (x_t - sp.sqrt(ALPHA) * x_prev) ** 2 / BETA + (x_prev - sp.sqrt(b) * x_0) ** 2 / (1 - b))
                ),
                given,
            ),
            Step(
                "Sort by powers of x_prev",
                "A quadratic in x_prev: the posterior is a Gaussian.",
                equations(
                    (J, L * x_prev**2 - 2 * H * x_prev + x_t**2 / BETA + b * x_0**2 / (1 - b)),
                    (L, precision),
                    (H, slope),
                ),
                naming,
            ),
            Step(
                "Complete the square",
                "μ and v are the posterior's mean and variance. What remains has no x_prev: it is the exponent of the "
                "marginal q(x_t | x_0).",
                equations(
                    (J, (x_prev - MU) ** 2 / V + (x_t - sp.sqrt(a) * x_0) ** 2 / (1 - a)),
                    (MU, POSTERIOR_MEAN),
                    (V, POSTERIOR_VARIANCE),
                ),
                naming,
            ),
        ),
    )


def matching() -> Derivation:
    """Which sigma gives m the DDPM's value? Exactly one; and k then has the DDPM's value too."""
    return Derivation(
        "The one σ that makes the step the DDPM's",
        "The two marginal conditions, with the posterior's weight on x_t asked of m",
        (
            Step(
                "Start from the two conditions",
                "Those of the derivation above, for any m.",
                (MEAN_CONDITION, VARIANCE_CONDITION),
                given,
            ),
            Step(
                "Put in the posterior's m",
                "Only σ and k are left unknown.",
                equations((k + POSTERIOR_M * sp.sqrt(a), sp.sqrt(b)), (POSTERIOR_M**2 * (1 - a) + sigma**2, 1 - b)),
                follows(using={m: POSTERIOR_M}),
            ),
            Step(
                "Solve for σ² and k",
                "Each equation is linear in its unknown, so there is one answer.",
                equations((k, sp.sqrt(b) - POSTERIOR_M * sp.sqrt(a)), (sigma**2, 1 - b - POSTERIOR_M**2 * (1 - a))),
                follows(),
            ),
            Step(
                "Tidy up",
                "σ² is the posterior's variance, and k is the posterior's weight on x_0: it matches by itself.",
                equations((k, POSTERIOR_K), (sigma**2, POSTERIOR_VARIANCE)),
                follows(),
            ),
        ),
    )


def sigma_of_eta() -> sp.Expr:
    """sigma(eta) = eta sqrt(posterior variance): DDIM, Eq. 16."""
    return eta * sp.sqrt((1 - b) / (1 - a)) * sp.sqrt(BETA)


def eta_max() -> sp.Expr:
    """The eta at which sigma(eta)^2 = 1 - b: nothing of x_t is left (m = 0). Infinite where b = 1."""
    return sp.sqrt((1 - a) / BETA)


def bound() -> Derivation:
    """How far eta may go: m is real only up to eta_max, which is above 1."""
    return Derivation(
        "How far η may go",
        "b < 1; m² needs 1 − b − σ² ≥ 0",
        (
            Step(
                "What is left for m",
                "The radicand of m, without its denominator.",
                equations((J, 1 - b - sigma**2)),
                given,
            ),
            Step(
                "Put in σ(η)",
                "σ = η·√((1 − b)/(1 − a))·√(1 − a/b).",
                equations((J, 1 - b - eta**2 * (1 - b) / (1 - a) * BETA)),
                follows(using={sigma: sigma_of_eta()}),
            ),
            Step(
                "Factor",
                "Positive up to η² = (1 − a)/(1 − a/b). Since b < 1, that is above 1: the DDPM is always inside.",
                equations((J, (1 - b) * (1 - eta**2 * BETA / (1 - a)))),
                follows(),
            ),
        ),
    )
