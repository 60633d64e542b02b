"""DPM-Solver++ read as DDIM: 2M (Lu et al. 2022, arXiv:2211.01095, Algorithm 2) and the first-order SDE step.

h is the stride of lambda = log(alpha_bar/(1 - alpha_bar))/2, so e^-h = sqrt(a(1 - b)/((1 - a) b)).
"""

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, given, naming, put_in
from ddim_lab.symbolic.posterior import POSTERIOR_K, POSTERIOR_M, POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import a, b, k, m, sigma, substituted, x_0, x_prev, x_t, z
from ddim_lab.symbolic.undetermined import solution

E = sp.Symbol("E", positive=True)  # e^-h
B, y, weight = sp.symbols("B y omega", real=True)  # the belief used, the belief before, h / (2 h')

FALL = sp.sqrt(a) * sp.sqrt(1 - b) / (sp.sqrt(1 - a) * sp.sqrt(b))
EXTRAPOLATED = x_0 + weight * (x_0 - y)
K_SDE = sp.sqrt(b) * (1 - E**2)
M_SDE = sp.sqrt(1 - b) / sp.sqrt(1 - a) * E
SIGMA_SDE = sp.sqrt(1 - b) * sp.sqrt(1 - E**2)


def multistep() -> Derivation:
    """DPM-Solver++(2M) is k B + m x_t with B extrapolated; equal beliefs give DDIM."""
    solved = solution()
    weights = [(unknown, substituted(solved[unknown], {sigma: 0})) for unknown in (k, m)]
    return Derivation(
        "2M is DDIM with another belief",
        "x_0 is the belief now, y the belief one step before. E is e to the power −h, where h is how far "
        "λ = log(alpha_bar/(1 − alpha_bar))/2 rises in this step; ω is h divided by twice the h of the step before. "
        "Not the last step: there h has no end, and 2M is plain",
        (
            Step(
                "Write the step as its authors do",
                "DPM-Solver++(2M). It has never heard of k and m.",
                equations(
                    (x_prev, sp.sqrt(1 - b) / sp.sqrt(1 - a) * x_t - sp.sqrt(b) * (E - 1) * B),
                    (B, EXTRAPOLATED),
                    (E, FALL),
                ),
                given,
            ),
            Step(
                "Put in E",
                "It is a quotient of the two noise levels.",
                equations(
                    (
                        x_prev,
                        (sp.sqrt(b) - sp.sqrt(a) * sp.sqrt(1 - b) / sp.sqrt(1 - a)) * B
                        + sp.sqrt(1 - b) / sp.sqrt(1 - a) * x_t,
                    ),
                    (B, EXTRAPOLATED),
                ),
                put_in(E),
            ),
            Step(
                "Name the two weights",
                "They are k and m of the marginal condition at σ = 0: the step of DDIM, with B where x_0 was.",
                equations((x_prev, k * B + m * x_t), (B, EXTRAPOLATED), *weights),
                naming,
            ),
            Step(
                "Let the two beliefs be equal",
                "Then there is nothing to extrapolate, whatever ω is.",
                equations((x_prev, k * B + m * x_t), (B, x_0), *weights),
                follows(using={y: x_0}),
            ),
            Step(
                "Put in B",
                "2M with equal beliefs is DDIM, to the letter.",
                equations((x_prev, k * x_0 + m * x_t), *weights),
                put_in(B),
            ),
        ),
    )


def sde_first_order() -> Derivation:
    """The first-order step of SDE-DPM-Solver++ has the k, m and sigma of DDIM at eta = 1."""
    left_over = (b - a) / (b * (1 - a))
    return Derivation(
        "The first SDE solver is DDIM at η = 1",
        "E is e to the power −h, where h is how far λ = log(alpha_bar/(1 − alpha_bar))/2 rises in this step; "
        "x_0 is the belief, z fresh noise",
        (
            Step(
                "Write the step as its authors do",
                "SDE-DPM-Solver++ of first order. It has never heard of η.",
                equations((x_prev, K_SDE * x_0 + M_SDE * x_t + SIGMA_SDE * z), (E, FALL)),
                given,
            ),
            Step(
                "Put in E",
                "1 − E² is (b − a)/(b(1 − a)).",
                equations(
                    (
                        x_prev,
                        sp.sqrt(b) * left_over * x_0
                        + sp.sqrt(a) * (1 - b) / (sp.sqrt(b) * (1 - a)) * x_t
                        + sp.sqrt(1 - b) * sp.sqrt(left_over) * z,
                    ),
                ),
                put_in(E),
            ),
            Step(
                "Recognise the DDPM",
                "Weight by weight its posterior: k, m and the deviation of DDIM at η = 1.",
                equations((x_prev, POSTERIOR_K * x_0 + POSTERIOR_M * x_t + sp.sqrt(POSTERIOR_VARIANCE) * z)),
                follows(),
            ),
            Step(
                "Write it by meaning",
                "Belief, predicted noise put back, fresh noise: DDIM's Eq. 12 with the σ of η = 1.",
                equations(
                    (
                        x_prev,
                        sp.sqrt(b) * x_0
                        + sp.sqrt(1 - b - sigma**2) * (x_t - sp.sqrt(a) * x_0) / sp.sqrt(1 - a)
                        + sigma * z,
                    ),
                    (sigma, sp.sqrt(POSTERIOR_VARIANCE)),
                ),
                naming,
            ),
        ),
    )
