"""What every live page is made of: the bar with the page list, one style, one way to mount its JavaScript."""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st
from streamlit.components.v2 import component

from ddim_lab.lab.settings import Settings

STATIC = Path(__file__).with_name("static")
OWN_MAX = 100  # characters of one value that a page keeps in the link
BOOT = """
export default async function (component) {
  const root = component.parentElement;
  root.ddimLab ??= import(new URL("ddim/static/boot.js", document.baseURI).href).then(({ mount }) => mount(component));
  const lab = await root.ddimLab; // Streamlit calls this again at every rerun of the script
  lab.update(component);
  return () => { lab.close(); root.ddimLab = null; };
}
"""


class Entry(NamedTuple):
    """A page in the bar: `path` in the address (the first page has none), the group it stands in, its title."""

    path: str
    group: str
    title: str


ENTRIES = (
    Entry("", "See", "Lab"),
    Entry("exact", "See", "Exact world"),
    Entry("derivation", "Derive", "Derivation"),
    Entry("errata", "Derive", "Errata clinic"),
)


def bar(current: str) -> str:
    """The page list as HTML, with the page at path `current` marked."""
    parts, group = [], ""
    for entry in ENTRIES:
        if entry.group != group:
            group = entry.group
            parts.append(f'<span class="group">{group}</span>')
        mark = ' aria-current="page"' if entry.path == current else ""
        parts.append(f'<a href="./{entry.path}" data-page="./{entry.path}"{mark}>{entry.title}</a>')
    return f'<nav class="pages" aria-label="Pages">{"".join(parts)}</nav>'


@cache
def live(name: str, path: str) -> Any:
    """The component of <name>.html and <name>.css in static/<name>/; its data must name the JavaScript `module`."""
    html = (STATIC / name / f"{name}.html").read_text(encoding="utf-8").replace("<!-- pages -->", bar(path))
    sheets = STATIC / "shell.css", STATIC / name / f"{name}.css"
    css = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return component(f"ddim_{name}", html=html, css=css, js=BOOT)


def teaching(questions: tuple[Any, ...], guide: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Guide, questions and formulas of a page as the browser gets them: no answers."""
    from ddim_lab.teaching import formulas
    from ddim_lab.teaching.questions import public

    return {
        "guide": [dataclasses.asdict(step) for step in guide],
        "questions": [public(question) for question in questions],
        "formulas": formulas.as_json(),
        "defaults": Settings().to_dict(),
    }


def keep(values: Any, also: Mapping[str, str] | None = None) -> None:
    """Writes a page's setting, and what is its own, into the link; what a browser sends is checked like any input."""
    try:
        settings = Settings.parse(dict(values) if isinstance(values, Mapping) else values)
    except (TypeError, ValueError):
        return
    wanted = settings.to_query() | dict(also or {})
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)


def page(name: str, path: str, content: Callable[[], dict[str, Any]], own: tuple[str, ...] = ()) -> None:
    """The script of a live page beside the lab: reads the link, shows the component, keeps the link up to date.

    `own` names what of the query belongs to this page alone; its JavaScript gets it as `data.query`.
    """
    settings, problems = Settings.from_query(st.query_params)
    mine = {key: st.query_params[key] for key in own if key in st.query_params}
    data = {
        **content(),
        "module": f"{name}/{name}.js",
        "settings": settings.to_dict(),
        "problems": problems,
        "query": mine,
    }
    told = {f"on_{value}_change": lambda: None for value in ("settings", "own")}
    state = live(name, path)(key=name, data=data, height="content", **told)
    if state.settings is not None:
        keep(state.settings, _own(state.own, own) if state.own is not None else mine)


def _own(values: Any, names: tuple[str, ...]) -> dict[str, str]:
    """What a page said of its own state: short texts under the names that are its."""
    if not isinstance(values, Mapping):
        return {}
    return {name: str(values[name])[:OWN_MAX] for name in names if values.get(name) not in (None, "")}
