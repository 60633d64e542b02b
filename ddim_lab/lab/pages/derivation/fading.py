"""The exercises of the derivation page: what is shown, what the learner typed, and what it does to the conditions."""

import functools
from collections.abc import Iterator
from typing import Any

import sympy as sp

from ddim_lab import checks
from ddim_lab.lab.live.values import exactly
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.derivation.proof import drawn
from ddim_lab.lab.pages.derivation.view import Transition, transition
from ddim_lab.symbolic import answers, fading, grammar, mathml, slips
from ddim_lab.symbolic.symbols import k, m

UNKNOWNS = {"k": k, "m": m}
ONLY_HERE = "Its number is 0 only because sigma is 0 here. Move eta, and it shows."
ONLY_AT_THE_END = "Its number is 0 only because b = 1 in the last transition. Choose another one, and it shows."
EXERCISES = tuple(exercise.key for exercise in fading.EXERCISES)
Answers = dict[sp.Symbol, sp.Expr]


def listed() -> list[dict[str, Any]]:
    """The exercises for the page: what is asked, and nothing of the answers."""
    return [
        {"key": one.key, "title": one.title, "task": one.task, "missing": [name.name for name in one.missing]}
        for one in fading.EXERCISES
    ]


def exercise(values: dict[str, Any]) -> Iterator[Part]:
    """The steps of `exercise` that the learner sees; with `all` those that are missing too."""
    exactly(values, "exercise", "notation", "all")
    notation = checks.choice("notation", values["notation"], mathml.ALL)
    return iter([(_shown(_key(values["exercise"]), notation, checks.flag("all", values["all"])), b"")])


@functools.lru_cache(32)
def _shown(key: str, notation: str, all: bool) -> dict[str, Any]:
    found = fading.find(key)
    steps = found.derivation.steps if all else found.shown
    rows = [drawn(before, step, notation) for before, step in zip((None, *steps), steps, strict=False)]
    return {"key": key, "all": all, "steps": rows}


def typed(values: dict[str, Any]) -> Iterator[Part]:
    """What was understood of `text`, as a formula; or in words why it was not."""
    exactly(values, "unknown", "text", "notation")
    unknown = checks.choice("unknown", values["unknown"], tuple(UNKNOWNS))
    notation = checks.choice("notation", values["notation"], mathml.ALL)
    try:
        formula = grammar.parse_solution(values["text"], UNKNOWNS[unknown], notation)
    except ValueError as refusal:
        return iter([({"unknown": unknown, "refused": str(refusal)}, b"")])
    return iter([({"unknown": unknown, "formula": mathml.of(formula, notation)}, b"")])


def finish(values: dict[str, Any]) -> Iterator[Part]:
    """Both conditions with the learner's k and m put in, as formulas and as numbers at the transition, and a reply."""
    own = ("exercise", "notation", "k", "m")
    at = transition({name: value for name, value in values.items() if name not in own})
    found, notation = fading.find(_key(values.get("exercise"))), values.get("notation")
    notation = checks.choice("notation", notation, mathml.ALL)
    texts = {name: values.get(name) for name in UNKNOWNS}
    return _finish(found, notation, texts, at)


def _finish(found: fading.Exercise, notation: str, texts: dict[str, Any], at: Transition) -> Iterator[Part]:
    head = {"exercise": found.key, "j": at.j}
    try:
        given = _read(found, notation, texts)
        left_over = answers.remainders(found, given)
        rows = [_row(one, notation, at, _real(found, given, at)) for one in left_over]
    except ValueError as refusal:
        yield {**head, "refused": str(refusal)}, b""
        return
    found_slips = {name: slips.find(found, name, given) for name in given}
    solved = len(given) == len(found.missing) and all(one.holds for one in left_over) and not any(found_slips.values())
    reply = _reply(found, given, left_over, rows, found_slips, at)
    yield {**head, "conditions": rows, "reply": reply, "solved": solved}, b""


def _read(found: fading.Exercise, notation: str, texts: dict[str, Any]) -> Answers:
    given = {}
    for name in found.missing:
        text = texts[name.name]
        if isinstance(text, str) and not text.strip():
            continue
        try:
            given[name] = grammar.parse_solution(text, name, notation)
        except ValueError as refusal:
            raise ValueError(f"{name}: {refusal}") from refusal
    if not given:
        raise ValueError("type a formula first")
    return given


def _point(at: Transition) -> answers.Point:
    return at.conditions.a, at.conditions.b, at.sigma, at.m


def _real(found: fading.Exercise, given: Answers, at: Transition) -> bool:
    """Whether all that was typed is real at `at`: squared, a root of something negative would pass for a number."""
    return all(answers.real(answers.in_terms(found, formula), _point(at)) for formula in given.values())


def _row(one: answers.Remainder, notation: str, at: Transition, real: bool) -> dict[str, Any]:
    """A condition for the page; `number` is None where it is no real number, or where an unknown is missing."""
    row = {"condition": one.condition, "holds": one.holds, "proved": one.proved, "needs": list(one.needs)}
    if one.needs:
        return row | {"formula": None, "number": None}
    shown = None if one.formula is None else mathml.of(one.formula, notation)
    return row | {"formula": shown, "number": _number(one, at) if real else None}


def _number(one: answers.Remainder, at: Transition) -> float | None:
    """At the run's own transition; where k serves any m, at the run's m."""
    if one.holds:
        return 0.0
    (value,) = answers.values(one.left, (_point(at),))
    return float(value.real) if answers.real(one.left, _point(at)) else None


def _reply(
    found: fading.Exercise,
    given: Answers,
    left_over: tuple[answers.Remainder, ...],
    rows: list[dict[str, Any]],
    found_slips: dict[sp.Symbol, slips.Slip | None],
    at: Transition,
) -> list[str]:
    """Sentences: what each slip does; without one, what is wrong with which condition; what comes next."""
    said = [f"{name}: {slip.reply}" for name, slip in found_slips.items() if slip]
    for one, row, name in zip(left_over, rows, (k, m), strict=True):
        failed = not one.holds and not one.needs
        if failed and not any(found_slips.values()):
            said.append(_direction(one.condition, row["number"]))
        if failed and at.sigma == 0 and row["number"] is not None and abs(row["number"]) < 1e-9:
            said.append(ONLY_HERE if at.conditions.b < 1 else ONLY_AT_THE_END)
        if one.needs and name in found.missing and name not in given:
            said.append(f"Now {name}: the {one.condition} condition waits for it.")
    if not said:
        said.append("Both conditions hold, and what remains of each is the number 0.")
        if not all(one.proved for one in left_over):
            said.append("This form was too long to simplify: it was compared at three points, to 40 digits.")
    return said


def _direction(condition: str, number: float | None) -> str:
    if number is None:
        return f"At this transition the {condition} condition gets no real number: a root of something negative."
    much = number > 0
    if condition == "mean":
        return f"The new mean would be too {'high' if much else 'low'}. Put your k into k + m·√a: √b should come out."
    return (
        f"The new picture would have too {'much' if much else 'little'} noise. "
        "Put your m into m²·(1 − a) + σ²: 1 − b should come out."
    )


def _key(value: Any) -> str:
    return checks.choice("exercise", value, EXERCISES)
