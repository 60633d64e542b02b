"""SymPy expressions as MathML in the notation a learner chose, with what changed marked and symbols that tell."""

import functools
import re
from typing import Any

import sympy as sp

from ddim_lab.symbolic import symbols
from ddim_lab.symbolic.notation import NOTATIONS, SYMBOLS
from ddim_lab.symbolic.rendering import Printer
from ddim_lab.teaching import formulas

SHORT = "short"  # a and b, as the derivations and the lessons write
ALL = (SHORT, *NOTATIONS)
NAMES = {  # the derivations' symbols in the table of `ddim_lab.symbolic.notation`, with the lab's colour
    symbols.a: ("alpha_bar_t", ""),
    symbols.b: ("alpha_bar_prev", ""),
    symbols.sigma: ("sigma", "noise"),
    symbols.z: ("z", "noise"),
    symbols.eta: ("eta", ""),
    symbols.k: ("k", "state"),
    symbols.m: ("m", "state"),
    symbols.x_0: ("x_0", ""),
    symbols.x_t: ("x_t", "state"),
    symbols.x_prev: ("x_prev", "state"),
}
Parts = frozenset[sp.Basic]


class _Marking(Printer):
    """Wraps every part of `marked`."""

    def __init__(self, settings: dict[str, Any], marked: Parts, mark: str):
        super().__init__(settings)
        self.marked, self.mark = marked, mark

    def _print(self, expr: Any, **options: Any) -> str:
        text = super()._print(expr, **options)
        return rf"\class{{{self.mark}}}{{{text}}}" if expr in self.marked else text


@functools.cache
def _names(notation: str) -> dict[sp.Symbol, str]:
    names = {}
    for symbol, (name, _) in NAMES.items():
        plain = Printer({"symbol_names": symbols.LATEX}).doprint(symbol)
        text = plain if notation == SHORT else SYMBOLS[name].latex[notation]
        names[symbol] = rf"\class{{of-{name}}}{{{text}}}"
    return names


@functools.lru_cache(2048)
def mathml(expression: sp.Basic, notation: str = SHORT, marked: Parts = frozenset(), mark: str = "changed") -> str:
    """`expression` as one <math> element; each part of `marked` carries the class `mark`.

    Where the printing of a fraction or a root hides a marked part, the whole expression carries it.
    """
    plain = {"symbol_names": _names(notation)}
    inside = frozenset(part for part in marked if expression.has(part))
    text = _Marking(plain, inside, mark).doprint(expression)
    if inside and rf"\class{{{mark}}}" not in text:
        text = rf"\class{{{mark}}}{{{text}}}"
    return _told(formulas.mathml(text))


def _told(text: str) -> str:
    """Puts the symbol's name where the page's lens looks for it, and its colour."""
    roles = dict(NAMES.values())
    return re.sub(
        r'class="of-(\w+)"',
        lambda found: f'class="symbol {roles[found[1]]}" data-symbol="{found[1]}"',
        text,
    )
