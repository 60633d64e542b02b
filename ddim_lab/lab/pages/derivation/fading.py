"""The exercises of the derivation page: what is shown, what the learner typed, and what it does to the conditions."""

from collections.abc import Iterator
from typing import Any

from ddim_lab import checks
from ddim_lab.lab.fields import anything, checked, one_of
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.once import made_once
from ddim_lab.lab.pages.derivation.proof import drawn
from ddim_lab.lab.pages.derivation.view import Transition, transition
from ddim_lab.symbolic import fading, grammar, mathml
from ddim_lab.symbolic.answers import Point, Remainder
from ddim_lab.symbolic.symbols import k, m
from ddim_lab.symbolic.verdicts import Verdict, judge
from ddim_lab.teaching.typed import on_page

UNKNOWNS = {"k": k, "m": m}
EXERCISES = tuple(exercise.key for exercise in fading.EXERCISES)


def listed() -> list[dict[str, Any]]:
    """The exercises for the page: what is asked, and nothing of the answers."""
    return [
        {"key": each.key, "title": each.title, "task": each.task, "missing": [name.name for name in each.missing]}
        for each in fading.EXERCISES
    ]


def exercise(values: dict[str, Any]) -> Iterator[Part]:
    """The steps of `exercise` that the learner sees; with `all` those that are missing too."""
    key, notation, all = checked(values, exercise=one_of(EXERCISES), notation=one_of(mathml.ALL), all=checks.flag)
    return iter([(_shown(key, notation, all), b"")])


@made_once
def _shown(key: str, notation: str, all: bool) -> dict[str, Any]:
    asked = fading.find(key)
    steps = asked.derivation.steps if all else asked.shown
    rows = [drawn(before, step, notation) for before, step in zip((None, *steps), steps, strict=False)]
    return {"key": key, "all": all, "steps": rows}


def typed(values: dict[str, Any]) -> Iterator[Part]:
    """What was understood of `text`, as a formula; or in words why it was not."""
    unknown, text, notation = checked(values, unknown=one_of(UNKNOWNS), text=anything, notation=one_of(mathml.ALL))
    try:
        formula = grammar.parse_solution(text, UNKNOWNS[unknown], notation)
    except ValueError as refusal:
        return iter([({"unknown": unknown, "refused": str(refusal)}, b"")])
    return iter([({"unknown": unknown, "formula": mathml.of(formula, notation)}, b"")])


def finish(values: dict[str, Any]) -> Iterator[Part]:
    """Both conditions with the learner's k and m put in, as formulas and as numbers at the transition, and a reply."""
    own = ("exercise", "notation", "k", "m")
    at = transition({name: value for name, value in values.items() if name not in own})
    exercise = fading.find(one_of(EXERCISES)("exercise", values.get("exercise")))
    notation = one_of(mathml.ALL)("notation", values.get("notation"))
    return _finish(exercise, notation, {name: values.get(name) for name in UNKNOWNS}, at)


def _finish(exercise: fading.Exercise, notation: str, texts: dict[str, Any], at: Transition) -> Iterator[Part]:
    head = {"exercise": exercise.key, "j": at.j}
    point = at.conditions.a, at.conditions.b, at.sigma, at.m
    try:
        verdict = judge(exercise, texts, notation)
        rows = [_row(verdict, condition, notation, point) for condition in verdict.conditions]
    except ValueError as refusal:
        yield {**head, "refused": str(refusal)}, b""
        return
    yield {**head, "conditions": rows, "reply": on_page(verdict, point), "solved": verdict.solved}, b""


def _row(verdict: Verdict, condition: Remainder, notation: str, point: Point) -> dict[str, Any]:
    """A condition for the page; `number` is None where it is no real number, or where an unknown is missing.

    It is that of the run's own transition; where k serves any m, at the run's m.
    """
    told = {"condition": condition.condition, "holds": condition.holds, "proved": condition.proved}
    shown = None if condition.formula is None else mathml.of(condition.formula, notation)
    return told | {"needs": list(condition.needs), "formula": shown, "number": verdict.number(condition, point)}
