"""What every live page is: a link that is read and kept, data for the browser, and one way to mount its JavaScript."""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from ddim_lab.lab import fields, markup
from ddim_lab.lab.live import network
from ddim_lab.lab.live.views import View
from ddim_lab.lab.once import made_once
from ddim_lab.lab.settings import Settings

Data = dict[str, Any]
OnChange = Callable[[], None]
LEVELS = 4  # of the guide; at the last one every control is there
EVERYWHERE = ("level", "notation")  # chosen once for all pages: the bar takes it along
YOURS = "Your network: {name}, {range}"
TAUGHT = (
    "This is your own network, {name}. Guide and questions speak of the shipped one: to see them, open the lab without "
    "--denoiser."
)
OWN_MAX = 120  # characters of one value that a page keeps in the link
BOOT = """
export default async function (component) {
  const root = component.parentElement;
  root.ddimLab ??= import(new URL("ddim/static/boot.js", document.baseURI).href).then(({ mount }) => mount(component));
  const lab = await root.ddimLab; // Streamlit calls this again at every rerun of the script
  lab.update(component);
  return () => { lab.close(); root.ddimLab = null; };
}
"""


@dataclasses.dataclass(frozen=True)
class LivePage:
    """A page of pages/<name>/, in the bar under `title` in `group`.

    `content` makes what is the same for everyone and is sent once. `views` are what its JavaScript asks the socket
    for. `own` names what of the query belongs to this page alone; its JavaScript gets it as `data.query`. `short` and
    `buttons` are the head's, see `markup.html`. `drawn`: guide and questions speak of what the shipped network draws;
    `beside` is what else the footer says where a learner's own is shown.
    """

    name: str
    group: str
    title: str
    content: Callable[[], Data]
    views: tuple[View, ...]
    own: tuple[str, ...] = ()
    short: bool = False
    buttons: markup.Buttons = (markup.SHARE,)
    drawn: bool = False
    beside: str = ""

    @property
    def path(self) -> str:
        """Where it stands in the address."""
        return self.name

    def script(self) -> None:
        """Reads the link, shows the page, keeps the link up to date."""
        self.show(*opened(st.query_params))

    def show(self, settings: Settings, problems: list[str], more: Data | None = None, **changed: OnChange) -> None:
        """Shows the page at `settings`; `more` joins its data, `changed` is Streamlit's on_..._change callbacks."""
        names = (*self.own, *EVERYWHERE)
        mine, long = of_link(st.query_params, names)
        everywhere, wrong = chosen(st.query_params, markup.offered(self.short))
        data = {
            **_content(self),
            "module": f"{self.name}/{self.name}.js",
            "settings": settings.to_dict(),
            "problems": problems + long + wrong,
            "query": {key: mine[key] for key in self.own if key in mine},
            "everywhere": everywhere,
            **self._whose(),
            **(more or {}),
        }
        told = {f"on_{value}_change": lambda: None for value in ("settings", "own")} | changed
        state = _component(self)(key=self.name, data=data, height="content", **told)
        if state.settings is not None:
            keep(state.settings, _own(state.own, names) if state.own is not None else mine)

    def _whose(self) -> Data:
        """What is said of a learner's network; guide and questions of the shipped one are left out then."""
        told = network.told()
        if told is None:
            return {"network": None}
        words = "; ".join(filter(None, (YOURS.format(**told), self.beside)))
        untaught = {"guide": [], "questions": [], "farewell": TAUGHT.format(**told)} if self.drawn else {}
        return {"network": told | {"words": words}} | untaught


def opened(query: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The setting of a link, and what is wrong with it; a learner's network begins on its own noise schedule."""
    settings, problems = Settings.from_query(query)
    mine = network.own()
    if mine is not None and not {"schedule", "T"} & set(query):
        settings = settings.changed(**mine.at_home)
    return settings, problems


@made_once
def _content(page: LivePage) -> Data:
    return page.content()


@cache
def _component(page: LivePage) -> Any:
    html = markup.html(page.name, page.path, page.short, page.buttons)
    return component(f"ddim_{page.name}", html=html, css=markup.css(page.name), js=BOOT)


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


def of_link(query: Mapping[str, str], names: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """What a link says under `names`, and in words what of it is longer than a page ever writes, and left out."""
    told = {name: query[name] for name in names if name in query}
    long = [name for name, text in told.items() if len(text) > OWN_MAX]
    problems = [
        f"{name} has {len(told[name])} characters, at most {OWN_MAX} are taken: it is left out" for name in long
    ]
    return {name: text for name, text in told.items() if name not in long}, problems


def chosen(query: Mapping[str, str], notations: tuple[str, ...]) -> tuple[Data, list[str]]:
    """What a link says of EVERYWHERE, where it does, and what is wrong with it; the page offers `notations`."""
    return fields.read(query, {"level": fields.counted(1, LEVELS), "notation": fields.one_of(notations)})


def keep(values: Any, also: Mapping[str, str] | None = None) -> None:
    """Writes a page's setting, and what is its own, into the link; what a browser sends is checked like any input."""
    try:
        settings = Settings.parse(dict(values) if isinstance(values, Mapping) else values)
    except (TypeError, ValueError):
        return
    wanted = settings.to_query() | dict(also or {})
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)


def _own(values: Any, names: tuple[str, ...]) -> dict[str, str]:
    """What a page said of its own state: short texts under the names that are its."""
    if not isinstance(values, Mapping):
        return {}
    return {name: str(values[name])[:OWN_MAX] for name in names if values.get(name) not in (None, "")}
