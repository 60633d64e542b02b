"""The frame of every page: one file with its style in it, that fetches nothing; light, dark, and made to be printed."""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from pygments.formatters import HtmlFormatter

from ddim_lab.figures import palette
from ddim_lab.handouts.folds import Folds

HERE = Path(__file__).parent
MADE = "ddim-lab lessons: {}"  # the page's mark, by which the command knows its own files; filled with Folds' values
WITH_ANSWERS = '<strong class="with-answers">With answers: for the lecturer</strong>'
CODE = {False: "default", True: "github-dark"}  # by dark: styles of Pygments whose letters stand out enough


@dataclass(frozen=True)
class Page:
    """One page. `file`: its name in the folder; `kind`: its class in the style; `body`: HTML."""

    file: str
    title: str
    body: str
    kind: str = "lesson"


def framed(page: Page, folds: Folds, before: Page | None = None, after: Page | None = None) -> str:
    """The whole file of `page`, with links to the index, and to the page before and after it."""
    links = ['<a href="index.html">The lessons</a>', '<a href="sheet.html">Formulas on one page</a>']
    links += [f'<a rel="prev" href="{before.file}">← {escape(before.title)}</a>'] if before else []
    links += [f'<a rel="next" href="{after.file}">{escape(after.title)} →</a>'] if after else []
    marked = [WITH_ANSWERS] if folds is Folds.UNFOLDED else []
    template = Template((HERE / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        made=MADE.format(folds.value),
        title=escape(page.title),
        style=style(),
        kind=page.kind,
        nav="\n".join([*links, *marked]),
        body=page.body,
    )


@cache
def style() -> str:
    """The pages' style sheet: colours from the palette, code from Pygments, the rest from style.css."""
    dark = "\n".join((_colours(True), _code(True)))
    return "\n".join(
        (
            _colours(False),
            _code(False),
            f"@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}",  # paper is white
            (HERE / "style.css").read_text(encoding="utf-8"),
        )
    )


def _colours(dark: bool) -> str:
    ground = palette.ground(dark)
    named = {"paper": ground.background, "ink": ground.text, "muted": ground.muted, "line": ground.grid}
    named |= {term.name: term.text(dark) for term in palette.ALL}
    root = " ".join(f"--{name}: {value};" for name, value in named.items())
    light = "".join(  # a formula of a lesson names its colours for a light ground
        f'[mathcolor="{term.text_light}"] {{ color: var(--{term.name}); }}\n' for term in palette.TERMS
    )
    return f":root {{ {root} }}\n{light}"


def _code(dark: bool) -> str:
    """Colours of code alone: its ground is the page's."""
    rules = HtmlFormatter(style=CODE[dark]).get_style_defs(".highlight").splitlines()
    return "\n".join(rule for rule in rules if ".highlight ." in rule)
