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


def function(
    expressions: sp.Expr | tuple[sp.Expr, ...], *arguments: sp.Symbol, digits: int = DIGITS
) -> Callable[..., Any]:
    """Derived expressions as a function of numbers: `arguments` in this order, floats count as exact.

    Gives an mpmath number of `digits` digits, or a list of them for a tuple. Raises ValueError for a missing symbol.
    """
    missing = set().union(*(one.free_symbols for one in sp.flatten([expressions]))) - set(arguments)
    if missing:
        raise ValueError(f"name {', '.join(sorted(map(str, missing)))} too: the expression holds it")
    compiled = sp.lambdify(arguments, expressions, modules="mpmath")

    def evaluate(*numbers: Any) -> Any:
        with mpmath.workdps(digits):
            values = compiled(*(mpmath.mpf(one) for one in numbers))
        return list(values) if isinstance(expressions, tuple) else values

    return evaluate


def evaluator(digits: int = DIGITS) -> Callable[[float, float, float], tuple[Any, Any, Any]]:
    """(alpha_bar_t, alpha_bar_prev, eta) -> (k, m, sigma), mpmath numbers of `digits` digits; floats count as exact."""
    compiled = function(formulas(), a, b, eta, digits=digits)

    def evaluate(alpha_bar_t: float, alpha_bar_prev: float, at_eta: float) -> tuple[Any, Any, Any]:
        k_value, m_value, sigma_value = compiled(float(alpha_bar_t), float(alpha_bar_prev), float(at_eta))
        return k_value, m_value, sigma_value

    return evaluate
