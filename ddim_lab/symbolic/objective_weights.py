"""The weights of J_sigma = L_gamma + C: gamma_t of each transition, and what becomes of it (DDIM, Theorem 1, Eq. 5).

The one error there is can be stated in noise, in pictures or in v; `three_errors` converts. One pixel is looked at;
the terms of several pixels add up, so that the squares become squared norms.
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
from ddim_lab.symbolic.divergence import MU_P, MU_Q, divergence
from ddim_lab.symbolic.posterior import ALPHA, BETA, POSTERIOR_K
from ddim_lab.symbolic.symbols import a, b, eps, k, m, sigma, x_0, x_t
from ddim_lab.symbolic.undetermined import solution

eps_hat, x0_hat = sp.symbols("epsilonhat xhat_0", real=True)  # what the network predicts, and its belief
J, M, W = sp.symbols("J M W", real=True)
sigma_1 = sp.Symbol("sigma_1", positive=True)
gamma_t, gamma_1, C_1 = sp.symbols("gamma_t gamma_1 C_1", real=True)

ERROR = eps - eps_hat
BELIEFS = {x_0: (x_t - sp.sqrt(1 - a) * eps) / sp.sqrt(a), x0_hat: (x_t - sp.sqrt(1 - a) * eps_hat) / sp.sqrt(a)}
GAP = sp.sqrt(b) * sp.sqrt(1 - a) / sp.sqrt(a) - sp.sqrt(1 - b - sigma**2)  # the means differ by this times the error
GAMMA = GAP**2 / (2 * sigma**2)  # for t >= 2
GAMMA_1 = (1 - a) / (2 * a * sigma_1**2)  # for t = 1
C_FIRST = sp.log(2 * sp.pi * sigma_1**2) / 2
PAPER_WEIGHT = 1 / (2 * sigma**2 * a)  # of the paper's proof, for one pixel (d = 1)
WITH_K = Step(
    "Write the weight with k",
    "From the derivation above, before k was put in.",
    equations((gamma_t, (k * sp.sqrt(1 - a) / sp.sqrt(a)) ** 2 / (2 * sigma**2))),
)


def _by_kl(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """The first right side before is the difference of two means; J is their divergence at variance sigma^2."""
    return states(after, (J, divergence(right(before[0]), sp.S.Zero, sigma**2)))


def weight() -> Derivation:
    """gamma_t for t >= 2: the divergence of the kernel with x_0 from the kernel with the network's belief."""
    return Derivation(
        "The weight γ_t of the noise error, t ≥ 2",
        "The right kernel has the mean k·x_0 + m·x_t. The model's has the belief in the place of x_0. Both have the "
        "variance σ² > 0. M is the difference of the means, J the divergence",
        (
            Step(
                "Write down both means",
                "The same k and m, one with x_0 and one with the belief.",
                equations((M, MU_Q - MU_P), (MU_Q, k * x_0 + m * x_t), (MU_P, k * x0_hat + m * x_t)),
                given,
            ),
            Step(
                "Subtract",
                "x_t stands in both and cancels. The error of the belief counts k times.",
                equations((M, k * (x_0 - x0_hat))),
                naming,
            ),
            Step(
                "Say it in noise",
                "x_0 and the belief come from the same x_t, one with the true noise, one with the predicted noise. "
                "Again x_t cancels.",
                equations((M, k * sp.sqrt(1 - a) / sp.sqrt(a) * (eps_hat - eps))),
                follows(using=BELIEFS),
            ),
            Step(
                "Put in k",
                "The k that keeps the marginals.",
                equations((M, GAP * (eps_hat - eps))),
                follows(using={k: solution()[k]}),
            ),
            Step(
                "Take the divergence",
                "Equal variances: the squared difference over 2σ².",
                equations((J, GAP**2 * (eps_hat - eps) ** 2 / (2 * sigma**2))),
                _by_kl,
            ),
            Step(
                "Name the weight",
                "A number that depends on a, b and σ, times the squared noise error. The network is in the error only.",
                equations((J, gamma_t * ERROR**2), (gamma_t, GAMMA)),
                naming,
            ),
        ),
    )


