"""Formulas as MathML, the one place that makes it: SymPy expressions and LaTeX, in the notation a learner chose.

A symbol is printed as LaTeX of the class `of-<name>`; its element then carries what a page's lens looks for, the name
in data-symbol and the lab's colour as a class. Parts that changed carry a class of their own.
"""

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import tostring
from xml.sax.saxutils import unescape

import sympy as sp

from ddim_lab.symbolic import symbols
from ddim_lab.symbolic.notation import NOTATIONS, SYMBOLS
from ddim_lab.symbolic.rendering import Printer

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
ROLES = dict(NAMES.values())
OF = "of-"  # + a symbol's name: the class that marks it in LaTeX
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
def _names(notation: str) -> Mapping[sp.Symbol, str]:
    names = {}
    for symbol, (name, _) in NAMES.items():
        plain = Printer({"symbol_names": symbols.LATEX}).doprint(symbol)
        text = plain if notation == SHORT else SYMBOLS[name].latex[notation]
        names[symbol] = rf"\class{{{OF}{name}}}{{{text}}}"
    return MappingProxyType(names)


@functools.lru_cache(2048)
def of(expression: sp.Basic, notation: str = SHORT, marked: Parts = frozenset(), mark: str = "changed") -> str:
    """`expression` as one <math> element; each part of `marked` carries the class `mark`.

    Where the printing of a fraction or a root hides a marked part, the whole expression carries it.
    """
    plain = {"symbol_names": dict(_names(notation))}
    inside = frozenset(part for part in marked if expression.has(part))
    text = _Marking(plain, inside, mark).doprint(expression)
    if inside and rf"\class{{{mark}}}" not in text:
        text = rf"\class{{{mark}}}{{{text}}}"
    return from_latex(text)


def from_latex(latex: str, block: bool = False) -> str:
    """`latex` as one <math> element, in which each symbol tells its name and its colour; inline, or as a `block`."""
    from latex2mathml.converter import convert_to_element

    display = "block" if block else "inline"
    element = convert_to_element(latex.replace(r"\_", "_"), display=display)  # the library keeps LaTeX's backslash
    for part in element.iter():
        if (marked := part.get("class", "")).startswith(OF):
            name = marked.removeprefix(OF)
            part.set("class", f"symbol {ROLES[name]}")
            part.set("data-symbol", name)
    return unescape(tostring(element, encoding="unicode"))  # an entity is text to the library
