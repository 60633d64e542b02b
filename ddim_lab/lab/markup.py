"""A page's HTML: its own file, with the head that all pages share and the controls that several have put in.

A page's file says where: `<!-- head -->`, or `<!-- S: lv2 -->` for the slider of S with the class lv2. These parts lie
in static/parts/; in them $page is the page's name, so that every id is the page's own. What a select offers stands in
`choices`.
"""

import re
from pathlib import Path
from string import Template

from ddim_lab.lab import choices, lesson_links

STATIC = Path(__file__).with_name("static")
PAGES = Path(__file__).with_name("pages")
PART = re.compile(r"<!-- (\w+)(?:: ([\w -]+?))? -->")
NOTATIONS = {  # as the bar offers them
    "short": "short (a, b)",
    "ours": "this lab (ᾱ)",
    "paper": "DDIM paper (α)",
    "diffusers": "diffusers (code)",
}
VEILED = {"ours": ("aliases", "this lab"), "paper": ("aliases", "DDIM paper")}  # without its letter
SHARE = ("share", "Copy link")
Buttons = tuple[tuple[str, str], ...]  # class, text


def html(name: str, path: str, short: bool = False, buttons: Buttons = (SHARE,)) -> str:
    """The page `name`, which stands at `path`; `short` offers the letters a and b too, `buttons` stand in the bar."""
    values = {
        "page": name,
        "pages": bar(path),
        "lessons": lesson_links.menu(name),
        "notations": choices.options(offered(short), NOTATIONS.__getitem__, VEILED),
        "buttons": "".join(f'<button class="{kind}" type="button">{text}</button>' for kind, text in buttons),
    }

    def part(mark: re.Match[str]) -> str:
        if mark[1] in choices.OFFERS:
            return choices.OFFERS[mark[1]]()
        text = (STATIC / "parts" / f"{mark[1]}.html").read_text(encoding="utf-8")
        return Template(text).substitute(values, classes=mark[2] or "").rstrip()

    whole = PART.sub(part, (PAGES / name / f"{name}.html").read_text(encoding="utf-8"))
    return PART.sub(part, whole)  # what a shared part offers


def offered(short: bool) -> tuple[str, ...]:
    """The notations of a page, its default first; `short` ones begin with the letters a and b."""
    return tuple(key for key in NOTATIONS if short or key != "short")


def css(name: str) -> str:
    """The style that all pages share, then the page's own."""
    return "\n".join(
        sheet.read_text(encoding="utf-8") for sheet in (STATIC / "shell.css", PAGES / name / f"{name}.css")
    )


def bar(current: str) -> str:
    """The page list as HTML, with the page at path `current` marked."""
    from ddim_lab.lab.pages import PAGES  # each of which is made of what stands here

    parts, group = [], ""
    for page in PAGES:
        if page.group != group:
            group = page.group
            parts.append(f'<span class="group">{group}</span>')
        mark = ' aria-current="page"' if page.path == current else ""
        parts.append(f'<a href="./{page.path}" data-page="./{page.path}"{mark}>{page.title}</a>')
    return f'<nav class="pages" aria-label="Pages">{"".join(parts)}</nav>'
