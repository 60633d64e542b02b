"""Mean, variance and covariance of sums of independent standard normal noises, and the rules that read them off."""

from collections.abc import Sequence
from typing import cast

import sympy as sp

from ddim_lab.symbolic.derivation import Equations, right, states
from ddim_lab.symbolic.symbols import eps, z

MEAN, VARIANCE = sp.Symbol("mu", real=True), sp.Symbol("V", positive=True)  # of the picture at hand, given x_0


def expectation(of: sp.Expr, noises: Sequence[sp.Symbol] = (eps, z)) -> sp.Expr:
    """E of a polynomial of degree 2 at most in `noises`: E of each noise is 0, of its square 1, of a product 0."""
    poly = sp.Poly(sp.expand(of), *noises)
    if poly.total_degree() > 2:
        raise ValueError(f"only degrees up to 2 are needed here, got {poly.total_degree()} in {of}")
    return sp.Add(*(factor for powers, factor in poly.terms() if all(power % 2 == 0 for power in powers)))


def covariance(one: sp.Expr, other: sp.Expr, noises: Sequence[sp.Symbol] = (eps, z)) -> sp.Expr:
    """Of two expressions of degree 1 in `noises`, independent and N(0, 1): only the factors of shared noises count."""
    first, second = (_factors(of, noises) for of in (one, other))
    return sp.expand(sp.Add(*(factor * second[noise] for noise, factor in first.items())))


def _factors(of: sp.Expr, noises: Sequence[sp.Symbol]) -> dict[sp.Symbol, sp.Expr]:
    poly = sp.Poly(sp.expand(of), *noises)
    if poly.total_degree() > 1:
        raise ValueError(f"a sum of noises has degree 1 in them, got {poly.total_degree()} in {of}")
    return {noise: cast(sp.Expr, poly.coeff_monomial(noise)) for noise in noises}


def moments(expression: sp.Expr, noises: Sequence[sp.Symbol] = (eps, z)) -> tuple[sp.Expr, sp.Expr]:
    """Mean and variance over `noises`, independent and N(0, 1); `expression` has degree 1 in them."""
    return expectation(expression, noises), covariance(expression, expression, noises)


def moments_of_first(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """A rule: the new equations read MEAN = ..., VARIANCE = ... of the right side of the first old one."""
    return states(after, *zip((MEAN, VARIANCE), moments(right(before[0])), strict=True))
