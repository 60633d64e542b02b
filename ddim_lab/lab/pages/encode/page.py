"""Encode and edit: a digit of one's own, its code, blends, another digit, a part filled in."""

import base64
from typing import Any

from ddim_lab.lab import shell
from ddim_lab.lab.live.views import View
from ddim_lab.lab.pages.encode import code, pictures


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.pages.encode import GUIDE, NOTES, QUESTIONS

    return shell.teaching(QUESTIONS, GUIDE, NOTES) | {
        "shelf": pictures.shelf(),
        "marks": code.MARKS,
        "cloud": _cloud(),
        "eta_end": 1.0,  # until the first answer tells the run's own
        "farewell": "The pad is yours: draw, encode, blend, change and fill whatever you like.",
    }


def _cloud() -> dict[str, Any]:
    """A cloud and its code as pictures, and how far neighbouring pixels go together in each."""
    import torch

    from ddim_lab.lab.pages.encode import walks
    from ddim_lab.teaching.pages.encode import clouds

    pictures = clouds.cloud_and_code()
    grey = (base64.b64encode(walks.grey(torch.from_numpy(picture))).decode() for picture in pictures)
    neighbours = [look.neighbours for look in clouds.looks_of_both()]
    return dict(zip(("picture", "code"), grey, strict=True)) | {"neighbours": neighbours}


PAGE = shell.LivePage(
    "encode",
    "Do",
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
