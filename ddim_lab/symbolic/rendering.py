"""Derivations as Markdown: numbered steps, the equations in LaTeX, and what each step's check left over."""

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step
from ddim_lab.symbolic.symbols import LATEX


def latex(expression: sp.Basic) -> str:
    """`expression` as LaTeX with the lab's names."""
    return sp.latex(expression, symbol_names=LATEX, order="rev-grlex")  # 1 - b, not -b + 1


def as_markdown(derivation: Derivation) -> str:
    """The whole derivation, one paragraph a step."""
    steps = zip(derivation.steps, derivation.residuals, strict=True)
    body = "\n\n".join(_step(number, step, residuals) for number, (step, residuals) in enumerate(steps, start=1))
    return f"**{derivation.title}**\n\n*Given:* {derivation.assumes}.\n\n{body}"


def _step(number: int, step: Step, residuals: tuple[sp.Expr, ...]) -> str:
    lines = r" \\ ".join(f"{latex(equation.lhs)} &= {latex(equation.rhs)}" for equation in step.equations)
    block = rf"$$\begin{{aligned}} {lines} \end{{aligned}}$$"
    return f"**{number}. {step.name}.** {step.why}\n\n{block}\n\n{_check(residuals)}"


def _check(residuals: tuple[sp.Expr, ...]) -> str:
    if not residuals:
        return "*Given: nothing to check.*"
    left = ", ".join(f"${latex(value)}$" for value in residuals)
    return f"*Check against the step before: what is left over is* {left}."
