"""A derivation as the page walks through it: equations with what changed, the check of each step, and numbers."""

import functools
import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import sympy as sp

from ddim_lab import checks
from ddim_lab.lab import fields
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.once import made_once
from ddim_lab.lab.pages.derivation.view import Transition, transition
from ddim_lab.symbolic import catalogue, mathml, symbols
from ddim_lab.symbolic.changes import between
from ddim_lab.symbolic.derivation import Step, left, right
from ddim_lab.symbolic.numeric import compiled
from ddim_lab.transition import coefficients

KNOWN = (symbols.a, symbols.b, symbols.sigma, symbols.eta, symbols.k, symbols.m)  # what has a number in every run
AGREE = 1e-9  # relative; how far the two sides of an equation may differ in floats
WARM_AFTER = 5.0  # seconds: the page that asked for it comes first
_checking = threading.Lock()


def listed() -> list[dict[str, Any]]:
    """The catalogue for the page: themes with the keys and titles of their derivations."""
    return [
        {"theme": theme, "entries": [{"key": entry.key, "title": entry.title} for entry in entries]}
        for theme, entries in catalogue.THEMES
    ]


def steps(values: dict[str, Any]) -> Iterator[Part]:
    """First all equations of `derivation` in `notation`, changes marked; then, as found, the check of each step."""
    return _steps(*fields.checked(values, derivation=_known, notation=fields.one_of(mathml.ALL)))


def _steps(key: str, notation: str) -> Iterator[Part]:
    yield {"kind": "outline", **outline(key, notation)}, b""
    for index in range(len(catalogue.derivation(key).steps)):
        left_over, seconds = checked(key, index)
        shown = [mathml.of(value, notation) for value in left_over]
        holds = all(value is sp.S.Zero for value in left_over)
        yield {"kind": "check", "key": key, "step": index, "left": shown, "holds": holds, "seconds": seconds}, b""


@made_once
def outline(key: str, notation: str) -> dict[str, Any]:
    """Title, assumptions and steps of a derivation: everything but the checks, which take their time."""
    derivation = catalogue.derivation(key)
    pairs = zip((None, *derivation.steps), derivation.steps, strict=False)
    rows = [drawn(before, step, notation) for before, step in pairs]
    return {"key": key, "title": derivation.title, "assumes": derivation.assumes, "steps": rows}


def drawn(before: Step | None, step: Step, notation: str) -> dict[str, Any]:
    """One step as the page draws it: words, and pairs of MathML; what goes and what is new is marked."""
    told = {"name": step.name, "why": step.why}
    if before is None:
        return told | {"before": [], "now": [_equation(equation, notation) for equation in step.equations]}
    change = between(before.equations, step.equations)
    were, are = zip(before.equations, change.gone, strict=True), zip(step.equations, change.new, strict=True)
    old = [_equation(equation, notation, gone, "gone") for equation, gone in were]
    now = [_equation(equation, notation, new, "changed") for equation, new in are]
    return told | {"before": old, "now": now}


def _equation(equation: sp.Eq, notation: str, parts: mathml.Parts = frozenset(), mark: str = "changed") -> list[str]:
    return [mathml.of(side, notation, parts, mark) for side in (left(equation), right(equation))]


@functools.cache
def _checked(key: str, index: int) -> tuple[tuple[sp.Expr, ...], float]:
    derivation, started = catalogue.derivation(key), time.perf_counter()
    left_over = derivation.steps[index].residuals(derivation.steps[index - 1] if index else None)
    return left_over, time.perf_counter() - started


def checked(key: str, index: int) -> tuple[tuple[sp.Expr, ...], float]:
    """What step `index` leaves over, simplified, and the seconds that took; each is done once, one at a time."""
    with _checking:
        return _checked(key, index)


def warm() -> None:
    """Checks all derivations in the background, in the order of the catalogue, so that none is waited for."""

    def work() -> None:
        time.sleep(WARM_AFTER)
        for entry in catalogue.entries():
            for index in range(len(catalogue.derivation(entry.key).steps)):
                time.sleep(0.02 + checked(entry.key, index)[1])  # knobs come first: at most half of the time is taken

    threading.Thread(target=work, name="derivations", daemon=True).start()


def numbers(values: dict[str, Any]) -> Iterator[Part]:
    """Both sides of every equation of `derivation` at transition `j` of `settings`, where its symbols have numbers."""
    key = _known("derivation", values.get("derivation"))
    at = transition({name: value for name, value in values.items() if name != "derivation"})
    return iter([_numbers(key, at)])


def _numbers(key: str, at: Transition) -> Part:
    case = catalogue.find(key).speaks_of
    known = _values(at, case)
    rows = [[_row(sides, known) for sides in equations] for equations in _compiled(key)]
    names = dict(zip(map(str, KNOWN), known, strict=True))
    return {"key": key, "j": at.j, "only": catalogue.CASES[case], "values": names, "rows": rows}, b""


def _values(at: Transition, case: str) -> tuple[float, ...]:
    """KNOWN as numbers: those of the transition, or of the case that the derivation speaks of."""
    eta = {"eta 0": 0.0, "eta 1": 1.0}.get(case, at.eta)
    a, b = at.conditions.a, 1.0 if case == "last" else at.conditions.b
    own = coefficients(a, b, eta)
    k, m = float(own.k), float(own.m)
    if case == "negative root":
        k, m = at.conditions.k_of(-m), -m
    return a, b, float(own.sigma), eta, k, m


Side = Callable[..., Any] | None


@functools.cache
def _compiled(key: str) -> tuple[tuple[tuple[Side, Side], ...], ...]:
    """Each side of each equation as a function of KNOWN; None where another symbol stands in it."""
    return tuple(
        tuple((_function(left(equation)), _function(right(equation))) for equation in step.equations)
        for step in catalogue.derivation(key).steps
    )


def _function(side: sp.Expr) -> Side:
    return compiled(side, *KNOWN, library="math") if side.free_symbols <= set(KNOWN) else None


def _row(sides: tuple[Side, Side], known: tuple[float, ...]) -> dict[str, Any] | None:
    """{"left", "right", "agree"}; a side without a number is None. None where there is nothing to show."""
    one, other = (_value(side, known) for side in sides)
    if one is None and other is None:
        return None
    agree = None if one is None or other is None else math.isclose(one, other, rel_tol=AGREE, abs_tol=1e-12)
    return {"left": one, "right": other, "agree": agree}


def _value(side: Side, known: tuple[float, ...]) -> float | None:
    if side is None:
        return None
    try:
        value = side(*known)
    except (ZeroDivisionError, ValueError, OverflowError):  # such as 1/(1 - b) at the last transition
        return None
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _known(name: str, value: Any) -> str:
    return checks.choice(name, value, tuple(entry.key for entry in catalogue.entries()))
