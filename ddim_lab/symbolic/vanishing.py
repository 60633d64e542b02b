"""A quick, exact test of whether an expression with roots and exponentials is 0; SymPy's `simplify` is slow there.

Roots and exponentials become letters, which leaves a polynomial. If it is 0 as a polynomial, with r^2 = radicand for
each letter r of a root, then the expression is 0 wherever it is defined: that is algebra, no number is tried.
"""

from typing import Any, cast

import sympy as sp
from sympy.polys.polyerrors import CoercionFailed
from sympy.polys.rings import PolyRing


def vanishes(expression: sp.Expr) -> bool:
    """Whether the numerator is 0 with a letter r for every root, r^2 its radicand. True is certain, False is not."""
    roots: dict[sp.Expr, sp.Dummy] = {}
    lettered = cast(
        sp.Expr,
        _exponentials_named(expression).replace(
            lambda part: part.is_Pow and part.exp.is_Rational and part.exp.q == 2,
            lambda part: roots.setdefault(part.base, sp.Dummy()) ** (2 * part.exp),
        ),
    )
    terms = _terms(lettered, [*roots.values()])
    if terms is None or not roots:
        return terms == {}
    left: dict[tuple[int, ...], sp.Expr] = {}  # by which letters stay: those with an odd power
    for powers, factor in terms.items():
        even = sp.Mul(*(radicand ** (power // 2) for radicand, power in zip(roots, powers, strict=True)))
        odd = tuple(power % 2 for power in powers)
        left[odd] = left.get(odd, sp.S.Zero) + factor * even
    return all(_terms(value, []) == {} for value in left.values())


def _exponentials_named(expression: sp.Expr) -> sp.Expr:
    """`expression` with letters for pi and for each exponential: one letter where the exponents are equal."""
    names: dict[sp.Expr, sp.Dummy] = {}

    def name(exponent: sp.Expr) -> sp.Dummy:
        same = (known for known in names if vanishes(exponent - known))
        return names.setdefault(next(same, exponent), sp.Dummy())

    if expression.has(sp.exp):
        expression = cast(sp.Expr, sp.powsimp(expression, combine="exp").replace(sp.exp, name))
    return cast(sp.Expr, expression.subs(sp.pi, sp.Dummy()))


def _terms(expression: sp.Expr, letters: list[sp.Dummy]) -> dict[tuple[int, ...], sp.Expr] | None:
    """The numerator's terms by their powers of `letters`; None where it is no polynomial with rational factors."""
    numerator = sp.fraction(sp.together(expression))[0]
    others: list[Any] = sorted(numerator.free_symbols - set(letters), key=str)
    if not numerator.is_polynomial(*letters, *others):
        return None
    try:
        polynomial = PolyRing([*letters, *others], sp.QQ).from_expr(numerator)
    except (ValueError, CoercionFailed):  # pi, i and the like
        return None
    terms: dict[tuple[int, ...], list[sp.Expr]] = {}
    for powers, factor in polynomial.terms():
        rest = sp.Mul(sp.QQ.to_sympy(factor), *map(sp.Pow, others, powers[len(letters) :]))
        terms.setdefault(powers[: len(letters)], []).append(rest)
    return {powers: sp.Add(*parts) for powers, parts in terms.items()}
