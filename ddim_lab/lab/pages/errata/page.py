"""The errata clinic: known errors with what they do, and the mystery sampler."""

from typing import Any

from ddim_lab.lab import shell
from ddim_lab.lab.live.views import View
from ddim_lab.lab.pages.errata import view


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.pages.errata import GUIDE, QUESTIONS

    return shell.teaching(QUESTIONS, GUIDE) | {
        "catalogue": view.listed(),
        "farewell": "The clinic is yours: pick any error, or call the next patient of the mystery sampler.",
    }


PAGE = shell.LivePage(
    "errata",
    "Derive",
    _content,
    views=(
        View("erratum", "ddim_lab.lab.pages.errata.view:erratum"),
        View("effect", "ddim_lab.lab.pages.errata.view:effect"),
        View("guess", "ddim_lab.lab.pages.errata.view:guess"),
        View("digits", "ddim_lab.lab.pages.errata.twin_films:digits", passes=True),
        View("patient", "ddim_lab.lab.pages.errata.mystery:patient"),
        View("patient_digits", "ddim_lab.lab.pages.errata.mystery:patient_digits", passes=True),
        View("instrument", "ddim_lab.lab.pages.errata.mystery:instrument"),
        View("accuse", "ddim_lab.lab.pages.errata.mystery:accuse"),
        View("repair", "ddim_lab.lab.pages.errata.mystery:repair"),
    ),
    # own: the case that is open, its "eta,S", and the patient of the mystery
    own=("case", "at", "patient"),
    short=True,
)
