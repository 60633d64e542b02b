"""What a text refers to is there: lessons, their sections, what is said to stand in them, the app at a control.

In a lesson a reference is a Markdown link. `[Lesson 3](03_eta_and_the_ddpm.ipynb#Match-one-coefficient "Solve for σ²")`
names the file, the heading and words that stand in that section, in its cells or in what they show.
`[a solver](http://localhost:8501/?level=3 "solver")` names a page of the app with its setting, and the control that is
in sight there. Nothing else may speak of a lesson by number.
"""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import diffusers
import nbformat
import pytest

from ddim_lab import errata
from ddim_lab.lab import markup, shell
from ddim_lab.lab.pages import PAGES
from ddim_lab.lab.settings import Settings
from ddim_lab.teaching import asked, lessons, pages
from ddim_lab.teaching.lessons import LESSONS, Place
from ddim_lab.teaching.pages.compare import comparisons

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / lessons.FOLDER
README = NOTEBOOKS / "README.md"
APP = "http://localhost:8501/"  # where `streamlit run app.py` listens
LINK = re.compile(r'\[(?P<words>(?:[^\[\]]|\[[^\[\]]*\])+)\]\((?P<target>[^)\s"]+)(?: "(?P<stands>[^"]*)")?\)')
BARE = re.compile(r"\b[Ll]essons? \d+")
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


class Link(NamedTuple):
    """Where it was found, and what it says."""

    where: str
    words: str
    target: str
    stands: str


@cache
def cells(file: str) -> tuple[nbformat.NotebookNode, ...]:
    return tuple(nbformat.read(NOTEBOOKS / file, as_version=4).cells)


def texts(file: str) -> str:
    return "\n\n".join(cell.source for cell in cells(file) if cell.cell_type == "markdown")


def links(file: str) -> list[Link]:
    found = LINK.finditer(texts(file))
    return [Link(file, each["words"], each["target"], each["stands"] or "") for each in found]


@cache
def sections(file: str) -> dict[str, str]:
    """Heading -> all that stands below it, with its cells' code and outputs, up to the next heading of its level."""
    parts: list[tuple[int, str, list[str]]] = []
    for cell in cells(file):
        pieces = re.split(r"^(?=#{1,6} )", cell.source, flags=re.M) if cell.cell_type == "markdown" else []
        for piece in filter(None, pieces):
            heading = re.match(r"(#{1,6}) (.*)", piece)
            if heading:
                parts.append((len(heading[1]), heading[2].strip(), []))
            parts[-1][2].append(piece)
        if cell.cell_type == "code":
            parts[-1][2].append(cell.source)
            parts[-1][2].extend(told for output in cell.outputs for told in shown(output))
    return {name: "\n".join(told) for name, told in _nested(parts)}


