"""Document A: its formulas, the code it links to (rebuilt in our own words, as small as a fault allows), its claim."""

import math
from functools import partial

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.errata import rules, runner
from ddim_lab.errata.case import FULL, Case, Document, Finding, Note, Repair, Suspect, even_steps
from ddim_lab.errata.forms import EPS_WEIGHT, VARIANCE, Line
from ddim_lab.errata.recipe import Move, Recipe, by_meaning, by_rule, mistrained, of_one_step, on_levels
from ddim_lab.errata.rules import DDPM_DIRECTION, DIRECTION, NOTHING, PICTURE, ROOT_A, ROOT_B, SIGMA
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.symbolic.posterior import POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import a, at, b, eta, sigma, substituted
from ddim_lab.transition import coefficients

DOCUMENT = Document(
    "A",
    "A short tutorial, in Chinese, on DDIM with MNIST: T = 250, sampled in 50 steps, with a link to its code",
    "the non-Markov family and its kernel, x_0 and noise, skipping steps, sigma by matching the DDPM, eta",
)
BETA_1, BETA_2 = sp.symbols("beta_1 beta_2", positive=True)
AT_TWO = {a: sp.expand((1 - BETA_1) * (1 - BETA_2)), b: 1 - BETA_1}  # alpha_bar at t = 2 and at t = 1
BETAS = {"beta_1": 0.1, "beta_2": 0.3}
LATE = b  # alpha_bar_t where every beta is the one of the step before, and beta_0 = 0
WRONG_NOISE = sp.sqrt(sigma)  # what one draws with where the covariance is sigma instead of sigma^2
ONE_ROOT = (ROOT_A, 1 - a)  # training picture: weights of x_0 and of the noise
SQUARED = eta * POSTERIOR_VARIANCE  # the factor of the fresh noise: a variance
SHORT = NoiseSchedule.linear(250)  # with the betas made for T = 1000
UNLINKED = by_meaning(ROOT_B, DDPM_DIRECTION, sigma)  # eta scales the fresh noise alone


def on_chain(chain: NoiseSchedule) -> Recipe:
    """The right moves on another chain than the one asked for, in as many steps."""
    right = by_rule(rules.right())

    def moves(schedule: NoiseSchedule, tau: NDArray[np.int64], at_eta: float) -> list[Move]:
        return right(chain, spacing.trailing(chain.T, min(len(tau), chain.T)), at_eta)

    return Recipe(moves)


def _direction_at_zero() -> Finding:
    """At eta = 0 the implementation should be DDIM."""
    at = even_steps(eta=0.0, S=50)
    ends = (run(at.schedule, at.tau, at.eta)[-1] for run in (partial(runner.moments, UNLINKED), runner.right_moments))
    wrong, right = (math.sqrt(end.variance) for end in ends)
    said = f"At eta = 0 and S = 50 the results spread by {wrong:.4f}; DDIM's by {right:.4f}."
    return Finding({"std at eta 0": wrong, "DDIM's std": right}, said, wrong < 0.1 * right)


def _root_lost() -> Finding:
    level = float(FULL.alpha_bar[300])
    total = at(sp.Add(*(weight**2 for weight in ONE_ROOT)), level, 1.0)
    said = (
        f"At t = 300 the weights of the training picture are √{level:.3f} and {1 - level:.3f}: for data of variance 1 "
        f"its variance is {total:.3f}, not 1."
    )
    return Finding({"variance of the training picture": total}, said, abs(total - 1) > 0.1)


def _still_signal() -> Finding:
    left, full = float(SHORT.alpha_bar[-1]), float(FULL.alpha_bar[-1])
    said = (
        f"With T = 250 alpha_bar_T is {left:.3f}, with T = 1000 it is {full:.6f}: at the top {math.sqrt(left):.0%} of "
        "x_0 is still in the picture, yet sampling starts from pure noise."
    )
    return Finding({"alpha_bar_T": left, "alpha_bar_T at T = 1000": full}, said, left > 1000 * full)


def _respaced() -> Finding:
    worst = 0.0
    for S in (7, 10, 50):
        tau = spacing.trailing(FULL.T, S)
        levels = FULL.alpha_bar[[0, *tau]]
        betas = 1 - levels[1:] / levels[:-1]
        chain = NoiseSchedule.from_betas(betas).alpha_bar  # a DDPM of S steps: its own posterior, DDPM, Eq. 7
        posterior = (1 - chain[:-1]) / (1 - chain[1:]) * betas
        ours = np.asarray(coefficients(levels[1:], levels[:-1], 1.0).sigma) ** 2
        worst = max(worst, float(np.abs(posterior - ours).max()))
    said = (
        "At S = 7, 10 and 50, σ(1)² differs from the posterior variance of the DDPM with the S respaced betas by at "
        f"most {worst:.0e}."
    )
    return Finding({"largest difference": worst}, said, worst < 1e-12)


