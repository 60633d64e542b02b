"""The first page, "Lab": the live component, and native Streamlit controls where it cannot run."""

from typing import Any

import streamlit as st

from ddim_lab.lab import markup, native, shell
from ddim_lab.lab.settings import Settings


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.guide import GUIDE
    from ddim_lab.teaching.lab_questions import LAB_QUESTIONS

    return shell.teaching(LAB_QUESTIONS, GUIDE)


BUTTONS = ("all lv1only", "Show all controls"), markup.SHARE, ("reset", "Reset")
PAGE = shell.LivePage("digits", _content, own=("level",), path="", buttons=BUTTONS)


def script() -> None:
    """The page's script: the live page, or the native one where the learner or a failed socket asks for it."""
    settings, problems = Settings.from_query(st.query_params)
    if st.query_params.get("native") == "1" or st.session_state.get("offline"):
        native.page(settings, problems, PAGE.own)
        return
    level, wrong = _level(st.query_params.get("level", "1"))
    PAGE.show(settings, problems + wrong, {"level": level, "eta_end": settings.eta_end}, on_offline_change=_go_native)


def _go_native() -> None:
    """The page's socket failed: the native controls take over from the next rerun on, which follows at once."""
    st.session_state["offline"] = True


def _level(text: str) -> tuple[int, list[str]]:
    if text in ("1", "2", "3", "4"):
        return int(text), []
    return 1, [f"level must be 1, 2, 3 or 4, got {text!r}"]
