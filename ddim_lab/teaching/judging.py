"""What a typed formula is told, as plain data: what a page sends a process of its own for (`ddim_lab.lab.apart`).

Nothing here needs NumPy or torch, so that process starts in half a second.
"""

from collections.abc import Sequence
from typing import Any

from ddim_lab.symbolic import fading, grammar, mathml
from ddim_lab.symbolic.answers import Point, Remainder
from ddim_lab.symbolic.symbols import k, m
from ddim_lab.symbolic.verdicts import Verdict, judge
from ddim_lab.teaching.typed import on_page

UNKNOWNS = {"k": k, "m": m}
Told = dict[str, Any]


def read(unknown: str, text: Any, notation: str) -> Told:
    """The formula in `text` for the page; or in words why it is none. Raises TypeError if it is no text."""
    try:
        formula = grammar.parse_solution(text, UNKNOWNS[unknown], notation)
    except ValueError as refusal:
        return {"refused": str(refusal)}
    return {"formula": mathml.of(formula, notation)}


def finished(exercise: str, notation: str, texts: dict[str, Any], point: Sequence[float]) -> Told:
    """Both conditions with the typed k and m put in, as formulas and as numbers at `point` = (a, b, sigma, m)."""
    a, b, sigma, at_m = point
    try:
        verdict = judge(fading.find(exercise), texts, notation)
        rows = [_row(verdict, condition, notation, (a, b, sigma, at_m)) for condition in verdict.conditions]
    except ValueError as refusal:
        return {"refused": str(refusal)}
    return {"conditions": rows, "reply": on_page(verdict, (a, b, sigma, at_m)), "solved": verdict.solved}


def _row(verdict: Verdict, condition: Remainder, notation: str, point: Point) -> Told:
    """A condition for the page; `number` is None where it is no real number, or where an unknown is missing.

    It is that of the run's own transition; where k serves any m, at the run's m.
    """
    told = {"condition": condition.condition, "holds": condition.holds, "proved": condition.proved}
    shown = None if condition.formula is None else mathml.of(condition.formula, notation)
    return told | {"needs": list(condition.needs), "formula": shown, "number": verdict.number(condition, point)}
