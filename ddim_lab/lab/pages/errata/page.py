"""The errata clinic: known errors with what they do, and the mystery sampler."""

from typing import Any

from ddim_lab.lab import shell
from ddim_lab.lab.pages.errata import view


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.errata_questions import QUESTIONS
    from ddim_lab.teaching.page_guides import ERRATA

    return shell.teaching(QUESTIONS, ERRATA) | {
        "catalogue": view.listed(),
        "farewell": "The clinic is yours: pick any error, or call the next patient of the mystery sampler.",
    }


# own: the case that is open, its "eta,S", and the patient of the mystery
PAGE = shell.LivePage("errata", _content, own=("case", "at", "patient"), short=True)
