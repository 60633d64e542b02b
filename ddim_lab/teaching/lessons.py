"""The lessons by number, and how a text refers to one: the reference names its target, and a test follows it.

A lesson refers by a Markdown link: `[Lesson 3](03_eta_and_the_ddpm.ipynb#Match-one-coefficient "words that stand
there")`; a link to the app names the control it opens at in the same place. Texts that both faces show write a `Place`
as `[[3#Match one coefficient]]`.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

FOLDER = "notebooks"
MARK = re.compile(r"\[\[(\d+)(?:#([^\]]+))?\]\]")


@dataclass(frozen=True)
class Lesson:
    """`name`: its file in `FOLDER`, without the ending."""

    number: int
    name: str
    title: str

    @property
    def file(self) -> str:
        """As it stands beside the other lessons."""
        return f"{self.name}.ipynb"

    @property
    def told(self) -> str:
        """Number and title."""
        return f"{self.number} · {self.title}"


LESSONS = tuple(
    Lesson(number, f"{number:02d}_{name}", title)
    for number, (name, title) in enumerate(
        (
            ("see_it", "See it"),
            ("one_network_many_samplers", "One network, many samplers"),
            ("k_m_sigma", "k, m, σ"),
            ("eta_and_the_ddpm", "η and the DDPM"),
            ("skipping_steps", "Skipping steps"),
            ("write_your_own_step", "Write your own step"),
            ("marginals", "Marginals by integral and induction"),
            ("one_objective", "One objective for all"),
            ("the_ode_inside", "The ODE inside"),
            ("errata_clinic", "Errata clinic"),
            ("exact_worlds", "Exact worlds"),
            ("a_trained_model", "A trained model"),
            ("after_ddim", "After DDIM"),
        )
    )
)


@dataclass(frozen=True)
class Place:
    """A lesson, or the section of it that has this heading."""

    number: int
    section: str = ""

    @property
    def lesson(self) -> Lesson:
        """Raises IndexError for a number that no lesson has."""
        return LESSONS[self.number]

    @property
    def anchor(self) -> str:
        """As Jupyter and GitHub call the heading, with its #; empty without a section."""
        return f"#{quote(self.section.replace(' ', '-'), safe=',:')}" if self.section else ""


def find(text: str) -> tuple[Place, ...]:
    """The places that a text refers to."""
    return tuple(_place(mark) for mark in MARK.finditer(text))


def as_markdown(text: str) -> str:
    """The text of a lesson: each mark a link to the notebook beside it."""
    return MARK.sub(lambda mark: f"[lesson {int(mark[1])}]({_place(mark).lesson.file}{_place(mark).anchor})", text)


def as_html(text: str, address: Callable[[Place], str]) -> str:
    """The text for a page of the app, escaped: each mark a link to what `address` makes of its place."""

    def link(mark: re.Match[str]) -> str:
        place = _place(mark)
        return f'<a href="{html.escape(address(place))}" target="_blank">lesson {place.number}</a>'

    return MARK.sub(link, html.escape(text, quote=False))


def _place(mark: re.Match[str]) -> Place:
    return Place(int(mark[1]), mark[2] or "")
