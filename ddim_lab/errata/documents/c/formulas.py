"""Wrong formulas of document C, each with the sampler that follows from it."""

import numpy as np
import sympy as sp

from ddim_lab.errata.case import Case, Repair, Suspect, even_steps
from ddim_lab.errata.forms import VARIANCE, X0_WEIGHT, Line, weights
from ddim_lab.errata.recipe import by_coefficient, by_meaning, of_one_step, on_levels
from ddim_lab.errata.rules import DIRECTION, NOTHING, PICTURE, ROOT_A, ROOT_B, K, M
from ddim_lab.symbolic.posterior import ALPHA
from ddim_lab.symbolic.symbols import a, b, sigma

NOISE_PART = M * sp.sqrt(1 - a)  # what x_t brings of its noise
ONE_NOISE = NOISE_PART + sigma  # its weight, if the fresh noise is the same draw
OF_X = M * ROOT_A  # what x_t brings of x_0
MIDWAY = ALPHA  # alpha_t in the place of alpha_bar_t

CASES = (
    Case(
        key="same-noise",
        document="C",
        kind="formula",
        title="Two independent noises carry one letter",
        claim="x_prev = k·x_0 + m·x_t + σ·ε with x_t = √ᾱ_t·x_0 + √(1 − ᾱ_t)·ε, and both ε are one.",
        misconception="one letter may stand for two noises",
        why="Variances add up only for independent noises. If both were the same draw, their weights would add up and "
        "the variance would be the square of the sum. The fresh noise needs a letter of its own.",
        lines=(Line("variance of x_prev given x_0", VARIANCE, ONE_NOISE**2, sp.expand(NOISE_PART**2 + sigma**2)),),
        recipe=by_meaning(ROOT_B, ONE_NOISE),
        setting=even_steps(eta=1.0, S=10),
        shows="wider",
        suspect=Suspect(
            cause="The predicted noise is used again as the fresh noise",
            tell="At eta = 1 another noise seed changes nothing, and the variance grows far too large.",
            setting=even_steps(eta=1.0, S=10),
            line="x_prev = ... + sigma * eps",
            repaired="x_prev = ... + sigma * z",
            others=(
                Repair("x_prev = ... + sigma**2 * z", by_meaning(ROOT_B, DIRECTION, sigma**2)),
                Repair("x_prev = ... + 0 * z", by_meaning(ROOT_B, DIRECTION, NOTHING)),
            ),
        ),
    ),
    Case(
        key="x-for-x0",
        document="C",
        kind="formula",
        title="x stands where x_0 belongs",
        claim="x_t is √α_t·x + √(1 − α_t)·ε, put into the step.",
        misconception="x without an index can mean any picture of the chain",
        why="The two weights of x_0, k and m·√a, must merge into √b. If x is read as the picture at hand, as the code "
        "below the formula does, they do not merge, and the picture is fed back to itself.",
        lines=(
            Line("weight of x_0 in x_prev", X0_WEIGHT, K, ROOT_B),
            Line("weight of x in x_prev", r"\text{weight of } x", OF_X, NOTHING),
        ),
        recipe=by_meaning(K, NOISE_PART, sigma, on_x_t=OF_X),
        shows="wider",
        suspect=Suspect(
            cause="The present picture is put where x_0 belongs",
            tell="The variance rises above 1 on the way: the picture feeds itself.",
            setting=even_steps(eta=0.0, S=10),
            line="x_prev = k * x0 + m * (sqrt(a) * x_t + sqrt(1 - a) * eps)",
            repaired="x_prev = k * x0 + m * (sqrt(a) * x0 + sqrt(1 - a) * eps)",
            others=(
                Repair(
                    "x_prev = k * x0 + m * (sqrt(b) * x0 + sqrt(1 - b) * eps)",
                    by_meaning(K + M * ROOT_B, M * sp.sqrt(1 - b), sigma),
                ),
                Repair("x_prev = k * x0 + m * (x_t + sqrt(1 - a) * eps)", by_coefficient(K - M * ROOT_A, 2 * M)),
            ),
        ),
    ),
    Case(
        key="alpha-midway",
        document="C",
        kind="formula",
        title="ᾱ becomes α in the middle of the derivation",
        claim="From one line to the next ᾱ_t is written α_t, down to the final formula; the code's α is 1 − β.",
        misconception="alpha",
        why="In the same text α = 1 − β has a name of its own. Who implements the final formula with it takes every "
        "picture for a nearly clean one: hardly any noise is removed.",
        lines=weights(
            ("weight of x_0 in x_t", "weight of the noise in x_t"), (sp.sqrt(MIDWAY), sp.sqrt(1 - MIDWAY)), PICTURE
        ),
        recipe=on_levels(of_one_step(MIDWAY)),
        shows="wider",
        suspect=Suspect(
            cause="α = 1 − β is used for ᾱ",
            tell="The variance falls far too slowly, and the mean stays near 0: hardly any noise is removed.",
            setting=even_steps(eta=0.0, S=10),
            line="a, b = alpha[t], alpha[t_prev]",
            repaired="a, b = alpha_bar[t], alpha_bar[t_prev]",
            others=(
                Repair("a, b = sqrt(alpha_bar[t]), sqrt(alpha_bar[t_prev])", on_levels(np.sqrt)),
                Repair("a, b = alpha_bar[t]**2, alpha_bar[t_prev]**2", on_levels(np.square)),
            ),
        ),
    ),
)
