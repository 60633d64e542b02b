"""Encode and edit: a digit of one's own, its code, blends, another digit, a part filled in."""

from typing import Any

from ddim_lab.lab import shell
from ddim_lab.lab.live.views import View
from ddim_lab.lab.pages.encode import code, pictures


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.pages.encode import GUIDE, QUESTIONS

    return shell.teaching(QUESTIONS, GUIDE) | {
        "shelf": pictures.shelf(),
        "marks": code.MARKS,
        "eta_end": 1.0,  # until the first answer tells the run's own
        "farewell": "The pad is yours: draw, encode, blend, change and fill whatever you like.",
    }


PAGE = shell.LivePage(
    "encode",
    "Do",
    "Encode and edit",
    _content,
    views=(
        View("encode", "ddim_lab.lab.pages.encode.view:encode", passes=True),
        View("ready", "ddim_lab.lab.pages.encode.pictures:ready", passes=True),
        View("take", "ddim_lab.lab.pages.encode.take:take", passes=True),
    ),
    # own: the view that is open, the ready digit, the way of encoding
    own=("do", "ready", "inverse"),
    drawn=True,
    beside="the ready digits were drawn by the shipped network",
)
