"""The lab page: the live component, and native Streamlit controls where it cannot run."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from ddim_lab.lab import native
from ddim_lab.lab.settings import Settings

STATIC = Path(__file__).with_name("static")
BOOT = """
export default async function (component) {
  const root = component.parentElement;
  root.ddimLab ??= import(new URL("ddim/static/boot.js", document.baseURI).href).then(({ mount }) => mount(component));
  const lab = await root.ddimLab; // Streamlit calls this again at every rerun of the script
  lab.update(component);
  return () => { lab.close(); root.ddimLab = null; };
}
"""

LIVE = component("ddim_lab", html=(STATIC / "lab.html").read_text(), css=(STATIC / "lab.css").read_text(), js=BOOT)


@st.cache_resource(show_spinner=False)
def _content() -> dict[str, Any]:
    """Guide, questions and formulas: the same for everyone, sent once."""
    from ddim_lab.teaching import formulas
    from ddim_lab.teaching.guide import GUIDE
    from ddim_lab.teaching.lab_questions import LAB_QUESTIONS
    from ddim_lab.teaching.questions import public

    return {
        "guide": [dataclasses.asdict(step) for step in GUIDE],
        "questions": [public(question) for question in LAB_QUESTIONS],
        "formulas": formulas.as_json(),
        "defaults": Settings().to_dict(),
    }


def page() -> None:
    """The page's script: reads the link, shows the component, keeps the link up to date."""
    settings, problems = Settings.from_query(st.query_params)
    level, level_problem = _level(st.query_params.get("level", "1"))
    if st.query_params.get("native") == "1" or st.session_state.get("offline"):
        native.page(settings, problems)
        return
    data = {
        **_content(),
        "settings": settings.to_dict(),
        "eta_end": settings.eta_end,
        "problems": problems + level_problem,
        "level": level,
    }
    state = LIVE(key="lab", data=data, on_settings_change=lambda: None, on_offline_change=_go_native, height="content")
    if state.settings is not None:
        _keep(state.settings, st.query_params.get("level"))


def _go_native() -> None:
    """The page's socket failed: the native controls take over from the next rerun on, which follows at once."""
    st.session_state["offline"] = True


def _level(text: str) -> tuple[int, list[str]]:
    if text in ("1", "2", "3", "4"):
        return int(text), []
    return 1, [f"level must be 1, 2, 3 or 4, got {text!r}"]


def _keep(values: Any, level: str | None) -> None:
    """Writes the page's setting into the link; what the browser sends is checked like any other input."""
    try:
        settings = Settings.parse(dict(values) if isinstance(values, Mapping) else values)
    except (TypeError, ValueError):
        return
    wanted = settings.to_query() | ({"level": level} if level else {})
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)
