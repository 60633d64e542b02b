"""From formulas to samplers: SymPy in a, b, eta becomes a rule (alpha_bar_t, alpha_bar_prev, eta) -> k, m, sigma.

A wrong formula may have no real value somewhere. That is a finding, not an accident: the rule then gives NaN.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from ddim_lab.symbolic import numeric, posterior, undetermined
from ddim_lab.symbolic.predictions import DIRECTION as DIRECTION  # the weight of the predicted noise
from ddim_lab.symbolic.symbols import a, b, eta, k, m, sigma, substituted

Numbers = tuple[float, float, float]
Rule = Callable[[float, float, float], Numbers]
Pair = tuple[sp.Expr, sp.Expr]

SIGMA = posterior.sigma_of_eta()
K, M = (undetermined.solution()[unknown] for unknown in (k, m))  # in a, b, sigma
PICTURE: Pair = (sp.sqrt(a), sp.sqrt(1 - a))  # what x_t is made of: the weights of x_0 and of eps


def in_eta(expression: sp.Expr) -> sp.Expr:
    """`expression` with sigma(eta) for sigma (DDIM, Eq. 16)."""
    return substituted(expression, {sigma: SIGMA})


def at_eta_one(expression: sp.Expr) -> sp.Expr:
    """`expression` with the DDPM's sigma(1) for sigma, whatever eta is."""
    return substituted(expression, {sigma: substituted(SIGMA, {eta: 1})})


def by_coefficient(on_x0: sp.Expr, on_x_t: sp.Expr, noise: sp.Expr) -> Rule:
    """The rule with k = `on_x0`, m = `on_x_t`, sigma = `noise`: SymPy expressions in a, b and eta."""
    return _compiled((a, b, eta), (on_x0, on_x_t, noise))


def by_meaning(
    on_x0: sp.Expr, on_eps: sp.Expr, noise: sp.Expr, on_x_t: sp.Expr = sp.S.Zero, picture: Pair = PICTURE
) -> Rule:
    """The rule of x_prev = `on_x0` x_0 + `on_eps` eps + `noise` z + `on_x_t` x_t.

    `picture`: the weights of x_0 and eps that x_t is taken to have, so that eps = (x_t - its first x_0) / its second.
    """
    weight = on_eps / picture[1]
    return by_coefficient(on_x0 - weight * picture[0], on_x_t + weight, noise)


def given_sigma() -> Rule:
    """(alpha_bar_t, alpha_bar_prev, sigma) -> k, m, sigma: the right k and m for a sigma found in any way."""
    return _compiled((a, b, sigma), (K, M, sigma))


@cache
def right() -> Rule:
    """The rule derived in `ddim_lab.symbolic`: that of `ddim_lab.coefficients`, but it also takes a = b."""
    return _compiled((a, b, eta), numeric.formulas())


@cache
def function(expression: sp.Expr, *arguments: sp.Symbol) -> Callable[..., Any]:
    """`expression` as a function of `arguments`, in this order: floats or float64 arrays in, the same out."""
    compiled: list[Any] = []

    def value(*numbers: Any) -> Any:
        if not compiled:
            compiled.append(sp.lambdify(arguments, expression, modules="numpy"))
        return compiled[0](*numbers)

    return value


@cache
def _compiled(arguments: tuple[sp.Symbol, ...], values: tuple[sp.Expr, ...]) -> Rule:
    functions: list[Any] = []

    def rule(alpha_bar_t: float, alpha_bar_prev: float, third: float) -> Numbers:
        if not functions:  # at first use: importing the catalogue compiles nothing
            functions.append(sp.lambdify(arguments, values, modules="numpy"))
        with np.errstate(invalid="ignore", divide="ignore"):
            found = functions[0](*(np.float64(value) for value in (alpha_bar_t, alpha_bar_prev, third)))
        k_value, m_value, sigma_value = (float(value) for value in found)
        return k_value, m_value, sigma_value

    return rule
