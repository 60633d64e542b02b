"""The mystery sampler: a patient, instruments that are opened one by one, a cause to name, a line to repair.

What a browser gets before the guess names neither the culprit nor its case: readings and candidates only.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ddim_lab import checks, errata
from ddim_lab.errata import mystery, repairs, runner
from ddim_lab.lab.live.values import exactly
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.errata import moment_curves, twin_films
from ddim_lab.lab.pages.errata.moment_curves import number, words
from ddim_lab.lab.settings import SEED_MAX
from ddim_lab.teaching import mystery_words


def patient(values: dict[str, Any]) -> Iterator[Part]:
    """Who comes in: the setting that was asked for, the instruments, and the causes to choose from."""
    exactly(values, "patient")
    one = _pick(values)
    head = {
        "patient": one.seed,
        "asked": asdict(one.setting),
        "instruments": [{"key": key, **told} for key, told in mystery_words.INSTRUMENTS.items()],
        "candidates": list(one.candidates),
    }
    return iter([(head, b"")])


def instrument(values: dict[str, Any]) -> Iterator[Part]:
    """What one instrument reads."""
    exactly(values, "patient", "name")
    name = checks.choice("name", values["name"], tuple(READERS))
    one = _pick(values)
    return iter([({"patient": one.seed, "name": name, **READERS[name](one)}, b"")])


def patient_digits(values: dict[str, Any]) -> Iterator[Part]:
    """The patient's digits; with `beside`, the right sampler's from the same start and noise. No times are told.

    `line` is a candidate of the repair that the patient runs with, or -1.
    """
    exactly(values, "patient", "beside", "line", *twin_films.START)
    one = _pick(values)
    lines = candidates(one)
    line = checks.integer("line", values["line"], -1, len(lines) - 1)
    recipes = {"wrong": lines[line].recipe if line >= 0 else _recipe(one)}
    if checks.flag("beside", values["beside"]):
        recipes["right"] = errata.RIGHT
    return twin_films.twins(recipes, one.setting, values, show_times=False)


def accuse(values: dict[str, Any]) -> Iterator[Part]:
    """The verdict on the cause `choice`; for the right one also the line at fault and lines that may repair it."""
    exactly(values, "patient", "choice")
    one = _pick(values)
    choice = checks.integer("choice", values["choice"], 0, len(one.options) - 1)
    verdict = one.judge(choice)
    head = {"patient": one.seed, "choice": choice, "right": verdict.right, "reply": verdict.reply}
    if verdict.right:
        lines = [candidate.line for candidate in candidates(one)]
        head |= {"case": one.culprit.key, "line": repairs.of(one.culprit.key).at_fault, "repairs": lines}
    return iter([(head, b"")])


def repair(values: dict[str, Any]) -> Iterator[Part]:
    """The patient with the line `choice`: its exact moments, and whether it now agrees with the right sampler."""
    exactly(values, "patient", "choice")
    one = _pick(values)
    lines = candidates(one)
    choice = checks.integer("choice", values["choice"], 0, len(lines) - 1)
    at = one.setting
    found = runner.moments(lines[choice].recipe, at.schedule, at.tau, at.eta)
    seen, exact = moment_curves.paths(one.culprit.key, at)
    curves = _moments(one) | {"repaired": moment_curves.curve(found), "axes": moment_curves.axes_of((*seen, *found))}
    told = moment_curves.parting(found, exact)
    return iter(
        [
            (
                {
                    "patient": one.seed,
                    "choice": choice,
                    "right": told is None,
                    "reply": _said(told, found),
                    "curves": curves,
                },
                b"",
            )
        ]
    )


def candidates(one: mystery.Mystery) -> list[repairs.Repair]:
    """The lines that may repair the patient, in an order that tells nothing."""
    lines = repairs.of(one.culprit.key).all
    return [lines[i] for i in np.random.default_rng(one.seed).permutation(len(lines))]


def _said(parting: str | None, found: Sequence[errata.Moment]) -> str:
    if parting is None:
        return (
            f"Repaired: with this line the mean and the variance are the right ones at every t, to the end "
            f"({words(found[-1].variance)})."
        )
    return f"It was run with this line, and it still fails: {parting}"


def _pick(values: dict[str, Any]) -> mystery.Mystery:
    return mystery.pick(checks.integer("patient", values["patient"], 0, SEED_MAX))


def _recipe(one: mystery.Mystery) -> errata.Recipe:
    return one.case.recipe or errata.RIGHT


def _moments(one: mystery.Mystery) -> dict[str, Any]:
    seen, exact = moment_curves.paths(one.culprit.key, one.setting)
    return {
        "wrong": moment_curves.curve(seen),
        "right": moment_curves.curve(exact),
        "marginal": moment_curves.marginal(),
        "data": moment_curves.DATA,
        "axes": moment_curves.axes_of(seen),
    }


def _repeat(one: mystery.Mystery) -> dict[str, Any]:
    found = one.readings()
    return {
        "repeat": number(found.repeat),
        "reseeded": number(found.reseeded),
        "told": mystery_words.repeated(found.repeat, found.reseeded, one.setting.eta),
    }


def _ruler(one: mystery.Mystery) -> dict[str, Any]:
    visited, asked = _visited(one), [*one.setting.tau.tolist()[::-1], 0]
    return {"visited": visited, "asked": asked, "told": mystery_words.visits(visited, asked)}


def _calls(one: mystery.Mystery) -> dict[str, Any]:
    return {"calls": len(_visited(one)) - 1, "asked": one.setting.S}


def _visited(one: mystery.Mystery) -> list[int]:
    """As `one.readings().visited`, without the runs that the other readings need."""
    return [moment.t for moment in moment_curves.paths(one.culprit.key, one.setting)[0]]


def _beside(one: mystery.Mystery) -> dict[str, Any]:
    return {"beside": True}  # the pictures come by `patient_digits`


READERS: dict[str, Callable[[mystery.Mystery], dict[str, Any]]] = {
    "moments": _moments,
    "repeat": _repeat,
    "ruler": _ruler,
    "calls": _calls,
    "beside": _beside,
}