def _nested(parts: list[tuple[int, str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    for i, (level, name, told) in enumerate(parts):
        below = list(told)
        for deeper, _, more in parts[i + 1 :]:
            if deeper <= level:
                break
            below += more
        yield name, below


def shown(output: nbformat.NotebookNode) -> Iterator[str]:
    """The text of an output, and the words of a picture."""
    yield output.get("text", "")
    yield from (value for kind, value in output.get("data", {}).items() if kind in ("text/markdown", "text/plain"))
    yield from (words for told in output.get("metadata", {}).values() if (words := told.get("alt")))


def heading(fragment: str, file: str) -> str:
    """The heading that a fragment leads to. Raises AssertionError if the lesson has none."""
    by_anchor = {name.replace(" ", "-"): name for name in sections(file)}
    assert unquote(fragment) in by_anchor, f"{file} has no section #{fragment}; there are {', '.join(by_anchor)}"
    return by_anchor[unquote(fragment)]


def follow(link: Link) -> None:
    """Goes where the link leads. Raises AssertionError if it is not there, or not what the link says."""
    place = urlsplit(link.target)
    if link.target.startswith(APP):
        opened(link)
    elif place.path.endswith(".ipynb") or not place.path:
        read(link)
    elif not place.scheme:
        assert (NOTEBOOKS / place.path).exists(), f"{link.where}: there is no {link.target}"


def read(link: Link) -> None:
    """A link to a lesson."""
    path, _, fragment = link.target.partition("#")
    file = path or link.where
    by_file = {lesson.file: lesson for lesson in LESSONS}
    assert file in by_file, f"{link.where}: there is no lesson {file}"
    if path:
        number = re.search(r"\d+", link.words)
        assert not number or int(number[0]) == by_file[file].number, f"{link.where}: {link.words} leads to {file}"
        title = re.search(r"\d+, \*(.+)\*", link.words)
        assert not title or title[1] == by_file[file].title, f"{link.where}: {file} is not called {title and title[1]}"
    stands = sections(file)[heading(fragment, file)] if fragment else "\n".join(sections(file).values())
    assert " ".join(link.stands.split()) in " ".join(stands.split()), f"{link.where}: {link.stands!r} is not there"


def opened(link: Link) -> None:
    """A link to the app: its page takes the whole query, and the control is on it at the link's level."""
    where = urlsplit(link.target)
    (page,) = [page for page in PAGES if page.path == where.path.lstrip("/")]
    query = dict(parse_qsl(where.query, strict_parsing=True)) if where.query else {}
    settings, problems = Settings.from_query(query)
    _, long = shell.of_link(query, (*page.own, *shell.EVERYWHERE))
    everywhere, wrong = shell.chosen(query, markup.offered(page.short))
    assert not (problems + long + wrong), f"{link.where}: {link.target}: {problems + long + wrong}"
    unknown = set(query) - set(settings.to_dict()) - set(page.own) - set(shell.EVERYWHERE)
    assert not unknown, f"{link.where}: the page {page.title} knows no {unknown}"
    seen = controls(page.name, page.path, everywhere.get("level", 1))
    assert link.stands in seen, f"{link.where}: {link.target} has no control {link.stands!r} in sight, only {seen}"


class Sight(HTMLParser):
    """What of a page is there at a level of the guide: the names of its controls, and its text."""

    VOID = ("input", "br", "img", "meta", "link", "hr")

    def __init__(self, page: str, level: int):
        super().__init__()
        self.level, self.hidden, self.names, self.text = level, [False], set(), ""
        self.feed(page)

    def handle_data(self, data):
        if not self.hidden[-1]:
            self.text += data

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        kinds = (told.get("class") or "").split()
        late = any(re.fullmatch(r"lv\d", kind) and int(kind[2:]) > self.level for kind in kinds)
        hidden = self.hidden[-1] or late
        if "data-control" in told and not hidden:
            self.names.add(told["data-control"])
        if tag not in self.VOID:
            self.hidden.append(hidden)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            self.hidden.pop()


def controls(name: str, path: str, level: int) -> set[str]:
    return Sight(markup.html(name, path), level).names


QUOTED = re.compile(r"“([^”]+)”")
COUNTS = {8: "eight"}  # as words


def quoted(name: str) -> Iterator[tuple[int, str]]:
    """Level and words of each “…” in what the page called `name` tells: there it names what is on the screen."""
    page = pages.pages()[name]
    told = [(step.level, step.sentence) for step in page.GUIDE]
    for question in page.QUESTIONS:
        replies = [text for option in question.options for text in (option.text, option.reply)]
        told += [(question.level, text) for text in (question.prompt, *replies)]
    yield from ((level, words) for level, text in told for words in QUOTED.findall(text))
    yield from ((shell.LEVELS, words) for claim in page.CLAIMS for words in QUOTED.findall(claim.sentence))


def written(name: str) -> str:
    """The texts in the scripts of a page's folder, which fill it: a label may be made there, at whatever level."""
    scripts = (path.read_text(encoding="utf-8") for path in sorted((markup.PAGES / name).glob("*.[jp][sy]")))
    return " | ".join(text for script in scripts for text in re.findall(r'"([^"\n]+)"', script))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_on_it_at_that_level(page):
    for level, words in quoted(page.name):
        seen = Sight(markup.html(page.name, page.path), level).text + written(page.name)
        assert words.casefold().strip(".") in seen.casefold(), f"{page.title} has no “{words}” at level {level}"


def test_what_is_named_must_be_in_sight():
    assert "Solver" in Sight(markup.html("digits", ""), 3).text
    assert "Solver" not in Sight(markup.html("digits", ""), 2).text


def test_the_readme_names_the_pages_and_counts_right():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", text, re.M))
    assert list(rows) == [page.title for page in PAGES]
    assert f"{len(errata.ALL)} errors" in rows["Errata clinic"]
    assert f"{COUNTS[len(comparisons.COMPARISONS)]} ready-made comparisons" in rows["Compare"]


def test_a_comparison_that_a_lesson_names_is_there():
    names = {each.title for each in comparisons.COMPARISONS}
    told = [name for link in app_links() if link.stands == "ready" for name in _named_after(link)]
    assert told
    assert set(told) <= names


def _named_after(link: Link) -> list[str]:
    """What the sentence of a link puts between “ and ”."""
    after = texts(link.where).partition(f"]({link.target}")[2]
    return QUOTED.findall(after.partition("\n")[0])


@each_lesson
def test_what_a_lesson_refers_to_is_there(lesson):
    assert links(lesson.file)
    for link in links(lesson.file):
        follow(link)


@each_lesson
def test_a_lesson_names_no_lesson_without_a_link(lesson):
    rest = LINK.sub("", texts(lesson.file))
    assert not BARE.findall(rest), BARE.findall(rest)
    for link in links(lesson.file):
        if BARE.search(link.words) and link.where != lesson.file:
            assert link.target


@each_lesson
def test_a_lesson_is_called_what_the_list_says(lesson):
    assert cells(lesson.file)[0].source.startswith(f"# {lesson.told}\n")
    (row,) = [line for line in README.read_text(encoding="utf-8").splitlines() if f"({lesson.file})" in line]
    assert row.startswith(f"| {lesson.number} | [{lesson.title}]({lesson.file})")


def test_the_list_has_all_lessons():
    assert [lesson.file for lesson in LESSONS] == sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


@each_lesson
def test_a_lesson_leads_to_the_app_and_to_the_next_lesson(lesson):
    (last,) = [told for name, told in sections(lesson.file).items() if name == "Go on"]
    ends = [match["target"] for match in LINK.finditer(last)]
    assert any(target.startswith(APP) for target in ends)
    assert lesson is LESSONS[-1] or LESSONS[lesson.number + 1].file in ends


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_leads_to_the_lessons_that_derive_it(page):
    places = pages.pages()[page.name].DERIVED_IN
    assert places
    for place in places:
        assert not place.section or place.section in sections(place.lesson.file), place
    html = markup.html(page.name, page.path)
    assert all(place.lesson.told in html for place in places)
    backwards = [urlsplit(link.target).path.lstrip("/") for link in app_links()]
    assert page.path in backwards, "no lesson leads back to it"


def app_links() -> list[Link]:
    return [link for lesson in LESSONS for link in links(lesson.file) if link.target.startswith(APP)]


@pytest.mark.parametrize("question", asked.ASKED, ids=lambda question: question.key)
def test_what_is_asked_is_answered_in_its_lesson_and_refers_to_what_is_there(question):
    for place in (question.place, *lessons.find(question.answer)):
        assert place.section in sections(place.lesson.file), place
    there = sections(question.place.lesson.file)[question.place.section]
    assert f'asked.show("{question.key}")' in there
    assert question.pages
    assert set(question.pages) <= set(pages.pages())
    assert question.sentences


def test_the_pipeline_begins_as_is_said():
    """Of diffusers' source, since to import the pipeline needs packages that nothing else here needs."""
    folder = Path(diffusers.__file__).parent / "pipelines" / "stable_diffusion"
    source = (folder / "pipeline_stable_diffusion.py").read_text(encoding="utf-8")
    begins = dict(re.findall(r"^        (\w+): \w+ = ([\d.]+),$", source[source.index("def __call__(") :], re.M))
    assert (begins["eta"], begins["num_inference_steps"], begins["guidance_scale"]) == ("0.0", "50", "7.5")
    assert "eta 0, 50 steps and guidance 7.5" in asked.find("practice").answer


# A reference that leads nowhere


@pytest.mark.parametrize(
    ("words", "target", "stands", "told"),
    [
        ("lesson 3", "02_k_m_sigma.ipynb", "", "lesson 3 leads to 02"),
        ("lesson 2, *k and m*", "02_k_m_sigma.ipynb", "", "not called k and m"),
        ("lesson 2", "02_k_m.ipynb", "", "no lesson 02_k_m.ipynb"),
        ("lesson 2", "02_k_m_sigma.ipynb#Seen-on-letters", "", "no section #Seen-on-letters"),
        ("Lesson 0", "00_see_it.ipynb#Into-the-noise", r"x_t = \sqrt", "is not there"),
        ("here", "#Into-the-noise", "digits[4:5]", "is not there"),
        ("here", f"{APP}?level=2", "spacing", "no control 'spacing' in sight"),
        ("here", f"{APP}?level=3&S=5000", "spacing", "S must be"),
        ("here", f"{APP}derivation?prof=bayes", "steps", "knows no {'prof'}"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told(words, target, stands, told):
    with pytest.raises(AssertionError, match=re.escape(told)):
        follow(Link(LESSONS[0].file, words, target, stands))


def test_a_mark_becomes_a_link():
    text = "as in [[4#Trap 4: not starting at T]] & [[2]]"
    assert lessons.find(text) == (Place(4, "Trap 4: not starting at T"), Place(2))
    told = lessons.as_markdown(text)
    assert told.startswith("as in [lesson 4](04_skipping_steps.ipynb#Trap-4:-not-starting-at-T) & [lesson 2](")
    page = lessons.as_html(text, lambda place: f"/{place.number}{place.anchor}")
    assert page.startswith(
        'as in <a href="/4#Trap-4:-not-starting-at-T" target="_blank">lesson 4</a> &amp; <a href="/2"'
    )
