"""The lab page: the live component, and native Streamlit controls where it cannot run."""

from typing import Any

import streamlit as st

from ddim_lab.lab import native, shell
from ddim_lab.lab.settings import Settings


@st.cache_resource(show_spinner=False)
def _content() -> dict[str, Any]:
    """Guide, questions and formulas: the same for everyone, sent once."""
    from ddim_lab.teaching.guide import GUIDE
    from ddim_lab.teaching.lab_questions import LAB_QUESTIONS

    return shell.teaching(LAB_QUESTIONS, GUIDE)


def page() -> None:
    """The page's script: reads the link, shows the component, keeps the link up to date."""
    settings, problems = Settings.from_query(st.query_params)
    level, level_problem = _level(st.query_params.get("level", "1"))
    if st.query_params.get("native") == "1" or st.session_state.get("offline"):
        native.page(settings, problems)
        return
    data = {
        **_content(),
        "module": "digits/digits.js",
        "settings": settings.to_dict(),
        "eta_end": settings.eta_end,
        "problems": problems + level_problem,
        "level": level,
    }
    lab = shell.live("digits", path="")
    state = lab(
        key="digits", data=data, on_settings_change=lambda: None, on_offline_change=_go_native, height="content"
    )
    if state.settings is not None:
        chosen = st.query_params.get("level")
        shell.keep(state.settings, {"level": chosen} if chosen else {})


def _go_native() -> None:
    """The page's socket failed: the native controls take over from the next rerun on, which follows at once."""
    st.session_state["offline"] = True


def _level(text: str) -> tuple[int, list[str]]:
    if text in ("1", "2", "3", "4"):
        return int(text), []
    return 1, [f"level must be 1, 2, 3 or 4, got {text!r}"]
