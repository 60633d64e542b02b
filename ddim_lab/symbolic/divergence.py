"""The Kullback-Leibler divergence of two Gaussians of equal variance, by the mean of the log ratio."""

from functools import cache

import sympy as sp

from ddim_lab.symbolic.derivation import (
    Derivation,
    Equations,
    Rule,
    Step,
    equations,
    follows,
    given,
    naming,
    right,
    states,
)
from ddim_lab.symbolic.moments import expectation
from ddim_lab.symbolic.symbols import eps, substituted, x_prev

MU_Q, MU_P, R, D, L_Q, L_P = sp.symbols("mu_q mu_p R D L_q L_p", real=True)
V = sp.Symbol("v", positive=True)


def mean_called(name: sp.Symbol) -> Rule:
    """The rule of a mean: `name` is the right side of the step before, averaged over eps (and z)."""

    def rule(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
        return states(after, (name, expectation(right(before[0]))))

    return rule


def kl() -> Derivation:
    """The Kullback-Leibler divergence of two Gaussians of equal variance: squared difference of means / (2 v)."""
    logs = [
        (density, -((x_prev - mu) ** 2) / (2 * V) - sp.log(2 * sp.pi * V) / 2)
        for density, mu in ((L_Q, MU_Q), (L_P, MU_P))
    ]
    return Derivation(
        "Two Gaussians of equal variance: their divergence is a squared difference",
        "q is N(μ_q, v) and p is N(μ_p, v). R is the logarithm of q/p at a point x_prev, D is the mean of R when "
        "x_prev follows q: the Kullback-Leibler divergence",
        (
            Step(
                "Write down both logarithms",
                "The logarithm of a Gaussian density is a square and a constant.",
                equations((R, L_Q - L_P), *logs),
                given,
            ),
            Step(
                "Subtract",
                "The variances are equal, so the constants cancel, and so do the squares of x_prev. "
                "What is left is a straight line in x_prev.",
                equations((R, (MU_Q - MU_P) * (2 * x_prev - MU_Q - MU_P) / (2 * V))),
                naming,
            ),
            Step(
                "Let x_prev follow q",
                "That is, x_prev is μ_q plus √v times a standard normal ε.",
                equations((R, (MU_Q - MU_P) ** 2 / (2 * V) + (MU_Q - MU_P) * eps / sp.sqrt(V))),
                follows(using={x_prev: MU_Q + sp.sqrt(V) * eps}),
            ),
            Step(
                "Take the mean",
                "The mean of ε is 0. Only the distance of the two means counts.",
                equations((D, (MU_Q - MU_P) ** 2 / (2 * V))),
                mean_called(D),
            ),
        ),
    )


@cache
def _result() -> sp.Expr:
    return kl().result[D]


def divergence(mu_q: sp.Expr, mu_p: sp.Expr, variance: sp.Expr) -> sp.Expr:
    """The theorem with these means and this variance put in."""
    return substituted(_result(), {MU_Q: mu_q, MU_P: mu_p, V: variance})
