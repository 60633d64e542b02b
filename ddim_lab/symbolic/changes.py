"""What a step changed: the parts of its equations that the step before did not have, found in the expression trees."""

from collections.abc import Iterable
from dataclasses import dataclass

import sympy as sp

from ddim_lab.symbolic.derivation import Equations, left, right

Parts = frozenset[sp.Basic]


@dataclass(frozen=True)
class Change:
    """For each equation the parts that are new (of the later step) or that go (of the earlier one)."""

    new: tuple[Parts, ...]
    gone: tuple[Parts, ...]


def between(before: Equations, after: Equations) -> Change:
    """Compares two steps; an equation that both have is left alone."""
    return Change(_fresh(after, before), _fresh(before, after))


def _fresh(equations: Equations, others: Equations) -> tuple[Parts, ...]:
    """For each of `equations` the largest parts that `others` do not hold."""
    known: Parts = frozenset(part for other in others for part in sp.preorder_traversal(other))
    changed = []
    for equation in equations:
        if equation in known:
            changed.append(frozenset())
            continue
        parts = frozenset(_new_parts(left(equation), known)) | frozenset(_new_parts(right(equation), known))
        changed.append(_both_signs(parts or (right(equation),)))  # all parts known: their arrangement is what is new
    return tuple(changed)


def _new_parts(expression: sp.Basic, known: Parts) -> list[sp.Basic]:
    if expression in known or expression.is_Number:
        return []
    kept = [part for part in expression.args if part in known and not part.is_Number]
    if isinstance(expression, sp.Mul):
        kept = [part for part in kept if part.args]  # a lone symbol in a new product does not make it an old one
    if not kept and not isinstance(expression, sp.Integral | sp.Sum):
        return [expression]
    inner = [new for part in expression.args for new in _new_parts(part, known)]
    return inner or [expression]  # all parts are known: their arrangement is new


def _both_signs(parts: Iterable[sp.Basic]) -> Parts:
    """A printer writes a - x for a + (-x): then x is what it prints."""
    whole = set(parts)
    return frozenset(whole | {-part for part in whole if isinstance(part, sp.Expr)})
