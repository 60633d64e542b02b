"""Wrong formulas of the documents A and B, each with the sampler that follows from it."""

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab.errata import rules
from ddim_lab.errata.case import Case, Line, Setting
from ddim_lab.errata.recipe import Move, Recipe, by_rule, of_one_step
from ddim_lab.errata.rules import DIRECTION, PICTURE, SIGMA, Pair
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.symbolic.posterior import ALPHA, BETA
from ddim_lab.symbolic.symbols import a, b, sigma, substituted

ROOT_A, ROOT_B = sp.sqrt(a), sp.sqrt(b)
ROOT_ALPHA, ROOT_BETA = sp.sqrt(ALPHA), sp.sqrt(BETA)
NO_NOISE = sp.S.Zero
BETA_1, BETA_2 = sp.symbols("beta_1 beta_2", positive=True)
AT_TWO = {a: sp.expand((1 - BETA_1) * (1 - BETA_2)), b: 1 - BETA_1}  # alpha_bar at t = 2 and at t = 1
BETAS = {"beta_1": 0.1, "beta_2": 0.3}
X0_WEIGHT, EPS_WEIGHT = r"\text{weight of } x_0", r"\text{weight of } \epsilon"


def _predicted_by_alpha(schedule: NoiseSchedule, tau: NDArray[np.int64], eta: float) -> list[Move]:
    """The right step, but x_0 is predicted as if x_t were made with the weights ALPHA_PICTURE."""
    step = rules.by_meaning(ROOT_B, rules.in_eta(DIRECTION), SIGMA, picture=ALPHA_PICTURE)
    taken = rules.function(ALPHA_PICTURE[0] ** 2, a, b)
    return [
        move._replace(alpha_bar_t=float(taken(move.level, schedule.alpha_bar[move.t_prev])))
        for move in by_rule(step)(schedule, tau, eta)
    ]


LATE = b  # alpha_bar_t where every beta is the one of the step before, and beta_0 = 0
WRONG_NOISE = sp.sqrt(sigma)  # what one draws with where the covariance is sigma instead of sigma^2
ALPHA_PICTURE = (ROOT_ALPHA, ROOT_BETA)  # x_t with alpha for alpha_bar
NEXT_PICTURE = (ROOT_B, sp.sqrt(1 - b))  # of x_prev: what a step without fresh noise must give
DDPM_DIRECTION = rules.at_eta_one(DIRECTION)
REMOVED = (1 - ALPHA) / sp.sqrt(1 - a)  # what the DDPM's mean takes away of the predicted noise
WRONG_SUBSTITUTE, RIGHT_SUBSTITUTE = (  # the DDPM's mean in x_0 and eps, for two readings of x_t
    (picture[0] / ROOT_ALPHA, (picture[1] - REMOVED) / ROOT_ALPHA) for picture in (ALPHA_PICTURE, PICTURE)
)


def _lines(wrong: Pair, right: Pair, where: str = "", noise: str = "predicted noise") -> tuple[Line, Line]:
    """The weights of x_0 and of the noise, wrong and right."""
    symbols = X0_WEIGHT, EPS_WEIGHT
    names = f"weight of x_0{where}", f"weight of the {noise}{where}"
    first, second = (Line(*each) for each in zip(names, symbols, wrong, right, strict=True))
    return first, second


def _without_noise(weights: Pair) -> Recipe:
    """x_prev with these weights of x_0 and of the predicted noise."""
    return Recipe(by_rule(rules.by_meaning(*weights, NO_NOISE)))


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
        shows="wider",
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
            Line("alpha_bar at t = 2", r"\bar\alpha_2", substituted(LATE, AT_TWO), substituted(a, AT_TWO), point=BETAS),
        ),
        recipe=Recipe(by_rule(rules.right(), levels=of_one_step(LATE))),
        setting=Setting(eta=0.0, S=250),
        shows="narrower",
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
        lines=_lines(PICTURE, NEXT_PICTURE, " in the step"),
        recipe=_without_noise(PICTURE),
        shows="wider",
    ),
    Case(
        key="alpha-for-alpha-bar",
        document="B",
        kind="formula",
        title="α stands where ᾱ belongs",
        claim="With α_t = 1 − β_t, x_t is √α_t·x_0 + √(1 − α_t)·ε.",
        misconception="alpha",
        why="α_t = 1 − β_t says how much one step keeps; ᾱ_t, their product, says how much is left of x_0 after t "
        "steps. Who solves that for x_0 takes too little noise away. The DDIM paper calls the product α_t, the DDPM "
        "paper calls it ᾱ_t: that is where the two get mixed up.",
        lines=_lines(ALPHA_PICTURE, PICTURE, " in x_t", noise="noise"),
        recipe=Recipe(_predicted_by_alpha),
        shows="wider",
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
                DDPM_DIRECTION,
                NEXT_PICTURE[1],
            ),
            Line("variance of x_prev given x_0", r"\operatorname{Var}", DDPM_DIRECTION**2, 1 - b),
        ),
        recipe=_without_noise((ROOT_B, DDPM_DIRECTION)),
        shows="narrower",
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
        lines=_lines(WRONG_SUBSTITUTE, RIGHT_SUBSTITUTE),
        recipe=_without_noise(WRONG_SUBSTITUTE),
        shows="narrower",
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
        lines=_lines(ALPHA_PICTURE, WRONG_SUBSTITUTE),
        recipe=_without_noise(ALPHA_PICTURE),
        shows="mean",
    ),
)
DDPM_MEAN = rules.by_meaning(ROOT_B, DDPM_DIRECTION, NO_NOISE)
UNLINKED = rules.by_meaning(ROOT_B, DDPM_DIRECTION, SIGMA)  # eta scales the fresh noise alone
