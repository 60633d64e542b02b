"""The mystery sampler: a patient, instruments that are opened one by one, a cause to name, a line to repair.

What a browser gets before the guess names neither the culprit nor its case: readings and candidates only.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from ddim_lab import checks, errata
from ddim_lab.errata import mystery
from ddim_lab.lab import moment_curves, twin_films
from ddim_lab.lab.errata_view import exactly
from ddim_lab.lab.moment_curves import number, words
from ddim_lab.lab.settings import SEED_MAX
from ddim_lab.lab.views import Part
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
    """The patient's digits; with `beside`, the right sampler's from the same start and noise. No times are told."""
    exactly(values, "patient", "beside", *twin_films.START)
    one = _pick(values)
    recipes = {"wrong": one.case.recipe or errata.RIGHT}
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
        head |= {"case": one.culprit.key, "line": one.culprit.line, "repairs": repairs(one)}
    return iter([(head, b"")])


def repair(values: dict[str, Any]) -> Iterator[Part]:
    """What the line `choice` does to the patient: the sampler is run with it, and its moments are shown."""
    exactly(values, "patient", "choice")
    one = _pick(values)
    lines = repairs(one)
    choice = checks.integer("choice", values["choice"], 0, len(lines) - 1)
    right = lines[choice] == one.culprit.repaired
    seen, exact = moment_curves.paths(one.culprit.key, one.setting)
    ends, wanted = words(seen[-1].variance), words(exact[-1].variance)
    told = mystery_words.repaired(right, ends, wanted)
    head = {"patient": one.seed, "choice": choice, "right": right, "reply": told}
    if right:
        head["curves"] = _moments(one) | {"repaired": moment_curves.curve(exact)}
    return iter([(head, b"")])


def repairs(one: mystery.Mystery) -> list[str]:
    """The lines to choose from, each once."""
    return list(dict.fromkeys(one.repairs))


def _pick(values: dict[str, Any]) -> mystery.Mystery:
    return mystery.pick(checks.integer("patient", values["patient"], 0, SEED_MAX))


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
    found = one.readings()
    asked = [*one.setting.tau.tolist()[::-1], 0]
    return {"visited": list(found.visited), "asked": asked, "told": mystery_words.visits(found.visited, asked)}


def _calls(one: mystery.Mystery) -> dict[str, Any]:
    return {"calls": one.readings().calls, "asked": one.setting.S}


def _beside(one: mystery.Mystery) -> dict[str, Any]:
    return {"beside": True}  # the pictures come by `patient_digits`


READERS: dict[str, Callable[[mystery.Mystery], dict[str, Any]]] = {
    "moments": _moments,
    "repeat": _repeat,
    "ruler": _ruler,
    "calls": _calls,
    "beside": _beside,
}
