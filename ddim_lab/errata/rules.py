"""From formulas to samplers: SymPy in a, b, eta becomes a rule (alpha_bar_t, alpha_bar_prev, eta) -> k, m, sigma.

A wrong formula may have no real value somewhere. That is a finding, not an accident: the rule then gives NaN.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import sympy as sp

from ddim_lab.symbolic import numeric, posterior, undetermined
from ddim_lab.symbolic.predictions import DIRECTION as DIRECTION  # the weight of the predicted noise
from ddim_lab.symbolic.symbols import a, b, eta, k, m, sigma, substituted

Numbers = tuple[float, float, float]
Rule = Callable[[float, float, float], Numbers]
Pair = tuple[sp.Expr, sp.Expr]

ROOT_A, ROOT_B, NOTHING = sp.sqrt(a), sp.sqrt(b), sp.S.Zero
SIGMA = posterior.sigma_of_eta()
K, M = (undetermined.solution()[unknown] for unknown in (k, m))  # in a, b, sigma
PICTURE: Pair = (ROOT_A, sp.sqrt(1 - a))  # what x_t is made of: the weights of x_0 and of eps


def in_eta(expression: sp.Expr) -> sp.Expr:
    """`expression` with sigma(eta) for sigma (DDIM, Eq. 16)."""
    return substituted(expression, {sigma: SIGMA})


# of the DDPM, with its sigma(1) for sigma, whatever eta is
DDPM_DIRECTION = substituted(DIRECTION, {sigma: substituted(SIGMA, {eta: 1})})


def by_coefficient(on_x0: sp.Expr, on_x_t: sp.Expr, noise: sp.Expr) -> Rule:
    """The rule with k = `on_x0`, m = `on_x_t`, sigma = `noise`: SymPy in a, b and eta; sigma in them is sigma(eta)."""
    return _rule((a, b, eta), lambda: (in_eta(on_x0), in_eta(on_x_t), in_eta(noise)))


def by_meaning(
    on_x0: sp.Expr, on_eps: sp.Expr, noise: sp.Expr, on_x_t: sp.Expr = NOTHING, picture: Pair = PICTURE
) -> Rule:
    """The rule of x_prev = `on_x0` x_0 + `on_eps` eps + `noise` z + `on_x_t` x_t.

    `picture`: the weights of x_0 and eps that x_t is taken to have, so that eps = (x_t - its first x_0) / its second.
    """

    def coefficients() -> tuple[sp.Expr, ...]:
        weight = in_eta(on_eps) / picture[1]
        return in_eta(on_x0) - weight * picture[0], in_eta(on_x_t) + weight, in_eta(noise)

    return _rule((a, b, eta), coefficients)


def given_sigma() -> Rule:
    """(alpha_bar_t, alpha_bar_prev, sigma) -> k, m, sigma: the right k and m for a sigma found in any way."""
    return _rule((a, b, sigma), lambda: (K, M, sigma))


@cache
def right() -> Rule:
    """The rule derived in `ddim_lab.symbolic`: that of `ddim_lab.coefficients`, but it also takes a = b."""
    return _rule((a, b, eta), numeric.formulas)


function = cache(numeric.compiled)  # floats or float64 arrays in, the same out


def _rule(arguments: tuple[sp.Symbol, ...], coefficients: Callable[[], tuple[sp.Expr, ...]]) -> Rule:
    evaluate = cache(lambda: function(coefficients(), *arguments))  # at first use: importing compiles nothing

    def rule(alpha_bar_t: float, alpha_bar_prev: float, third: float) -> Numbers:
        with np.errstate(invalid="ignore", divide="ignore"):
            values = evaluate()(*(np.float64(number) for number in (alpha_bar_t, alpha_bar_prev, third)))
        k_value, m_value, sigma_value = (float(value) for value in values)
        return k_value, m_value, sigma_value

    return rule
