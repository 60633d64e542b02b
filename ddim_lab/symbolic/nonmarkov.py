"""The forward process of DDIM, q_sigma(x_t | x_prev, x_0): it depends on x_0, except for one sigma (DDIM, Sec. 3.1).

By Bayes' rule it is q_sigma(x_prev | x_t, x_0) q(x_t | x_0) / q(x_prev | x_0). The densities need sigma > 0 and b < 1;
`without_noise` is the case sigma = 0, `first` the case b = 1.
"""

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, given, naming, put_in, squared
from ddim_lab.symbolic.marginals import CENTER, EXPONENT, TOTAL_MEAN, TOTAL_VARIANCE
from ddim_lab.symbolic.posterior import ALPHA, BETA, MU, POSTERIOR_VARIANCE, H, J, L, V
from ddim_lab.symbolic.symbols import DDIM, DDPM, a, b, eps, k, m, sigma, substituted, x_0, x_prev, x_t
from ddim_lab.symbolic.undetermined import solution

M, W = sp.Symbol("M", real=True), sp.Symbol("W", positive=True)  # mean and variance of what has no x_t
BOTH_NOISES = sp.sqrt(1 - a) * sp.sqrt(1 - b - sigma**2)
ON_X_PREV = BOTH_NOISES / (1 - b)
ON_X_0 = sp.sqrt(a) - sp.sqrt(b) * ON_X_PREV
FORWARD_MEAN = sp.sqrt(a) * x_0 + ON_X_PREV * (x_prev - sp.sqrt(b) * x_0)
FORWARD_VARIANCE = sigma**2 * (1 - a) / (1 - b)


def bayes() -> Derivation:
    """Mean and variance of q_sigma(x_t | x_prev, x_0), by completing the square. For sigma > 0 and b < 1."""
    square = (J, (x_t - MU) ** 2 / V + (x_prev - M) ** 2 / W)
    return Derivation(
        "The forward kernel of DDIM, by Bayes' rule",
        "x_t ~ N(√a·x_0, 1 − a) and, given x_t, x_prev ~ N(k·x_0 + m·x_t, σ²), with k and m of the marginal condition; "
        "b < 1 and 0 < σ² ≤ 1 − b. J is −2 times the log of their product, constants left out",
        (
            Step(
                "Multiply the two densities",
                "Bayes: up to a factor without x_t, the product is the density of x_t given x_prev and x_0.",
                equations((J, EXPONENT)),
                given,
            ),
            Step(
                "Sort by powers of x_t",
                "A quadratic in x_t: the forward kernel is a Gaussian.",
                equations(
                    (J, L * x_t**2 - 2 * H * x_t + (x_prev - k * x_0) ** 2 / sigma**2 + a * x_0**2 / (1 - a)),
                    (L, m**2 / sigma**2 + 1 / (1 - a)),
                    (H, m * (x_prev - k * x_0) / sigma**2 + sp.sqrt(a) * x_0 / (1 - a)),
                ),
                naming,
            ),
            Step(
                "Complete the square",
                "μ and v are the kernel's mean and variance. What remains has no x_t.",
                equations(
                    square, (MU, CENTER), (V, sigma**2 * (1 - a) / TOTAL_VARIANCE), (M, TOTAL_MEAN), (W, TOTAL_VARIANCE)
                ),
                naming,
            ),
            Step(
                "Put in k and m",
                "The rest is the exponent of the marginal q(x_prev | x_0), as it must be.",
                equations(square, (MU, FORWARD_MEAN), (V, FORWARD_VARIANCE), (M, sp.sqrt(b) * x_0), (W, 1 - b)),
                follows(using=solution()),
            ),
            Step(
                "Sort the mean by x_prev and x_0",
                "The weight on x_0 is not 0 in general: to take a forward step one has to know the clean picture. "
                "The forward process is not Markov.",
                equations(
                    square,
                    (MU, ON_X_PREV * x_prev + ON_X_0 * x_0),
                    (V, FORWARD_VARIANCE),
                    (M, sp.sqrt(b) * x_0),
                    (W, 1 - b),
                ),
                follows(),
            ),
        ),
    )


