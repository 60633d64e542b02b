"""Wrong formulas of document B, each with the sampler that follows from it."""

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab.errata import rules
from ddim_lab.errata.case import Case, Repair, Suspect, even_steps
from ddim_lab.errata.forms import EPS_WEIGHT, VARIANCE, Line, weights
from ddim_lab.errata.recipe import Move, Recipe, by_meaning, by_rule
from ddim_lab.errata.rules import DDPM_DIRECTION, DIRECTION, NOTHING, PICTURE, ROOT_A, ROOT_B, SIGMA
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.symbolic.posterior import ALPHA, BETA
from ddim_lab.symbolic.symbols import a, b

ALPHA_PICTURE = (sp.sqrt(ALPHA), sp.sqrt(BETA))  # x_t with alpha for alpha_bar
NEXT_PICTURE = (ROOT_B, sp.sqrt(1 - b))  # of x_prev: what a step without fresh noise must give
REMOVED = (1 - ALPHA) / sp.sqrt(1 - a)  # what the DDPM's mean takes away of the predicted noise
WRONG_SUBSTITUTE, RIGHT_SUBSTITUTE = (  # the DDPM's mean in x_0 and eps, for two readings of x_t
    (picture[0] / sp.sqrt(ALPHA), (picture[1] - REMOVED) / sp.sqrt(ALPHA)) for picture in (ALPHA_PICTURE, PICTURE)
)


def _predicted_by_alpha(schedule: NoiseSchedule, tau: NDArray[np.int64], eta: float) -> list[Move]:
    """The right step, but x_0 is predicted as if x_t were made with the weights ALPHA_PICTURE."""
    step = rules.by_meaning(ROOT_B, DIRECTION, SIGMA, picture=ALPHA_PICTURE)
    taken = rules.function(ALPHA_PICTURE[0] ** 2, a, b)
    return [
        move._replace(alpha_bar_t=float(taken(move.level, schedule.alpha_bar[move.t_prev])))
        for move in by_rule(step)(schedule, tau, eta)
    ]


CASES = (
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
        lines=weights(
            ("weight of x_0 in the step", "weight of the predicted noise in the step"), PICTURE, NEXT_PICTURE
        ),
        recipe=by_meaning(*PICTURE),
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
        lines=weights(("weight of x_0 in x_t", "weight of the noise in x_t"), ALPHA_PICTURE, PICTURE),
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
            Line("weight of the predicted noise", EPS_WEIGHT, DDPM_DIRECTION, NEXT_PICTURE[1]),
            Line("variance of x_prev given x_0", VARIANCE, DDPM_DIRECTION**2, 1 - b),
        ),
        recipe=by_meaning(ROOT_B, DDPM_DIRECTION),
        shows="narrower",
        suspect=Suspect(
            cause="The DDPM's mean is used, with the fresh noise switched off",
            tell="No fresh noise, and the variance falls to almost nothing: all pictures come out alike.",
            setting=even_steps(eta=0.0, S=10),
            line="x_prev = sqrt(b) * x0 + sqrt(1 - b - sigma_1**2) * eps",
            repaired="x_prev = sqrt(b) * x0 + sqrt(1 - b) * eps",
            others=(
                Repair("x_prev = sqrt(b) * x0 + sqrt(1 - a) * eps", by_meaning(ROOT_B, sp.sqrt(1 - a), NOTHING)),
                Repair("x_prev = sqrt(a) * x0 + sqrt(1 - b) * eps", by_meaning(ROOT_A, sp.sqrt(1 - b), NOTHING)),
            ),
        ),
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
        lines=weights(("weight of x_0", "weight of the predicted noise"), WRONG_SUBSTITUTE, RIGHT_SUBSTITUTE),
        recipe=by_meaning(*WRONG_SUBSTITUTE),
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
        lines=weights(("weight of x_0", "weight of the predicted noise"), ALPHA_PICTURE, WRONG_SUBSTITUTE),
        recipe=by_meaning(*ALPHA_PICTURE),
        shows="mean",
    ),
)
