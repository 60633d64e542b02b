"""Wrong formulas of the documents C and E, each with the sampler that follows from it."""

import sympy as sp

from ddim_lab.errata import rules
from ddim_lab.errata.case import Case, Line, Setting
from ddim_lab.errata.formulas_ab import EPS_WEIGHT, NO_NOISE, ROOT_A, ROOT_B, X0_WEIGHT
from ddim_lab.errata.recipe import Recipe, by_rule, of_one_step, trained_on
from ddim_lab.errata.rules import DIRECTION, PICTURE, SIGMA, K, M
from ddim_lab.symbolic.posterior import ALPHA, POSTERIOR_K, POSTERIOR_M, POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import a, b, eta, sigma

VARIANCE = r"\operatorname{Var}"
NOISE_PART = M * sp.sqrt(1 - a)  # what x_t brings of its noise
ONE_NOISE = NOISE_PART + sigma  # its weight, if the fresh noise is the same draw
OF_X = M * ROOT_A  # what x_t brings of x_0
MIDWAY = ALPHA  # alpha_t in the place of alpha_bar_t
NO_ROOTS, ONE_ROOT = (a, 1 - a), (ROOT_A, 1 - a)  # training pictures: weights of x_0 and of the noise
LOST_ROOT = ROOT_B - ALPHA * (1 - b) / (1 - a)
KAPPA = sp.sqrt(((1 - b) ** 2 - sigma**2) / (1 - a))
LAMBDA = ROOT_B - ROOT_A * KAPPA
ETA_ONCE = eta * POSTERIOR_VARIANCE
HALF = {"eta": 0.5}

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
        recipe=Recipe(by_rule(rules.by_meaning(ROOT_B, rules.in_eta(ONE_NOISE), NO_NOISE))),
        setting=Setting(eta=1.0, S=10),
        shows="wider",
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
            Line("weight of x_0 in x_prev", X0_WEIGHT, K, sp.sqrt(b)),
            Line("weight of x in x_prev", r"\text{weight of } x", OF_X, sp.S.Zero),
        ),
        recipe=Recipe(
            by_rule(
                rules.by_meaning(
                    rules.in_eta(K), rules.in_eta(NOISE_PART), rules.in_eta(sigma), on_x_t=rules.in_eta(OF_X)
                )
            )
        ),
        shows="wider",
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
        lines=(
            Line("weight of x_0 in x_t", X0_WEIGHT, sp.sqrt(MIDWAY), PICTURE[0]),
            Line("weight of the noise in x_t", EPS_WEIGHT, sp.sqrt(1 - MIDWAY), PICTURE[1]),
        ),
        recipe=Recipe(by_rule(rules.right(), levels=of_one_step(MIDWAY))),
        shows="wider",
    ),
    Case(
        key="lost-root",
        document="E",
        kind="formula",
        title="The posterior mean lacks √ᾱ_(t−1)",
        claim="The weight of x_0 in the DDPM's posterior mean is √ᾱ_(t−1) − α_t·(1 − ᾱ_(t−1))/(1 − ᾱ_t).",
        misconception="a lost root changes a formula only a little",
        why="The second term is √ᾱ_t times the weight of x_t, and √ᾱ_t·√α_t = √ᾱ_(t−1)·α_t. Without that root the "
        "weight of x_0 is too small at every step, and over 1000 steps the mean of the data is lost.",
        lines=(Line("weight of x_0 in the posterior mean", r"\lambda_t", LOST_ROOT, POSTERIOR_K),),
        recipe=Recipe(by_rule(rules.by_coefficient(LOST_ROOT, POSTERIOR_M, sp.sqrt(POSTERIOR_VARIANCE)))),
        setting=Setting(eta=1.0, S=1000),
        shows="mean",
    ),
    Case(
        key="variance-is-deviation",
        document="E",
        kind="formula",
        title="A variance is set equal to a standard deviation",
        claim="1 − ᾱ_(t−1) = √(κ_t²·(1 − ᾱ_t) + σ_t²), and κ_t and λ_t follow with (1 − ᾱ_(t−1))².",
        misconception="variance-or-deviation",
        why="The left side is a variance, the right one a deviation. Squaring puts (1 − ᾱ_(t−1))² where 1 − ᾱ_(t−1) "
        "belongs: too little noise is put back, and near the data the root of a negative number is asked for. The next "
        "line of the same text is right again.",
        lines=(
            Line("weight of x_t", r"\kappa_t", KAPPA, M),
            Line("variance of x_prev given x_0", VARIANCE, sp.expand(KAPPA**2 * (1 - a) + sigma**2), 1 - b),
        ),
        recipe=Recipe(by_rule(rules.by_coefficient(rules.in_eta(LAMBDA), rules.in_eta(KAPPA), rules.in_eta(sigma)))),
        setting=Setting(eta=0.0, S=10),
        shows="narrower",
    ),
    Case(
        key="eta-once",
        document="E",
        kind="formula",
        title="σ² is eta times β̃, not eta² times",
        claim="The paper studies σ_t² = eta·β̃_t with eta between 0 and 1.",
        misconception="variance-or-deviation",
        why="The paper scales the deviation: σ = eta·√β̃ (its Eq. 16), so the variance has eta². The two agree at 0 "
        "and 1 only; in between, the text's eta of .25 is the paper's .5.",
        lines=(Line("variance of the fresh noise", r"\sigma_t^2", ETA_ONCE, eta**2 * POSTERIOR_VARIANCE, point=HALF),),
        recipe=Recipe(
            by_rule(
                rules.by_meaning(ROOT_B, rules.substituted(DIRECTION, {sigma: sp.sqrt(ETA_ONCE)}), sp.sqrt(ETA_ONCE))
            )
        ),
        setting=Setting(eta=0.5, S=10),
        shows="narrower",
    ),
    Case(
        key="training-without-roots",
        document="E",
        kind="formula",
        title="The training picture lacks both roots",
        claim="The network is trained to find ε in ᾱ_t·x_0 + β̄_t·ε, where β̄_t = 1 − ᾱ_t.",
        misconception="variance-or-deviation",
        why="Weights of pictures are deviations: √ᾱ_t and √(1 − ᾱ_t), whose squares add up to 1. A network trained "
        "without the roots has learnt another noise level, and expects pictures of another size, than the sampler "
        "shows it.",
        lines=(
            Line("weight of x_0 in the training picture", X0_WEIGHT, NO_ROOTS[0], PICTURE[0]),
            Line("weight of the noise in the training picture", EPS_WEIGHT, NO_ROOTS[1], PICTURE[1]),
        ),
        recipe=Recipe(
            by_rule(rules.by_coefficient(rules.in_eta(K), rules.in_eta(M), SIGMA)),
            trained_on(*NO_ROOTS),
        ),
        shows="narrower",
    ),
)
