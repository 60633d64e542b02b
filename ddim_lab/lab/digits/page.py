"""The first page, "Lab": the live component, and native Streamlit controls where it cannot run."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ddim_lab import checks
from ddim_lab.lab import markup, native, shell
from ddim_lab.lab.settings import Settings


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.guide import GUIDE
    from ddim_lab.teaching.lab_questions import LAB_QUESTIONS

    return shell.teaching(LAB_QUESTIONS, GUIDE)


BUTTONS = ("all lv1only", "Show all controls"), markup.SHARE, ("reset", "Reset")
OWN = ("level", "notation", "image", "step")
NOTATIONS = tuple(name for name in markup.NOTATIONS if name != "short")
PAGE = shell.LivePage("digits", _content, own=OWN, path="", buttons=BUTTONS)


def script() -> None:
    """The page's script: the live page, or the native one where the learner or a failed socket asks for it."""
    settings, problems = Settings.from_query(st.query_params)
    if st.query_params.get("native") == "1" or st.session_state.get("offline"):
        native.page(settings, problems, PAGE.own)
        return
    opened, wrong = opening(st.query_params, settings)
    PAGE.show(settings, problems + wrong, {"opened": opened, "eta_end": settings.eta_end}, on_offline_change=_go_native)


def _go_native() -> None:
    """The page's socket failed: the native controls take over from the next rerun on, which follows at once."""
    st.session_state["offline"] = True


def opening(query: Mapping[str, str], settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """What of the page a link opens, beside its settings, and what is wrong with it.

    level 1..4, notation, image (the row followed, from 0) and step (1 is the top, S + 1 the result; None: the middle).
    """
    opened: dict[str, Any] = {"level": 1, "notation": "ours", "image": 0, "step": None}
    ranges = {"level": (1, 4), "image": (0, settings.images - 1), "step": (1, settings.S + 1)}
    problems = []
    for name in OWN:
        if name in query:
            try:
                if name == "notation":
                    opened[name] = checks.choice(name, query[name], NOTATIONS)
                else:
                    opened[name] = _within(name, query[name], *ranges[name])
            except ValueError as error:
                problems.append(str(error))
    return opened, problems


def _within(name: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(f"{name} must be a whole number within {low}..{high}, got {text!r}")
    return checks.integer(name, int(text), low, high)
