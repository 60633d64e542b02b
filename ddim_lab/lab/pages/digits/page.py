"""The first page, "Lab": digits as they are drawn."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ddim_lab.lab import choices, fields, markup, native, shell
from ddim_lab.lab.live.views import View
from ddim_lab.lab.pages.digits import library
from ddim_lab.lab.settings import Settings


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.pages.digits import GUIDE, NOTES, QUESTIONS

    words = {"solvers": choices.SOLVERS, "beliefs": choices.BELIEFS}
    return shell.teaching(QUESTIONS, GUIDE, NOTES) | {"libraries": library.listed(), **words}


class Lab(shell.LivePage):
    """The lab stands at the root, and Streamlit's own controls take over where it cannot run."""

    @property
    def path(self) -> str:
        """The first page has none."""
        return ""

    def script(self) -> None:
        """The live page, or the native one where the learner or a failed socket asks for it."""
        settings, problems = shell.opened(st.query_params)
        if st.query_params.get("native") == "1" or st.session_state.get("offline"):
            native.page(settings, problems, (*self.own, *shell.EVERYWHERE))
            return
        looked_at, wrong = opening(st.query_params, settings)
        more = {"looked_at": looked_at, "eta_end": settings.eta_end}
        self.show(settings, problems + wrong, more, on_offline_change=_go_native)


def _go_native() -> None:
    """The page's socket failed: the native controls take over from the next rerun on, which follows at once."""
    st.session_state["offline"] = True


def opening(query: Mapping[str, str], settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """What a link looks at, beside its settings, and what is wrong with it.

    image is the row followed, from 0, step the transition (1 is the top, S + 1 the result; None: the middle), library
    the rule whose steps are shown beside the run's ("": none).
    """
    rules = {
        "image": fields.counted(0, settings.images - 1),
        "step": fields.counted(1, settings.S + 1),
        "library": fields.one_of(library.KEYS),
    }
    told, problems = fields.read(query, rules)
    return {"image": 0, "step": None, "library": ""} | told, problems


PAGE = Lab(
    "digits",
    "See",
    _content,
    views=(
        View("film", "ddim_lab.lab.pages.digits.view:film", passes=True, keeps=True),
        View("step", "ddim_lab.lab.pages.digits.view:step", passes=True, keeps=True),
        View("path", "ddim_lab.lab.pages.digits.path:path", passes=True),
        View("library", "ddim_lab.lab.pages.digits.library:library"),
    ),
    own=("image", "step", "library"),
    buttons=(("all lv1only", "Show all controls"), markup.SHARE, ("reset", "Reset")),
    drawn=True,
)
