"""Derivations as Markdown: numbered steps, the equations in LaTeX, and what each step's check left over."""

import re
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

from ddim_lab.symbolic.derivation import Derivation, Step
from ddim_lab.symbolic.symbols import LATEX, eps, k, m, x_0, x_prev, x_t, z

ORDER = (x_prev, x_0, x_t, eps, z, k, m)  # terms that hold one of these come first, in this order
GREEK = {"μ": r"\mu", "σ": r"\sigma", "β": r"\beta"}


class Printer(LatexPrinter):
    """Writes sums as one would by hand: k x_0 + m x_t + sigma z, and 1 - b rather than -b + 1."""

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> Any:
        return sorted(super()._as_ordered_terms(expr, order="rev-grlex"), key=_place)

    def _print_Mul(self, expr: Any) -> str:
        if sp.pi ** (-sp.S.Half) not in expr.args:
            return super()._print_Mul(expr)
        return rf"\frac{{1}}{{\sqrt{{2 \pi}}}} {self._print(expr * sp.sqrt(2 * sp.pi))}"  # the factor of a density


def _place(term: sp.Expr) -> tuple[bool, int]:
    held = [place for place, symbol in enumerate(ORDER) if term.has(symbol)]
    return term.could_extract_minus_sign(), min(held, default=len(ORDER))


def latex(expression: sp.Basic) -> str:
    """`expression` as LaTeX with the lab's names."""
    return Printer({"symbol_names": LATEX}).doprint(expression)


def as_markdown(derivation: Derivation) -> str:
    """The whole derivation, one paragraph a step."""
    steps = zip(derivation.steps, derivation.residuals, strict=True)
    body = "\n\n".join(_step(number, step, residuals) for number, (step, residuals) in enumerate(steps, start=1))
    return f"**{_words(derivation.title)}**\n\n*Given:* {_words(derivation.assumes)}.\n\n{body}"


def _step(number: int, step: Step, residuals: tuple[sp.Expr, ...]) -> str:
    lines = r" \\ ".join(f"{latex(equation.lhs)} &= {latex(equation.rhs)}" for equation in step.equations)
    block = rf"$$\begin{{aligned}} {lines} \end{{aligned}}$$"
    return f"**{number}. {_words(step.name)}.** {_words(step.why)}\n\n{block}\n\n{_check(residuals)}"


def _check(residuals: tuple[sp.Expr, ...]) -> str:
    if not residuals:
        return "*Given: nothing to check.*"
    left = ", ".join(f"${latex(value)}$" for value in residuals)
    return f"*Check against the step before: what is left over is* {left}."


def _words(text: str) -> str:
    """Names with an index, such as x_t or σ_2, as formulas."""
    return re.sub(r"(?<!\w)([xatmzVμσβ])_(\d|t|j|prev)(?!\w)", _name, text)


def _name(match: re.Match[str]) -> str:
    letter, index = GREEK.get(match[1], match[1]), match[2]
    return f"${letter}_{{{index}}}$" if index in "tj" else f"${letter}_{{\\mathrm{{{index}}}}}$"