def markov_point() -> Derivation:
    """For which sigma does x_0 drop out of the forward kernel? Exactly one: the posterior's."""
    other = sp.sqrt(a) * (1 - b) / sp.sqrt(b)
    return Derivation(
        "The one σ for which the forward process is Markov",
        "The forward kernel's weight on x_0, as Bayes' rule gives it; b < 1",
        (
            Step(
                "Ask that the weight on x_0 is 0",
                "Then, and only then, x_t depends on x_prev alone.",
                equations((ON_X_0, 0)),
                given,
            ),
            Step(
                "Let the root stand alone",
                "Both sides are positive or 0.",
                equations((BOTH_NOISES, other)),
                follows(by=((-(1 - b) / sp.sqrt(b),),)),
            ),
            Step(
                "Square both sides",
                "Neither side is negative, so no new solution comes in.",
                equations(((1 - a) * (1 - b - sigma**2), a * (1 - b) ** 2 / b)),
                squared,
            ),
            Step(
                "Solve for σ²",
                "The equation is linear in σ², so there is one answer.",
                equations((sigma**2, 1 - b - a * (1 - b) ** 2 / (b * (1 - a)))),
                follows(by=((-1 / (1 - a),),)),
            ),
            Step(
                "Tidy up",
                "It is the variance of the DDPM's posterior: η = 1.",
                equations((sigma**2, POSTERIOR_VARIANCE)),
                follows(),
            ),
        ),
    )


def markov_step() -> Derivation:
    """At the posterior's sigma the forward kernel is the DDPM's forward step."""
    return Derivation(
        "At η = 1 the forward kernel is the DDPM's step",
        "The forward kernel of DDIM, with mean μ and variance v; b < 1",
        (
            Step(
                "Start from the forward kernel",
                "For any σ.",
                equations((MU, ON_X_PREV * x_prev + ON_X_0 * x_0), (V, FORWARD_VARIANCE), (sigma, DDPM.values[sigma])),
                given,
            ),
            Step(
                "Put in the posterior's σ",
                "x_0 drops out. This is N(√(a/b)·x_prev, 1 − a/b): the step of the DDPM, with β = 1 − a/b.",
                equations((MU, sp.sqrt(ALPHA) * x_prev), (V, BETA)),
                put_in(sigma),
            ),
        ),
    )


def without_noise() -> Derivation:
    """sigma = 0 and b < 1: the forward kernel is a point mass; x_t is an affine function of x_prev and x_0."""
    values = {unknown: substituted(value, DDIM.values) for unknown, value in solution().items()}
    noise = (x_prev - sp.sqrt(b) * x_0) / sp.sqrt(1 - b)
    return Derivation(
        "The forward kernel without fresh noise",
        "σ = 0 and b < 1. Neither kernel has a density: x_prev is fixed by x_t and x_0, and x_t by x_prev and x_0",
        (
            Step(
                "The step without fresh noise",
                "k and m are those of σ = 0, and m is not 0.",
                equations((x_prev, k * x_0 + m * x_t), *values.items()),
                given,
            ),
            Step(
                "Put in k and m",
                "The step takes the noise of x_t and rescales it.",
                equations((x_prev, sp.sqrt(b) * x_0 + sp.sqrt((1 - b) / (1 - a)) * (x_t - sp.sqrt(a) * x_0))),
                put_in(k, m),
            ),
            Step(
                "Solve for x_t",
                "The same map, walked the other way. It is the forward kernel's mean, with σ = 0 put in; the kernel's "
                "variance σ²·(1 − a)/(1 − b) is 0 there.",
                equations((x_t, substituted(FORWARD_MEAN, DDIM.values))),
                follows(by=((-sp.sqrt((1 - a) / (1 - b)),),)),
            ),
            Step(
                "Name the noise of x_prev",
                "x_t has the same ε as x_prev: without fresh noise one ε serves all times.",
                equations((x_t, sp.sqrt(a) * x_0 + sp.sqrt(1 - a) * eps), (eps, noise)),
                naming,
            ),
        ),
    )


def first() -> Derivation:
    """b = 1: x_prev is x_0, so the forward kernel is the marginal and, for every sigma, Markov."""
    return Derivation(
        "The first forward step",
        "b = 1, so x_prev is x_0 itself. The marginal of x_t is N(√a·x_0, 1 − a), with mean μ and variance v",
        (
            Step(
                "Start from the marginal",
                "x_prev says nothing that x_0 does not say.",
                equations((MU, sp.sqrt(a) * x_0), (V, 1 - a)),
                given,
            ),
            Step(
                "Write it in x_prev and b",
                "It is the DDPM's step, N(√(a/b)·x_prev, 1 − a/b), at b = 1. Here every DDIM agrees with the DDPM.",
                equations((MU, sp.sqrt(ALPHA).subs(b, 1) * x_prev), (V, BETA.subs(b, 1))),
                follows(using={x_0: x_prev}),
            ),
        ),
    )
