"""The derived formulas as functions of numbers, at any precision: the bridge from the proofs to the sampler."""

from collections.abc import Callable
from typing import Any

import mpmath
import sympy as sp

from ddim_lab.symbolic.posterior import sigma_of_eta
from ddim_lab.symbolic.symbols import a, b, eta, k, m, sigma, substituted
from ddim_lab.symbolic.undetermined import solution

DIGITS = 50


def formulas() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """k, m and sigma in a, b and eta: the solution of the marginal condition with sigma(eta) put in."""
    found, noise = solution(), sigma_of_eta()
    return substituted(found[k], {sigma: noise}), substituted(found[m], {sigma: noise}), noise


def evaluator(digits: int = DIGITS) -> Callable[[float, float, float], tuple[Any, Any, Any]]:
    """(alpha_bar_t, alpha_bar_prev, eta) -> (k, m, sigma), mpmath numbers of `digits` digits; floats count as exact."""
    compiled = sp.lambdify((a, b, eta), formulas(), modules="mpmath")

    def evaluate(alpha_bar_t: float, alpha_bar_prev: float, at_eta: float) -> tuple[Any, Any, Any]:
        with mpmath.workdps(digits):
            values = compiled(*(mpmath.mpf(float(value)) for value in (alpha_bar_t, alpha_bar_prev, at_eta)))
        k_value, m_value, sigma_value = values
        return k_value, m_value, sigma_value

    return evaluate
