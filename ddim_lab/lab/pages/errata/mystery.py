"""The mystery sampler: a patient, instruments that are opened one by one, a cause to name, a line to repair.

What a browser gets before the guess names neither the culprit nor its case: readings and candidates only.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ddim_lab import checks, errata
from ddim_lab.errata import mystery, runner
from ddim_lab.errata.case import SPACING, Repair
from ddim_lab.lab.fields import anything, checked, nothing_or, one_of, whole
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.errata import moment_curves, twin_films
from ddim_lab.lab.pages.errata.moment_curves import number
from ddim_lab.lab.settings import SEED_MAX
from ddim_lab.teaching.pages.errata import instruments


def patient(values: dict[str, Any]) -> Iterator[Part]:
    """Who comes in: the setting that was asked for, the instruments, and the causes to choose from."""
    (patient,) = checked(values, patient=called)
    at = patient.setting
    head = {
        "patient": patient.seed,
        "asked": {"eta": at.eta, "S": at.S, "spacing": SPACING, "T": at.schedule.T},
        "instruments": [{"key": key, **told} for key, told in instruments.INSTRUMENTS.items()],
        "candidates": list(patient.candidates),
    }
    return iter([(head, b"")])


def instrument(values: dict[str, Any]) -> Iterator[Part]:
    """What one instrument reads."""
    patient, name = checked(values, patient=called, name=one_of(READERS))
    return iter([({"patient": patient.seed, "name": name, **READERS[name](patient)}, b"")])


def patient_digits(values: dict[str, Any]) -> Iterator[Part]:
    """The patient's digits; with `beside`, the right sampler's from the same start and noise. No times are told.

    `line` is a candidate of the repair that the patient runs with, or -1.
    """
    rules = {"patient": called, "beside": checks.flag, "line": anything} | twin_films.START
    patient, beside, line, *start = checked(values, **rules)
    lines = candidates(patient)
    line = whole(-1, len(lines) - 1)("line", line)
    recipes = {"wrong": lines[line].recipe if line >= 0 else patient.culprit.recipe or errata.RIGHT}
    if beside:
        recipes["right"] = errata.RIGHT
    return twin_films.twins(recipes, patient.setting, *start, show_times=False)


def accuse(values: dict[str, Any]) -> Iterator[Part]:
    """The verdict on the cause `choice`, a reading against it where it is wrong; None asks for the answer.

    That brings the line at fault and lines that may repair it. A diagnosis has as many tries as it takes.
    """
    patient, choice = checked(values, patient=called, choice=anything)
    choice = nothing_or(whole(0, len(patient.options) - 1))("choice", choice)
    right = choice == patient.answer
    head = {"patient": patient.seed, "choice": choice, "right": right, "reply": None, "answer": None}
    if choice is not None and not right:
        return iter([(head | {"reply": patient.judge(choice).reply}, b"")])
    answer = {"option": patient.answer, "explanation": patient.judge(patient.answer).reply}
    lines = [candidate.line for candidate in candidates(patient)]
    named = {"case": patient.culprit.key, "line": patient.suspect.line, "repairs": lines}
    return iter([(head | {"answer": answer} | named, b"")])


def repair(values: dict[str, Any]) -> Iterator[Part]:
    """The patient with the line `choice`: its exact moments, and whether it now agrees with the right sampler."""
    patient, choice = checked(values, patient=called, choice=anything)
    lines = candidates(patient)
    choice = whole(0, len(lines) - 1)("choice", choice)
    at = patient.setting
    moments = runner.moments(lines[choice].recipe, at.schedule, at.tau, at.eta)
    seen, exact = moment_curves.paths(patient.culprit.key, at)
    right, reply = moment_curves.repaired(moments, exact)
    curves = {"repaired": moment_curves.curve(moments), "axes": moment_curves.axes_of((*seen, *moments))}
    head = {
        "patient": patient.seed,
        "choice": choice,
        "right": right,
        "reply": reply,
        "curves": _moments(patient) | curves,
    }
    return iter([(head, b"")])


def candidates(patient: mystery.Mystery) -> list[Repair]:
    """The lines that may repair the patient, in an order that tells nothing."""
    lines = patient.suspect.repairs
    return [lines[i] for i in np.random.default_rng(patient.seed).permutation(len(lines))]


def called(name: str, value: Any) -> mystery.Mystery:
    """The rule of a patient, who is called by a number."""
    return mystery.pick(checks.integer(name, value, 0, SEED_MAX))


def _moments(patient: mystery.Mystery) -> dict[str, Any]:
    seen, exact = moment_curves.paths(patient.culprit.key, patient.setting)
    return {
        "wrong": moment_curves.curve(seen),
        "right": moment_curves.curve(exact),
        "marginal": moment_curves.marginal(),
        "data": moment_curves.DATA,
        "axes": moment_curves.axes_of(seen),
    }


def _repeat(patient: mystery.Mystery) -> dict[str, Any]:
    read = patient.readings()
    return {
        "repeat": number(read.repeat),
        "reseeded": number(read.reseeded),
        "told": instruments.repeated(read.repeat, read.reseeded, patient.setting.eta),
    }


def _ruler(patient: mystery.Mystery) -> dict[str, Any]:
    visited, asked = _visited(patient), [*patient.setting.tau.tolist()[::-1], 0]
    return {"visited": visited, "asked": asked, "told": instruments.visits(visited, asked)}


def _calls(patient: mystery.Mystery) -> dict[str, Any]:
    return {"calls": len(_visited(patient)) - 1, "asked": patient.setting.S}


def _visited(patient: mystery.Mystery) -> list[int]:
    """As `patient.readings().visited`, without the runs that the other readings need."""
    return moment_curves.times(moment_curves.paths(patient.culprit.key, patient.setting)[0])


def _beside(patient: mystery.Mystery) -> dict[str, Any]:
    return {"beside": True}  # the pictures come by `patient_digits`


READERS: dict[str, Callable[[mystery.Mystery], dict[str, Any]]] = {
    "moments": _moments,
    "repeat": _repeat,
    "ruler": _ruler,
    "calls": _calls,
    "beside": _beside,
}
