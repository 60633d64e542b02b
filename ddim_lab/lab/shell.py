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
from ddim_lab.teaching.pages import TITLES, asking

Data = dict[str, Any]
OnChange = Callable[[], None]
LEVELS = 4  # of the guide; at the last one every control is there
SHOWS = ("projector",)  # larger, and replies wait until they are revealed
EVERYWHERE = ("level", "notation", "show", "ask", "guide")  # of every page's link; ask and guide open a place
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
    """A page of pages/<name>/, in the bar in `group`.

    `content` makes what is the same for everyone and is sent once. `views` are what its JavaScript asks the socket
    for. `own` names what of the query belongs to this page alone; its JavaScript gets it as `data.query`. `short` and
    `buttons` are the head's, see `markup.html`. `drawn`: guide and questions speak of what the shipped network draws;
    `beside` is what else the footer says where a learner's own is shown.
    """

    name: str
    group: str
    content: Callable[[], Data]
    views: tuple[View, ...]
    own: tuple[str, ...] = ()
    short: bool = False
    buttons: markup.Buttons = (markup.SHARE,)
    drawn: bool = False
    beside: str = ""

    @property
    def title(self) -> str:
        """What it is called in the bar."""
        return TITLES[self.name]

    @property
    def path(self) -> str:
        """Where it stands in the address."""
        return self.name

    def script(self) -> None:
        """Reads the link and shows the page, which keeps its link up to date itself."""
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
            "page": self.name,
            "query": {key: mine[key] for key in self.own if key in mine},
            "everywhere": everywhere,
            "elsewhere": elsewhere(everywhere.get("ask"), self.name),
            **self._whose(),
            **(more or {}),
        }
        _component(self)(key=self.name, data=data, height="content", **changed)

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


def teaching(
    questions: tuple[Any, ...], guide: tuple[Any, ...] = (), notes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Guide, questions and formulas of a page as the browser gets them: no answers.

    `notes`: checked sentences that stand on the page, by the names of their places (data-note).
    """
    from ddim_lab.teaching import formulas
    from ddim_lab.teaching.questions import public

    return {
        "guide": [dataclasses.asdict(step) for step in guide],
        "questions": [public(question) for question in questions],
        "formulas": formulas.as_json(),
        "notes": {place: claim.text() for place, claim in (notes or {}).items()},
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
    rules = {
        **{"level": fields.counted(1, LEVELS), "notation": fields.one_of(notations), "show": fields.one_of(SHOWS)},
        **{"ask": asked, "guide": fields.text},
    }
    return fields.read(query, rules)


def asked(name: str, key: str) -> str:
    """The rule of a question that a link opens. Raises ValueError if there is none called so."""
    if asking(key) is None:
        raise ValueError(f"{name} must name a question, got {key!r}; “Copy link” beside an open question writes it")
    return key


def elsewhere(key: str | None, name: str) -> str | None:
    """The path of the page that asks the question `key`, where that is not the page `name`."""
    from ddim_lab.lab.pages import PAGES

    at = None if key is None else asking(key)
    return None if at in (None, name) else next(page.path for page in PAGES if page.name == at)
