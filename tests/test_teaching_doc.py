"""docs/teaching.md: its links lead where they say, its answers and its table of misconceptions are the data's."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from ddim_lab import errata
from ddim_lab.__main__ import main
from ddim_lab.errata.misconceptions import TWELVE
from ddim_lab.lab import shell
from ddim_lab.lab.pages import PAGES
from ddim_lab.referee import judging
from ddim_lab.teaching import own_step, pages
from tests import test_references as references

ROOT = Path(__file__).parents[1]
DOC = ROOT / "docs" / "teaching.md"
TEXT = DOC.read_text(encoding="utf-8")
TABLE = "Which misconception is met where"
SOLUTION = re.compile(r"```python\n(def my_(?:step|pairs)\(.*?)```", re.S)


@cache
def page_of(question: str) -> str:
    """The path of the page that asks it."""
    return next(p.path for p in PAGES for one in pages.pages()[p.name].QUESTIONS if one.key == question)


def right(question: str) -> str:
    """Its right option, which tests/teaching compares with what the core computes."""
    (told,) = [option.text for option in pages.find(question).options if option.misconception is None]
    return told


def links(text: str) -> list[references.Link]:
    return [
        references.Link(DOC.name, one["words"], one["target"], one["stands"] or "")
        for one in references.LINK.finditer(text)
    ]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def follow(link: references.Link) -> None:
    """Goes where the link leads. Raises AssertionError if it is not there, or not what the link says."""
    if link.target.startswith(references.APP):
        follow_into_app(link)
    elif ".ipynb" in link.target:
        references.read(link._replace(target=link.target.removeprefix("../notebooks/")))
    else:
        path, _, fragment = link.target.partition("#")
        assert (DOC.parent / path).exists(), f"there is no {link.target}"
        if fragment:
            headings = re.findall(r"^#+ (.+)$", (DOC.parent / path).read_text(encoding="utf-8"), re.M)
            assert fragment in {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}, link


def follow_into_app(link: references.Link) -> None:
    where = urlsplit(link.target)
    query = dict(parse_qsl(where.query, strict_parsing=True))
    if "case" in query:
        assert (where.path, query) == ("/errata", {"case": link.words, "guide": "end"})
        assert link.words in {case.key for case in errata.ALL}
        return
    told, problems = shell.chosen(query, ())
    assert not problems
    assert told == query, "what the link says is not of every page"
    assert query["ask"] == link.words, f"{link.words} opens {query['ask']}"
    assert where.path.lstrip("/") == page_of(query["ask"]), f"{link.words} is asked on another page"


@pytest.mark.parametrize("plan", ["45 minutes: on the projector", "90 minutes: each with a laptop"])
def test_a_plan_asks_in_the_order_of_the_guide(plan):
    """What an earlier step shows may answer a question that a later link opens."""
    asked = [link.words for row in rows(plan) for link in links(" ".join(row)) if "?ask=" in link.target]
    for page in pages.pages().values():
        guided = [step.question for step in page.GUIDE if step.question in asked]
        assert [question for question in asked if question in guided] == guided


def test_each_link_leads_where_it_says():
    assert len(links(TEXT)) > 50
    for link in links(TEXT):
        follow(link)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("http://localhost:8501/?ask=exact-off", "exact-off"),  # of another page
        ("http://localhost:8501/exact?ask=exact-of", "exact-of"),
        ("http://localhost:8501/exact?ask=exact-off&show=beamer", "exact-off"),
        ("http://localhost:8501/errata?case=nothing&guide=end", "nothing"),
        ("hosting.md#in-a-cloud", "hosting"),
        ("../notebooks/05_write_your_own_step.ipynb#My-turn", "lesson 5"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(target, words):
    with pytest.raises(AssertionError):
        follow(references.Link(DOC.name, words, target, ""))


@pytest.mark.parametrize("minutes", [45, 90])
def test_a_plan_fills_its_time(minutes):
    (heading,) = re.findall(rf"^## ({minutes} minutes.*)$", TEXT, re.M)
    plan = rows(heading)
    assert sum(int(row[0]) for row in plan) == minutes
    asked = [link for row in plan for link in links(row[1])]
    assert asked
    assert all(link.target.endswith("&show=projector") for link in asked)


def test_the_answers_are_right():
    for _, question, *_, answer in rows("45 minutes: on the projector"):
        (link,) = links(question)
        assert answer == right(link.words)


def test_the_misconceptions_are_met_where_the_data_say():
    met = {row[0]: [[link.words for link in links(cell)] for cell in row[1:]] for row in rows(TABLE)}
    assert list(met) == list(TWELVE.values())
    for key, told in TWELVE.items():
        options = {one.key: {option.misconception for option in one.options} for one in pages.questions()}
        asked = [question for question, believed in options.items() if key in believed]
        cases = [case.key for case in errata.ALL if case.misconception == key]
        assert met[told][:2] == [asked, cases], told
        assert asked, f"{key} is asked about nowhere"
        assert met[told][2], f"{key} has no lesson"


def test_each_command_is_there(capsys):
    commands = set(re.findall(r"ddim-lab (\w+)([^`\n]*)", TEXT))
    assert {name for name, _ in commands} == {"app", "exercises", "lessons", "referee"}
    for name in {name for name, _ in commands}:
        with pytest.raises(SystemExit):
            main([name, "--help"])
        options = re.findall(r"--[\w-]+", " ".join(given for one, given in commands if one == name))
        told = capsys.readouterr().out
        assert [option for option in options if option not in told] == []


def test_the_sampler_made_of_lesson_5_is_right():
    names: dict = {}
    for code in SOLUTION.findall(references.texts("05_write_your_own_step.ipynb")):
        exec(code, names)
    assert own_step.check(names["my_step"]).right
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    exec(block, names)
    assert all(judging.judge(names["ddim"], case).passes for case in judging.CASES[:6])
    names["my_step"] = lambda x, eps, a, b, eta, z: (0, 0, 0, x)
    assert not judging.judge(names["ddim"], judging.CASES[0]).passes


def test_sheets_and_points_are_counted_right():
    table = (ROOT / "notebooks" / "exercises" / "README.md").read_text(encoding="utf-8")
    points = [int(row.split("|")[4]) for row in table.splitlines() if row.startswith("| [")]
    assert len(points) == 3
    assert f"ten exercises, {sum(points)} points" in TEXT
