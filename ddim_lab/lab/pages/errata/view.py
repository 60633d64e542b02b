"""What the errata clinic asks for about one case: its forms, its exact moments, the guess, and what was measured."""

from collections.abc import Iterator
from typing import Any

import sympy as sp

from ddim_lab import checks, errata
from ddim_lab.errata import Line
from ddim_lab.lab.fields import Rule, checked, nothing_or, one_of, whole, within
from ddim_lab.lab.live.guesses import ATTEMPT
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.once import made_once
from ddim_lab.lab.pages.errata import moment_curves, tables
from ddim_lab.symbolic import mathml
from ddim_lab.symbolic.symbols import at
from ddim_lab.teaching import questions

KEYS = tuple(case.key for case in errata.ALL)
S_MAX = 1000
# within 0..1 every transition of every walk admits eta
SETTING: dict[str, Rule] = {"eta": within(0, 1, " on this page"), "S": whole(1, S_MAX)}
HINT_NUMBERS = (
    "Put the numbers in that stand below the forms: {name} is {wrong} in the wrong one and {right} in the right one. "
    "Which way does that push the results?"
)
HINT_FORMS = (
    "Walk one step with each form: how much of the picture and how much noise does it hand on, and does it walk all "
    "the steps?"
)
GUESSES = ("larger than it should be", "smaller than it should be", "as it should be", "not a number")


def listed() -> dict[str, Any]:
    """The catalogue for the list of the page: documents with their cases."""
    return {
        "honesty": errata.HONESTY,
        "guesses": GUESSES,
        "room": max(len(f"{moment_curves.ENDS} {moment_curves.ON_THE_WAY}"), len(HINT_NUMBERS)),
        "documents": [_document(*pair) for pair in errata.by_document().items()],
    }


def _document(text: errata.Document, cases: tuple[errata.Case, ...]) -> dict[str, Any]:
    entries = [
        {
            **{"key": case.key, "title": case.title, "kind": case.kind, "believed": case.believed},
            "setting": None if case.recipe is None else {"eta": case.setting.eta, "S": case.setting.S},
        }
        for case in cases
    ]
    return {"id": text.id, "description": text.description, "covers": text.covers, "cases": entries}


def erratum(values: dict[str, Any]) -> Iterator[Part]:
    """First what `case` says and both forms in `notation`; then what running it measured, which may take a moment."""
    return _erratum(*checked(values, case=known, notation=one_of(mathml.ALL)))


def _erratum(case: errata.Case, notation: str) -> Iterator[Part]:
    yield {"kind": "outline", **_outline(case.key, notation)}, b""
    yield {"kind": "finding", "key": case.key, **finding(case.key)}, b""


@made_once
def _outline(key: str, notation: str) -> dict[str, Any]:
    case = errata.find(key)
    point = {**errata.P, **(case.lines[0].point if case.lines else {})}
    needed = {str(symbol) for line in case.lines for side in (line.wrong, line.right) for symbol in _free(side)}
    return {
        "case": {name: getattr(case, name) for name in ("key", "document", "kind", "title", "claim", "why", "source")},
        "about": errata.document(case.document).description,
        "believed": case.believed,
        "words": {"wrong": case.wrong, "right": case.right} if case.wrong else None,
        "lines": [_line(line, notation) for line in case.lines],
        "point": {name: value for name, value in point.items() if name in needed},
    }


def _line(line: Line, notation: str) -> dict[str, Any]:
    point = {**errata.P, **line.point}
    a, b = point.pop("a"), point.pop("b")
    wrong, right = line.at_point
    return {
        "name": line.name,
        "symbol": mathml.from_latex(line.symbol),
        "wrong": mathml.of(sp.sympify(line.wrong), notation),
        "right": mathml.of(sp.sympify(line.right), notation),
        "residual": mathml.of(line.residual, notation),
        "at": {"wrong": wrong, "right": right, "residual": at(line.residual, a, b, **point)},
    }


def _free(side: Any) -> set[Any]:
    return set(sp.sympify(side).free_symbols)


@made_once
def finding(key: str) -> dict[str, Any]:
    """What the case's own `run` measured, as a sentence and a table; nothing where the formulas say it all."""
    case = errata.find(key)
    if case.run is None:
        return {"statement": "", "holds": True, "table": None}
    measured = case.run()
    table = tables.table(key, measured.facts)
    return {"statement": measured.statement, "holds": measured.holds, "table": table}


def effect(values: dict[str, Any]) -> Iterator[Part]:
    """Exact mean and variance at every visited t, of the faulty and of the right sampler, at `eta` and `S`."""
    case, eta, S = checked(values, case=drawing, **SETTING)
    at = errata.even_steps(eta, S)
    return iter([({"key": case.key, **moment_curves.compared(case, at), "axes": moment_curves.axes(case.key)}, b"")])


def guess(values: dict[str, Any]) -> Iterator[Part]:
    """What the variance at the end of `case` is at its own setting, against the guess `choice` of GUESSES.

    A hint to a wrong first one, as to every question; None asks for the answer.
    """
    rules = {"case": drawing, "choice": nothing_or(whole(0, len(GUESSES) - 1)), "attempt": ATTEMPT}
    case, choice, attempt = checked(values, **rules)
    right, told = moment_curves.verdict(case)
    head = {"key": case.key, "choice": choice, "right": choice == right, "reply": hint(case)}
    return iter([(head | questions.answer(choice, right, attempt, lambda: told), b"")])


def hint(case: errata.Case) -> str:
    """Where in the two forms to look, without what comes of it."""
    for line in case.lines:
        wrong, right = line.at_point
        if wrong != right:
            return HINT_NUMBERS.format(
                name=line.name, wrong=moment_curves.words(wrong), right=moment_curves.words(right)
            )
    return HINT_FORMS


def known(name: str, value: Any) -> errata.Case:
    """The rule of a case: any of the catalogue."""
    return errata.find(checks.choice(name, value, KEYS))


def drawing(name: str, value: Any) -> errata.Case:
    """The rule of a case that changes a sampler."""
    case = known(name, value)
    if case.recipe is None:
        raise ValueError(f"the case {case.key!r} does not change a sampler: there is nothing to draw")
    return case
