"""The errata clinic: known errors with what they do, and the mystery sampler."""

from functools import cache
from typing import Any

from ddim_lab.lab import shell
from ddim_lab.lab.errata import view

OWN = ("case", "at", "patient")  # the case that is open, its "eta,S", and the patient of the mystery


@cache
def _content() -> dict[str, Any]:
    """Guide, questions, and the list of cases: the same for everyone, sent once."""
    from ddim_lab.teaching.errata_questions import QUESTIONS
    from ddim_lab.teaching.page_guides import ERRATA

    return shell.teaching(QUESTIONS, ERRATA) | {
        "catalogue": view.listed(),
        "farewell": "The clinic is yours: pick any error, or call the next patient of the mystery sampler.",
    }


def page() -> None:
    """The page's script."""
    shell.page("errata", "errata", _content, own=OWN)