def _of_logarithms(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    return states(after, (left(before[0]), sp.expand_log(right(before[0]), force=True)))  # a density is positive


def first_weight() -> Derivation:
    """gamma_1: at t = 1 stands no divergence but a likelihood, N(belief, sigma_1^2) with sigma_1 > 0 free."""
    density = sp.exp(-((x_0 - x0_hat) ** 2) / (2 * sigma_1**2)) / (sp.sqrt(2 * sp.pi) * sigma_1)
    return Derivation(
        "The weight γ_1 of the last transition",
        "The last transition ends at b = 1, where the kernel has no noise. There the model states how likely x_0 is: "
        "N(belief, σ_1²), with a free σ_1 > 0. J is minus the logarithm of that density",
        (
            Step(
                "Write down the likelihood",
                "A Gaussian around the belief.",
                equations((J, -sp.log(density))),
                given,
            ),
            Step(
                "Take the logarithm",
                "A square and a constant.",
                equations((J, (x_0 - x0_hat) ** 2 / (2 * sigma_1**2) + C_FIRST)),
                _of_logarithms,
            ),
            Step(
                "Say it in noise",
                "As above: x_0 and the belief come from the same x_t.",
                equations((J, (1 - a) / a * ERROR**2 / (2 * sigma_1**2) + C_FIRST)),
                follows(using=BELIEFS),
            ),
            Step(
                "Name weight and constant",
                "C_1 depends on σ_1 alone: it does not hold the network.",
                equations((J, gamma_1 * ERROR**2 + C_1), (gamma_1, GAMMA_1), (C_1, C_FIRST)),
                naming,
            ),
        ),
    )


def ddpm_weight() -> Derivation:
    """At eta = 1 gamma_t is the weight of the DDPM (DDPM, Eq. 12), with the alpha and beta of this transition."""
    return Derivation(
        "At η = 1 the weight is the DDPM's",
        "α = a/b and β = 1 − a/b belong to this one transition; k is the posterior's weight on x_0",
        (
            WITH_K,
            Step(
                "Put in the posterior's k",
                "k = √b·β/(1 − a).",
                equations((gamma_t, b * BETA**2 / (2 * sigma**2 * a * (1 - a)))),
                follows(using={k: POSTERIOR_K}),
            ),
            Step(
                "Tidy up",
                "b/a is 1/α: β²/(2σ²·α·(1 − a)), as the DDPM paper has it.",
                equations((gamma_t, BETA**2 / (2 * sigma**2 * ALPHA * (1 - a)))),
                follows(),
            ),
        ),
    )


def noise_free() -> Derivation:
    """As sigma -> 0 gamma_t grows beyond all bounds, but 2 sigma^2 gamma_t has a limit above 0."""
    A, B = sp.sqrt(1 - a) / sp.sqrt(a), sp.sqrt(1 - b) / sp.sqrt(b)
    return Derivation(
        "What is left of the weight at σ = 0",
        "J is the weight γ_t times 2σ², so that σ = 0 can be put in",
        (
            Step("Multiply by 2σ²", "The divergence has σ² below.", equations((J, GAP**2)), given),
            Step(
                "Put in σ = 0",
                "This is above 0. So γ_t itself grows beyond all bounds: J exists for σ > 0 only, DDIM is its limit.",
                equations((J, (sp.sqrt(b) * sp.sqrt(1 - a) / sp.sqrt(a) - sp.sqrt(1 - b)) ** 2)),
                follows(using={sigma: sp.S.Zero}),
            ),
            Step(
                "Factor",
                "√((1 − a)/a) and √((1 − b)/b) say how much noise there is for one part of picture, at t and at "
                "t_prev. The further apart, the larger.",
                equations((J, b * (A - B) ** 2)),
                follows(),
            ),
        ),
    )


def dropped_factors() -> Derivation:
    """gamma_t is the weight 1/(2 sigma^2 a) of the paper's proof times k^2 (1 - a), for one pixel."""
    return Derivation(
        "Two factors that are easily dropped",
        "W = 1/(2σ²·a) is the weight in the proof of the DDIM paper for one pixel; its α is our a. "
        "It also divides by the number of pixels, which only changes the scale",
        (
            WITH_K,
            Step(
                "Split off W",
                "Two factors are left over: k², because an error of the belief counts k times, and 1 − a, because an "
                "error of the noise counts √(1 − a)/√a times in the belief.",
                equations((gamma_t, k**2 * (1 - a) * W), (W, PAPER_WEIGHT)),
                naming,
            ),
        ),
    )


def as_in_the_paper() -> Derivation:
    """How one arrives at 1/(2 sigma^2 a): this derivation does NOT hold, and its residuals show at which two steps."""
    return Derivation(
        "How the weight 1/(2σ²·a) comes about",
        "As in the derivation of γ_t. Two of these steps are wrong: what is left over there is not 0",
        (
            Step(
                "Subtract the means",
                "This is still right.",
                equations((M, k * (x_0 - x0_hat))),
                given,
            ),
            Step(
                "Leave out k",
                "Wrong: k is left out, as if the kernel's mean were x_0 itself.",
                equations((M, x_0 - x0_hat)),
                follows(),
            ),
            Step(
                "Say it in noise, without √(1 − a)",
                "Wrong: the noise has the factor √(1 − a) in x_t, and that is left out.",
                equations((M, (eps_hat - eps) / sp.sqrt(a))),
                follows(using=BELIEFS),
            ),
            Step(
                "Take the divergence",
                "This step is right again, so the end looks like a result.",
                equations((J, PAPER_WEIGHT * ERROR**2)),
                _by_kl,
            ),
        ),
    )


def three_errors() -> Derivation:
    """The errors of x_0 and of v = sqrt(a) eps - sqrt(1 - a) x_0 in those of eps: a weight w on v^2 is w/a on eps^2."""
    error_x, error_v = sp.symbols("E_x E_v", real=True)
    root_a, root_1_a = sp.sqrt(a), sp.sqrt(1 - a)
    return Derivation(
        "One error, three names",
        "The picture x_t is the same for all. E_x is the error of the belief, E_v that of v = √a·ε − √(1 − a)·x_0",
        (
            Step(
                "Write down both errors",
                "Truth minus prediction.",
                equations(
                    (error_x, x_0 - x0_hat),
                    (error_v, (root_a * eps - root_1_a * x_0) - (root_a * eps_hat - root_1_a * x0_hat)),
                ),
                given,
            ),
            Step(
                "Say both in noise",
                "Squared: the x_0 error is (1 − a)/a times the noise error, the v error 1/a times. "
                "So each of the three objectives is an L with its own weights.",
                equations((error_x, -root_1_a / root_a * ERROR), (error_v, ERROR / root_a)),
                follows(using=BELIEFS),
            ),
        ),
    )
