"""The exercises of the derivation page: what is shown, what the learner typed, and what it does to the conditions."""

from collections.abc import Iterator
from typing import Any

from ddim_lab import checks
from ddim_lab.lab.apart import Apart, EndedError
from ddim_lab.lab.fields import checked, one_of
from ddim_lab.lab.fields import text as text_of
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.once import made_once
from ddim_lab.lab.pages.derivation.proof import drawn
from ddim_lab.lab.pages.derivation.view import transition
from ddim_lab.symbolic import fading, mathml
from ddim_lab.teaching.judging import UNKNOWNS

EXERCISES = tuple(exercise.key for exercise in fading.EXERCISES)
DEADLINE = 6.0  # seconds for one typed answer; a long one takes half a second, on a busy machine a few
_judging = Apart("ddim_lab.teaching.judging", DEADLINE)


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
    unknown, text, notation = checked(values, unknown=one_of(UNKNOWNS), text=text_of, notation=one_of(mathml.ALL))
    return _told({"unknown": unknown}, "read", unknown, text, notation)


def finish(values: dict[str, Any]) -> Iterator[Part]:
    """Both conditions with the learner's k and m put in, as formulas and as numbers at the transition, and a reply."""
    own = ("exercise", "notation", "k", "m")
    at = transition({name: value for name, value in values.items() if name not in own})
    key = one_of(EXERCISES)("exercise", values.get("exercise"))
    notation = one_of(mathml.ALL)("notation", values.get("notation"))
    texts = {name: text_of(name, values.get(name)) for name in UNKNOWNS}
    point = at.conditions.a, at.conditions.b, at.sigma, at.m
    return _told({"exercise": key, "j": at.j}, "finished", key, notation, texts, point)


def _told(head: dict[str, Any], function: str, *arguments: Any) -> Iterator[Part]:
    """What `teaching.judging` says; that it was ended stands where a refusal would."""
    try:
        told = _judging(function, *arguments)
    except EndedError as ended:
        told = {"refused": str(ended)}
    yield head | told, b""


def warm() -> None:
    """Starts the process that judges, so that the first answer does not wait for it."""
    _judging.warm()
