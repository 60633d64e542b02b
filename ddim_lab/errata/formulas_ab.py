"""Wrong formulas of the documents A and B, each with the sampler that follows from it."""

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab.errata import rules
from ddim_lab.errata.case import Case, Line, Setting
from ddim_lab.errata.recipe import Recipe, by_rule
from ddim_lab.errata.rules import DIRECTION, SIGMA
from ddim_lab.symbolic.posterior import ALPHA, BETA, POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import a, b, sigma

ROOT_A, ROOT_B = sp.sqrt(a), sp.sqrt(b)
ROOT_ALPHA, ROOT_BETA = sp.sqrt(ALPHA), sp.sqrt(BETA)
BETA_1, BETA_2 = sp.symbols("beta_1 beta_2", positive=True)
BETAS = {"beta_1": 0.1, "beta_2": 0.3}
X0_WEIGHT, EPS_WEIGHT = r"\text{weight of } x_0", r"\text{weight of } \epsilon"


def _one_step_late(alpha_bar: NDArray[np.float64]) -> NDArray[np.float64]:
    """alpha_bar with beta_{t-1} in the place of beta_t, and beta_0 = 0: alpha_bar_t becomes alpha_bar_{t-1}."""
    return np.concatenate([alpha_bar[:1], alpha_bar[:-1]])


WRONG_NOISE = sp.sqrt(sigma)  # what one draws with where the covariance is sigma instead of sigma^2
REMOVED = (1 - ALPHA) / sp.sqrt(1 - a)  # what the DDPM's mean takes away of the predicted noise
WRONG_SUBSTITUTE = (ROOT_ALPHA / ROOT_ALPHA, (ROOT_BETA - REMOVED) / ROOT_ALPHA)  # weights of x_0 and of eps
RIGHT_SUBSTITUTE = (ROOT_A / ROOT_ALPHA, (sp.sqrt(1 - a) - REMOVED) / ROOT_ALPHA)

