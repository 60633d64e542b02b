"""Faulty code that document A links to, rebuilt in our own words as small as the fault allows; each runs and fails."""

import math

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.errata import formulas_ab, formulas_ce, rules, runner
from ddim_lab.errata.case import Case, Finding, Line, Setting
from ddim_lab.errata.recipe import Move, Recipe, by_rule, trained_on
from ddim_lab.errata.rules import DIRECTION, SIGMA
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.symbolic.posterior import POSTERIOR_VARIANCE
from ddim_lab.symbolic.symbols import at, eta, sigma

FULL = NoiseSchedule.linear()
SHORT = NoiseSchedule.linear(250)  # with the betas made for T = 1000


def on_chain(chain: NoiseSchedule) -> Recipe:
    """The right moves on another chain than the one asked for, in as many steps."""
    right = by_rule(rules.right())

    def moves(schedule: NoiseSchedule, tau: NDArray[np.int64], at_eta: float) -> list[Move]:
        return right(chain, spacing.trailing(chain.T, min(len(tau), chain.T)), at_eta)

    return Recipe(moves)


SQUARED = eta * POSTERIOR_VARIANCE  # the factor of the fresh noise: a variance


def _direction_at_zero() -> Finding:
    """At eta = 0 the implementation should be DDIM."""
    case = LINKED_DIRECTION
    stds = [
        math.sqrt(one[-1].variance)
        for one in (
            case.moments(FULL, spacing.trailing(1000, 50)),
            runner.right_moments(FULL, spacing.trailing(1000, 50)),
        )
    ]
    said = f"At eta = 0 and S = 50 the results spread by {stds[0]:.4f}; DDIM's by {stds[1]:.4f}."
    return Finding({"std at eta 0": stds[0], "DDIM's std": stds[1]}, said, stds[0] < 0.1 * stds[1])


LINKED_DIRECTION = Case(
    key="linked-direction",
    document="A",
    kind="code",
    title="Linked code: the direction term uses σ(1) whatever eta is",
    claim="The step computes σ without eta and takes √(1 − b − σ²) of that; eta scales the fresh noise alone.",
    misconception="noise-off",
    wrong="direction = sqrt(1 - b - sigma_1**2) * eps",
    right="direction = sqrt(1 - b - (eta * sigma_1)**2) * eps",
    why="The predicted noise put back must grow as the fresh noise shrinks. Here it does not: at eta = 0 this is the "
    "DDPM with its noise switched off, not DDIM.",
    lines=(
        Line(
            "weight of the predicted noise at eta = 0",
            formulas_ab.EPS_WEIGHT,
            formulas_ab.DDPM_DIRECTION,
            rules.substituted(DIRECTION, {sigma: 0}),
        ),
    ),
    recipe=Recipe(by_rule(formulas_ab.UNLINKED)),
    setting=Setting(eta=0.5, S=50),
    shows="narrower",
    run=_direction_at_zero,
)


def _root_lost() -> Finding:
    level = float(FULL.alpha_bar[300])
    total = at(sp.Add(*(weight**2 for weight in formulas_ce.ONE_ROOT)), level, 1.0)
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


CASES = (
    LINKED_DIRECTION,
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
                rules.substituted(SQUARED, {eta: 1}),
                rules.substituted(SIGMA, {eta: 1}),
            ),
        ),
        recipe=Recipe(by_rule(rules.by_meaning(formulas_ab.ROOT_B, rules.in_eta(DIRECTION), SQUARED))),
        setting=Setting(eta=1.0, S=50),
        shows="narrower",
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
        lines=(
            Line(
                "weight of the noise in the training picture",
                formulas_ab.EPS_WEIGHT,
                formulas_ce.ONE_ROOT[1],
                rules.PICTURE[1],
            ),
        ),
        recipe=Recipe(by_rule(rules.right()), trained_on(*formulas_ce.ONE_ROOT)),
        setting=Setting(eta=0.0, S=50),
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
        setting=Setting(eta=0.0, S=50),
        shows="mean",
        run=_still_signal,
    ),
)
