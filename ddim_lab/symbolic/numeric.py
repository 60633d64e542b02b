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
    weights, noise = solution(), sigma_of_eta()
    return substituted(weights[k], {sigma: noise}), substituted(weights[m], {sigma: noise}), noise


def compiled(
    expressions: sp.Expr | tuple[sp.Expr, ...], *arguments: sp.Symbol, library: str = "numpy"
) -> Callable[..., Any]:
    """Expressions as a function of `arguments`, in this order, over "numpy", "math" or "mpmath".

    A tuple of expressions gives a tuple. Raises ValueError for a symbol that is no argument.
    """
    missing = set().union(*(expression.free_symbols for expression in sp.flatten([expressions]))) - set(arguments)
    if missing:
        raise ValueError(f"name {', '.join(sorted(map(str, missing)))} too: the expression holds it")
    return sp.lambdify(arguments, expressions, modules=library)


def function(
    expressions: sp.Expr | tuple[sp.Expr, ...], *arguments: sp.Symbol, digits: int = DIGITS
) -> Callable[..., Any]:
    """`compiled` at any precision: mpmath numbers of `digits` digits, a list of them for a tuple; floats are exact."""
    at_any_precision = compiled(expressions, *arguments, library="mpmath")

    def evaluate(*numbers: Any) -> Any:
        with mpmath.workdps(digits):
            values = at_any_precision(*(mpmath.mpf(number) for number in numbers))
        return list(values) if isinstance(expressions, tuple) else values

    return evaluate


def evaluator(digits: int = DIGITS) -> Callable[[float, float, float], tuple[Any, Any, Any]]:
    """(alpha_bar_t, alpha_bar_prev, eta) -> (k, m, sigma), mpmath numbers of `digits` digits; floats count as exact."""
    weights = function(formulas(), a, b, eta, digits=digits)

    def evaluate(alpha_bar_t: float, alpha_bar_prev: float, at_eta: float) -> tuple[Any, Any, Any]:
        k_value, m_value, sigma_value = weights(float(alpha_bar_t), float(alpha_bar_prev), float(at_eta))
        return k_value, m_value, sigma_value

    return evaluate
