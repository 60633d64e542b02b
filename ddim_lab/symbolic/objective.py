"""J_sigma = L_gamma + C: whatever sigma is, training asks for the same noise, only weighed otherwise (DDIM, Theorem 1).

J_sigma is the variational objective of the chain with sigma; L_gamma is the sum over t of gamma_t |eps - eps_hat|^2
(DDIM, Eq. 5). The weights are derived in `objective_weights`.
"""

from functools import cache
from typing import cast

import sympy as sp

from ddim_lab.symbolic.derivation import (
    Derivation,
    Equations,
    Step,
    equations,
    gap,
    given,
    left,
    naming,
    right,
    root,
    states,
)
from ddim_lab.symbolic.divergence import L_P, L_Q, R, mean_called
from ddim_lab.symbolic.objective_weights import C_1, ERROR, J, first_weight, gamma_1, gamma_t, weight
from ddim_lab.symbolic.symbols import a, eps, substituted, x_0, x_t
from ddim_lab.symbolic.undetermined import X_T

C, C_T, L = sp.symbols("C C_T L", real=True)
t, T = sp.symbols("t T", integer=True, positive=True)
log_q, log_p, gamma, error = (sp.Function(name) for name in ("l_q", "l_p", "gamma", "e"))
TOP_Q, TOP_P = sp.symbols("l_T p_T", real=True)


def _start_put_in(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    named = naming(tuple(equation.subs(x_t, X_T) for equation in before), after)
    return tuple(sp.expand_log(value, force=True) for value in named)  # all logarithms are of positive numbers


def top() -> Derivation:
    """C_T, what the start costs: q(x_T | x_0) against N(0, 1). It does not hold the network."""
    log_q, log_p = -(eps**2) / 2 - sp.log(2 * sp.pi * (1 - a)) / 2, -(x_t**2) / 2 - sp.log(2 * sp.pi) / 2
    return Derivation(
        "What the start costs",
        "Here t = T. The chain has x_t ~ N(√a·x_0, 1 − a), the sampler starts from N(0, 1). R is the logarithm of the "
        "ratio of the two densities, C_T its mean",
        (
            Step(
                "Write down both logarithms",
                "With x_t = √a·x_0 + √(1 − a)·ε the first exponent is just −ε²/2.",
                equations((R, L_Q - L_P), (L_Q, log_q), (L_P, log_p)),
                given,
            ),
            Step(
                "Subtract, and put in x_t",
                "The two logarithms of 2π cancel.",
                equations((R, X_T**2 / 2 - eps**2 / 2 - sp.log(1 - a) / 2)),
                _start_put_in,
            ),
            Step(
                "Take the mean",
                "The mean of ε is 0, that of ε² is 1. Nothing here holds the network, and it is close to 0 when a is.",
                equations((C_T, (a * x_0**2 - a - sp.log(1 - a)) / 2)),
                mean_called(C_T),
            ),
        ),
    )


def _over_chain(summand: sp.Expr) -> sp.Expr:
    return cast(sp.Expr, sp.Sum(summand, (t, 2, T)))


def paired(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """A rule: as `naming`, where a sum of differences is a difference of sums."""
    return tuple(sp.expand(value) for value in naming(before, after))


@cache
def _theorems() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """What the three derivations end with: the mean of a pair, of minus the log likelihood, and of the start."""
    (start,) = top().result
    return weight().result[J], first_weight().result[J], start


def means_of_chain(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """A rule: each mean is the result of its theorem, with the weight and the squared error at that time for its own.

    For a pair `weight`, for the likelihood, at 1, `first_weight`, and on top `top`.
    """
    pair, likelihood, start = _theorems()

    def divergence_at(at: sp.Expr) -> sp.Expr:
        return substituted(pair, {gamma_t: gamma(at), ERROR**2: error(at)})

    evidence = right(before[0]).replace(log_q, lambda at: log_p(at) + divergence_at(at))
    likelihood_at_1 = substituted(likelihood, {gamma_1: gamma(1), ERROR**2: error(1)})
    evidence = cast(sp.Expr, evidence.subs({log_p(1): -likelihood_at_1, TOP_Q: TOP_P + start}))
    return states(after, (left(before[0]), evidence))


def objective() -> Derivation:
    """J_sigma = L_gamma + C for every T."""
    chain_q = TOP_Q + _over_chain(log_q(t))
    chain_p = TOP_P + log_p(1) + _over_chain(log_p(t))
    return Derivation(
        "One objective for all σ: J = L + C",
        "J is the mean of log q(x_1 … x_T | x_0) − log p(x_0 … x_T). l_q(t) and l_p(t) are the logarithms of the two "
        "kernels that leave x_t, l_T and p_T those of the start; e(t) is the mean squared noise error at t",
        (
            Step(
                "Write both chains",
                "A chain's density is a product, its logarithm a sum. Only the model has a kernel that ends at x_0.",
                equations((J, L_Q - L_P), (L_Q, chain_q), (L_P, chain_p)),
                given,
            ),
            Step(
                "Pair equal transitions",
                "The start with the start, each kernel with its model. The likelihood of x_0 stays alone.",
                equations((J, TOP_Q - TOP_P - log_p(1) + _over_chain(log_q(t) - log_p(t)))),
                paired,
            ),
            Step(
                "Take the means",
                "Each pair becomes a divergence, γ(t)·e(t); the likelihood becomes γ(1)·e(1) and C_1; the start C_T. "
                "These are the three derivations above.",
                equations((J, C_T + gamma(1) * error(1) + C_1 + _over_chain(gamma(t) * error(t)))),
                means_of_chain,
            ),
            Step(
                "Sort",
                "L is the weighted sum of noise errors that training lowers. C holds no network. "
                "σ stands in the weights alone.",
                equations((J, L + C), (L, gamma(1) * error(1) + _over_chain(gamma(t) * error(t))), (C, C_1 + C_T)),
                naming,
            ),
        ),
    )


def shared_parameter() -> Derivation:
    """Where the weights do matter: one parameter for two levels. With a parameter for each they do not."""
    theta, best_1, best_2 = sp.symbols("theta u_1 u_2", real=True)
    weight_1, weight_2 = sp.symbols("g_1 g_2", positive=True)
    compromise = (weight_1 * best_1 + weight_2 * best_2) / (weight_1 + weight_2)
    return Derivation(
        "Where the weights matter",
        "A toy network with one number θ for two levels. Level 1 alone would choose u_1, level 2 alone u_2",
        (
            Step(
                "Write the objective",
                "Two squared errors with two weights.",
                equations((L, weight_1 * (theta - best_1) ** 2 + weight_2 * (theta - best_2) ** 2)),
                given,
            ),
            Step(
                "Take the slope",
                "The lowest point has slope 0.",
                equations((2 * weight_1 * (theta - best_1) + 2 * weight_2 * (theta - best_2), 0)),
                lambda before, after: (gap(after[0]) - sp.diff(right(before[0]), theta),),
            ),
            Step(
                "Solve for θ",
                "A compromise, and the weights choose it. So one network for all levels may end elsewhere under "
                "other weights. With a number for each level, each takes its own best value whatever the weight is.",
                equations((theta, compromise)),
                root(),
            ),
        ),
    )