def _matched() -> Finding:
    from ddim_lab.symbolic import posterior

    match = posterior.matching()
    said = (
        f"All {len(match.steps)} steps of the derivation are checked: σ² is β̃, and the weight of x_0 then matches by "
        "itself."
    )
    return Finding({"residuals": match.residuals}, said, match.holds)


CASES: tuple[Case, ...] = (
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
            Line("variance of x_prev given x_0", VARIANCE, DIRECTION**2 + WRONG_NOISE**2, 1 - b),
            Line("covariance of the kernel", r"\Sigma", WRONG_NOISE**2, sigma**2),
        ),
        recipe=by_meaning(ROOT_B, DIRECTION, WRONG_NOISE),
        setting=even_steps(eta=1.0, S=50),
        shows="wider",
        suspect=Suspect(
            cause="The fresh noise has variance σ instead of σ²",
            tell="With fresh noise the variance lies above the right one at every time; at eta = 0 it would be right.",
            setting=even_steps(eta=1.0, S=50),
            line="x_prev = ... + sqrt(sigma) * z",
            repaired="x_prev = ... + sigma * z",
            others=(
                Repair("x_prev = ... + sigma**2 * z", by_meaning(ROOT_B, DIRECTION, sigma**2)),
                Repair("x_prev = ... + sqrt(sigma) * eps", by_meaning(ROOT_B, DIRECTION + sp.sqrt(sigma), NOTHING)),
            ),
        ),
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
        recipe=on_levels(of_one_step(LATE)),
        setting=even_steps(eta=0.0, S=250),
        shows="narrower",
    ),
    Case(
        key="linked-direction",
        document="A",
        kind="code",
        title="Linked code: the direction term uses σ(1) whatever eta is",
        claim="The step computes σ without eta and takes √(1 − b − σ²) of that; eta scales the fresh noise alone.",
        misconception="noise-off",
        wrong="direction = sqrt(1 - b - sigma_1**2) * eps",
        right="direction = sqrt(1 - b - (eta * sigma_1)**2) * eps",
        why="The predicted noise put back must grow as the fresh noise shrinks. Here it does not: at eta = 0 this is "
        "the DDPM with its noise switched off, not DDIM.",
        lines=(
            Line(
                "weight of the predicted noise at eta = 0",
                EPS_WEIGHT,
                DDPM_DIRECTION,
                substituted(DIRECTION, {sigma: 0}),
            ),
        ),
        recipe=UNLINKED,
        setting=even_steps(eta=0.5, S=50),
        shows="narrower",
        run=_direction_at_zero,
        suspect=Suspect(
            cause="eta scales the fresh noise, but not the σ in the direction term",
            tell="At eta = 1 it is right; the smaller eta is, the more variance is missing.",
            setting=even_steps(eta=0.5, S=20),
            line="x_prev = sqrt(b) * x0 + sqrt(1 - b - sigma_1**2) * eps + eta * sigma_1 * z",
            repaired="x_prev = sqrt(b) * x0 + sqrt(1 - b - (eta * sigma_1)**2) * eps + eta * sigma_1 * z",
            others=(
                Repair(
                    "x_prev = sqrt(b) * x0 + sqrt(1 - b) * eps + eta * sigma_1 * z",
                    by_meaning(ROOT_B, sp.sqrt(1 - b), sigma),
                ),
                Repair(
                    "x_prev = sqrt(b) * x0 + sqrt(1 - b - eta * sigma_1**2) * eps + eta * sigma_1 * z",
                    by_meaning(ROOT_B, sp.sqrt(1 - b - eta * POSTERIOR_VARIANCE), sigma),
                ),
            ),
        ),
    ),
    Case(
        key="linked-noise",
        document="A",
        kind="code",
        title="Linked code: the fresh noise is multiplied by eta·σ²",
        claim="The fresh noise z is added with the factor eta times the variance.",
        misconception="variance-or-deviation",
        wrong="x_prev = mean + eta * sigma_1**2 * z",
        right="x_prev = mean + eta * sigma_1 * z",
        why="z has deviation 1, so its factor is a deviation. σ is below 1, so σ² is smaller still: variance is "
        "missing after every step.",
        lines=(
            Line(
                "factor of the fresh noise at eta = 1",
                r"\text{factor of } z",
                substituted(SQUARED, {eta: 1}),
                substituted(SIGMA, {eta: 1}),
            ),
        ),
        recipe=by_meaning(ROOT_B, DIRECTION, SQUARED),
        setting=even_steps(eta=1.0, S=50),
        shows="narrower",
        suspect=Suspect(
            cause="The fresh noise is multiplied by σ²",
            tell="Variance is missing wherever fresh noise is added; at eta = 0 it would be right.",
            setting=even_steps(eta=1.0, S=20),
            line="x_prev = ... + eta * sigma_1**2 * z",
            repaired="x_prev = ... + eta * sigma_1 * z",
            others=(
                Repair("x_prev = ... + sqrt(eta * sigma_1) * z", by_meaning(ROOT_B, DIRECTION, sp.sqrt(SIGMA))),
                Repair("x_prev = ... + eta * sigma_1 * eps", by_meaning(ROOT_B, DIRECTION + sigma, NOTHING)),
            ),
        ),
    ),
    Case(
        key="linked-training-root",
        document="A",
        kind="code",
        title="Linked code: the noise in the training picture lacks its root",
        claim="For training, x_t is √ᾱ_t·x_0 plus (1 − ᾱ_t) times the noise.",
        misconception="variance-or-deviation",
        wrong="x_t = sqrt(a) * x_0 + (1 - a) * eps",
        right="x_t = sqrt(a) * x_0 + sqrt(1 - a) * eps",
        why="The network never sees as much noise as the sampler shows it. What it has learnt is right for another "
        "noise level and another size of the picture.",
        lines=(Line("weight of the noise in the training picture", EPS_WEIGHT, ONE_ROOT[1], PICTURE[1]),),
        recipe=mistrained(*ONE_ROOT),
        setting=even_steps(eta=0.0, S=50),
        shows="wider",
        run=_root_lost,
    ),
    Case(
        key="short-chain",
        document="A",
        kind="code",
        title="T = 250 with betas made for T = 1000",
        claim="The chain has 250 steps with betas from 0.0001 to 0.02, and sampling starts from N(0, 1).",
        misconception="after T steps nothing of the picture is left, whatever T is",
        wrong="betas = linspace(1e-4, 0.02, 250)   # alpha_bar_T = 0.080",
        right="betas = linspace(4e-4, 0.08, 250)   # four times as large: alpha_bar_T = 0.00003",
        why="Betas are variances of single steps: a quarter of the steps needs about four times the betas. Otherwise "
        "the start of sampling is noisier than anything the chain ends with, and its mean is off.",
        recipe=on_chain(SHORT),
        setting=even_steps(eta=0.0, S=50),
        shows="mean",
        run=_still_signal,
        suspect=Suspect(
            cause="The chain is too short for its betas: alpha_bar_T is .08",
            tell="The ruler starts at 250, and the mean stays below the data's.",
            setting=even_steps(eta=0.0, S=50),
            line="schedule = NoiseSchedule.linear(250)",
            repaired="schedule = NoiseSchedule.linear(1000)",
            others=(
                Repair("schedule = NoiseSchedule.linear(500)", on_chain(NoiseSchedule.linear(500))),
                Repair(
                    "schedule = NoiseSchedule.linear(250, 1e-4, 0.05)", on_chain(NoiseSchedule.linear(250, 1e-4, 0.05))
                ),
            ),
        ),
    ),
    Case(
        key="only-unskipped",
        document="A",
        kind="claim",
        title="“It becomes the DDPM if no step is skipped”",
        claim="With σ = σ(1) the model is the DDPM, provided one does not skip steps.",
        misconception="the DDPM exists only where no step is skipped",
        wrong="the DDPM only without skipping",
        right="with skipping, the DDPM of the respaced chain, with betas 1 − ᾱ_τ(i)/ᾱ_τ(i−1)",
        why="Nothing in the derivation says that t_prev is t − 1. With skipping it is again a DDPM: that of a chain "
        "with fewer and larger steps.",
        source="DDIM paper, Sections 4.1 and 4.2: the formulas hold for any subsequence",
        run=_respaced,
    ),
)
NOTES: tuple[Note, ...] = (
    Note(
        key="eta-matching",
        document="A",
        title="Matching one coefficient gives σ",
        says="Comparing the weight of the predicted noise with the DDPM's gives σ, and there is only one. The weight "
        "of x_t was not asked for; it matches by itself.",
        run=_matched,
    ),
)