CASES = (
    Case(
        key="covariance",
        document="A",
        kind="formula",
        title="The kernel's covariance is written with σ, not σ²",
        claim="Given x_t and x_0, the next picture is normal with covariance σ times the identity.",
        misconception="variance-or-deviation",
        why="The direction term leaves room for a variance of σ². With a variance of σ the marginal is too wide. "
        "At eta = 0 nobody sees it.",
        lines=(
            Line("variance of x_prev given x_0", r"\operatorname{Var}", DIRECTION**2 + WRONG_NOISE**2, 1 - b),
            Line("covariance of the kernel", r"\Sigma", WRONG_NOISE**2, sigma**2),
        ),
        recipe=Recipe(by_rule(rules.by_meaning(ROOT_B, rules.in_eta(DIRECTION), rules.in_eta(WRONG_NOISE)))),
        setting=Setting(eta=1.0, S=50),
    ),
    Case(
        key="forward-index",
        document="A",
        kind="formula",
        title="The forward step to x_t uses the variance of the step before",
        claim="x_t is made of x_(t−1) with the weights √(1 − β_(t−1)) and √β_(t−1).",
        misconception="the step that leads to x_t carries the index it comes from",
        why="The forward step that arrives at t is the t-th, and its variance is β_t. With β_(t−1) every alpha_bar is "
        "one step late, so the sampler takes each picture for a cleaner one than the network does.",
        lines=(
            Line(
                "alpha_bar at t = 2", r"\bar\alpha_2", 1 - BETA_1, sp.expand((1 - BETA_1) * (1 - BETA_2)), point=BETAS
            ),
        ),
        recipe=Recipe(by_rule(rules.right(), levels=_one_step_late)),
        setting=Setting(eta=0.0, S=250),
    ),
    Case(
        key="circular",
        document="B",
        kind="formula",
        title="The sampler's formula has x_t on both sides",
        claim="A step computes x_t as √α_t·x_0 + √(1 − α_t)·ε(x_t, t), and this is repeated from T down to 1.",
        misconception="the formula of a noisy picture is the formula of a step",
        why="It says what x_t is made of, not what comes next: the right side needs x_t and the unknown x_0. With the "
        "predicted x_0 put in, it gives back the x_t one has, so the picture never changes. A step needs the weights "
        "of the next noise level.",
        lines=(
            Line("weight of x_0 in the step", X0_WEIGHT, ROOT_A, ROOT_B),
            Line("weight of the predicted noise in the step", EPS_WEIGHT, sp.sqrt(1 - a), sp.sqrt(1 - b)),
        ),
        recipe=Recipe(by_rule(rules.by_meaning(ROOT_A, sp.sqrt(1 - a), sp.S.Zero))),
    ),
    Case(
        key="alpha-for-alpha-bar",
        document="B",
        kind="formula",
        title="α stands where ᾱ belongs",
        claim="With α_t = 1 − β_t, x_t is √α_t·x_0 + √(1 − α_t)·ε.",
        misconception="alpha",
        why="α_t = 1 − β_t says how much one step keeps; ᾱ_t, their product, says how much is left of x_0 after t "
        "steps. The DDIM paper calls the product α_t, the DDPM paper calls it ᾱ_t: that is where the two get mixed up.",
        lines=(
            Line("weight of x_0 in x_t", X0_WEIGHT, ROOT_ALPHA, ROOT_A),
            Line("weight of the noise in x_t", EPS_WEIGHT, ROOT_BETA, sp.sqrt(1 - a)),
        ),
        recipe=Recipe(by_rule(rules.by_meaning(ROOT_ALPHA, ROOT_BETA, sp.S.Zero))),
    ),
    Case(
        key="noise-off",
        document="B",
        kind="formula",
        title="The DDPM's mean with σ := 0 is called DDIM",
        claim="Take the DDPM's step and set its σ to 0: the result is DDIM.",
        misconception="noise-off",
        why="σ also stands inside the direction term. Where the fresh noise goes, the predicted noise must take its "
        "place: √(1 − b − σ²) grows to √(1 − b). Without that each step loses the variance β̃, and the pictures "
        "shrink to one blurred mean.",
        lines=(
            Line(
                "weight of the predicted noise",
                EPS_WEIGHT,
                sp.sqrt(1 - b - POSTERIOR_VARIANCE),
                sp.sqrt(1 - b),
            ),
            Line("variance of x_prev given x_0", r"\operatorname{Var}", 1 - b - POSTERIOR_VARIANCE, 1 - b),
        ),
        recipe=Recipe(by_rule(rules.by_meaning(ROOT_B, sp.sqrt(1 - b - POSTERIOR_VARIANCE), sp.S.Zero))),
    ),
    Case(
        key="substitution",
        document="B",
        kind="formula",
        title="x_t is replaced by a picture with α in it",
        claim="Putting x_t = √α_t·x_0 + √(1 − α_t)·ε into the DDPM's mean gives the step in x_0 and ε.",
        misconception="alpha",
        why="x_t holds √ᾱ_t of x_0, not √α_t. With ᾱ the weight of x_0 is √ᾱ_(t−1), as it should be; with α it is 1, "
        "the weight at the data.",
        lines=(
            Line("weight of x_0", X0_WEIGHT, WRONG_SUBSTITUTE[0], RIGHT_SUBSTITUTE[0]),
            Line("weight of the predicted noise", EPS_WEIGHT, WRONG_SUBSTITUTE[1], RIGHT_SUBSTITUTE[1]),
        ),
        recipe=Recipe(by_rule(rules.by_meaning(*WRONG_SUBSTITUTE, sp.S.Zero))),
    ),
    Case(
        key="simplification",
        document="B",
        kind="formula",
        title="The “simplified” line does not follow from the one before",
        claim="The step just found simplifies to √α_t·x_0 + √(1 − α_t)·ε, now with x_t on the left.",
        misconception="a line that looks like the paper's has been derived",
        why="The line before has the weight 1 on x_0, this one √α_t; the noise's weight changed too, and the left side "
        "was renamed from x_(t−1) to x_t. No algebra does that. Comparing coefficients finds it at once.",
        lines=(
            Line("weight of x_0", X0_WEIGHT, ROOT_ALPHA, WRONG_SUBSTITUTE[0]),
            Line("weight of the predicted noise", EPS_WEIGHT, ROOT_BETA, WRONG_SUBSTITUTE[1]),
        ),
        recipe=Recipe(by_rule(rules.by_meaning(ROOT_ALPHA, ROOT_BETA, sp.S.Zero))),
    ),
)
DDPM_MEAN = rules.by_meaning(ROOT_B, rules.at_eta_one(DIRECTION), sp.S.Zero)
DDPM_DIRECTION = rules.by_meaning(ROOT_B, rules.at_eta_one(DIRECTION), SIGMA)
