"""The lessons as pages: whole without a network, typeset, their folds as asked for, and nobody's file overwritten."""

import re
from html import escape, unescape
from urllib.parse import unquote

import nbformat
import pytest
from nbformat import v4

from ddim_lab import files
from ddim_lab.__main__ import main
from ddim_lab.commands import lessons
from ddim_lab.handouts import answers, lesson, page, sheet, writing
from ddim_lab.handouts.folds import Folds, treated
from ddim_lab.handouts.markdown import formula, to_html
from ddim_lab.lab.pages import PAGES
from ddim_lab.symbolic.notation import DDPM_AND_EDM, SYMBOLS
from ddim_lab.teaching.formulas import FORMULAS
from ddim_lab.teaching.pages import TITLES, pages

NOTEBOOKS = sorted(files.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
QUESTION = "Guess. $a$ or $b$?\n\n<details><summary>Reply to A</summary>\n\nNo, $a$.\n\n</details>\n"
ANSWER = "\n<details><summary>The answer</summary>\n\nIt is **b**.\n\n</details>\n\nAnd on."


@pytest.fixture(scope="module")
def read():
    """Every lesson as a page, by its notebook; the same for all tests, as reading takes seconds."""
    assert len(NOTEBOOKS) == 13
    return {path: lesson.read(path, Folds.FOLDED) for path in NOTEBOOKS}


def words(body: str) -> str:
    """What a page says, without code and tags."""
    return re.sub(r"<[^>]*>", "", re.sub(r"<(pre|code|style)\b.*?</\1>", "", body, flags=re.DOTALL))


@pytest.mark.slow
def test_no_formula_is_left_as_it_is_typed(read):
    left = {path.stem: re.findall(r".{0,30}[$\\].{0,30}", words(one.body)) for path, one in read.items()}
    assert not {name: found for name, found in left.items() if found}
    assert not [path.stem for path, one in read.items() if re.search("<merror|<m.>&(amp;)?</m.>", one.body)]
    assert sum(one.body.count("<math") for one in read.values()) > 500


@pytest.mark.slow
def test_a_page_fetches_nothing(read):
    for one in read.values():
        html = page.framed(page.Page(f"{one.name}.html", one.title, one.body), Folds.FOLDED)
        assert not re.findall(r"<(?:script|link|iframe|object|embed)\b|@import|url\(", html), one.name
        assert not re.findall(r'\ssrc="(?!data:)[^"]*"', html), one.name


def test_every_stored_picture_is_there(read):
    for path, one in read.items():
        cells = nbformat.read(path, as_version=4).cells
        stored = [
            out.data["image/png"] for c in cells for out in c.get("outputs", []) if "image/png" in out.get("data", {})
        ]
        shown = re.findall(r'src="data:image/png;base64,([^"]*)"', one.body)
        assert [code for code in stored if "".join(code.split()) not in shown] == [], one.name
    assert all("<img" in one.body for one in read.values())


def test_links_between_lessons_arrive(read):
    places = {f"{one.name}.html": set(map(unescape, re.findall(r'id="([^"]*)"', one.body))) for one in read.values()}
    for one in read.values():
        for url in re.findall(r'<a href="(?!https?:)([^"]*)"', one.body):
            file, _, part = unescape(url).partition("#")
            assert not part or unquote(part) in places[file or f"{one.name}.html"], (one.name, url)
            assert file in {"", *places}, (one.name, url)


def test_imports_are_folded(read):
    folded = '<details class="hidden-code"><summary>What this lesson imports</summary><div class="highlight">'
    assert [one.name for one in read.values() if folded not in one.body] == []


def test_folds_are_kept_left_out_or_unfolded():
    kept, without, open_ = (to_html(treated(QUESTION + ANSWER, folds)) for folds in Folds)
    assert kept.count("<details>") == 2
    assert "It is <strong>b</strong>" in kept
    assert without.count('class="room"') == 1  # one answer to write, however many folds
    assert "And on." in without
    assert not re.search("Reply to A|The answer|It is", without)
    assert "<details" not in open_
    assert open_.count('class="unfolded"') == 2
    assert "It is <strong>b</strong>" in open_


def test_no_lesson_gives_its_answers_away_in_a_handout():
    """Of Markdown alone, which takes no time; a fold that cannot be treated raises."""
    sources = [c.source for p in NOTEBOOKS for c in nbformat.read(p, as_version=4).cells if c.cell_type == "markdown"]
    assert sum("<details" in source for source in sources) > 40
    for source in sources:
        assert not re.search("<details|<summary", treated(source, Folds.LEFT_OUT))
        assert treated(source, Folds.UNFOLDED).count('class="unfolded"') == source.count("<details")


@pytest.mark.parametrize("wrong", ["<details>\n\nno name</details>", "<details><summary>a</summary> and no end"])
def test_a_fold_that_cannot_be_treated_is_told(wrong):
    with pytest.raises(ValueError, match="a fold needs <details><summary>"):
        treated(wrong, Folds.LEFT_OUT)


@pytest.mark.parametrize("wrong", [r"\nosuch{x}", r"\begin{gathered} x &= 1 \\ y &= 2 \end{gathered}", r"\frac{1}{"])
def test_a_formula_that_cannot_be_typeset_is_told(wrong):
    with pytest.raises(ValueError, match=r"the formula .* cannot be typeset"):
        formula(wrong)


def test_equations_stand_under_each_other():
    assert formula(r"\begin{aligned} D &= 1 \\ J &= 2 \end{aligned}", block=True).count("<mtr") == 2


def tiny(folder, *cells):
    """A folder of one lesson of `cells`, with the lessons' README."""
    folder.mkdir()
    (folder / "README.md").write_text("# The lessons\n<!-- pages -->\n[One](00_one.ipynb)\n<!-- pages -->\n")
    nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell("# One"), *cells]), folder / "00_one.ipynb")
    return folder


def test_a_folder_of_pages_is_written_again_but_only_with_the_same_answers(tmp_path):
    notebooks, out = tiny(tmp_path / "notebooks", v4.new_markdown_cell(QUESTION + ANSWER)), tmp_path / "out"
    for _ in range(2):
        list(writing.write(out, Folds.LEFT_OUT, notebooks))
    assert {path.name for path in out.iterdir()} == {"index.html", "sheet.html", "00_one.html"}
    assert 'href="00_one.html"' in (out / "index.html").read_text()
    with pytest.raises(ValueError, match=r"index.html is another's, or was written with other options"):
        list(writing.write(out, Folds.FOLDED, notebooks))
    (out / "sheet.html").write_text("mine")
    with pytest.raises(ValueError, match=r"sheet.html is another's"):
        list(writing.write(out, Folds.LEFT_OUT, notebooks))
    assert (out / "sheet.html").read_text() == "mine"


def test_a_lesson_that_was_not_run_is_told_with_its_cell(tmp_path):
    notebooks = tiny(tmp_path / "notebooks", v4.new_code_cell("1 + 1"))
    with pytest.raises(ValueError, match=r"00_one.ipynb, cell 2: it was not run"):
        list(writing.write(tmp_path / "out", Folds.FOLDED, notebooks))
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_hold_the_pages_is_told(tmp_path, capsys):
    file = tmp_path / "a.txt"
    file.write_text("mine")
    for place, told in ((file, "is a file"), (file / "in", "cannot be written")):
        assert main(["lessons", "--html", str(place)]) == 2
        assert told in capsys.readouterr().err
    assert file.read_text() == "mine"


def test_what_must_be_installed_first_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lessons, "find_spec", lambda name: None if name == "nbconvert" else object())
    assert main(["lessons", "--html", str(tmp_path)]) == 2
    assert "the pages need nbconvert: pip install 'ddim-lab[notebooks]'" in capsys.readouterr().err


def test_the_sheet_holds_every_formula_and_symbol():
    body = sheet.page().body
    assert [one.name for one in FORMULAS if f"{escape(one.name)} ·" not in body] == []
    assert [name for name in DDPM_AND_EDM if to_html(SYMBOLS[name].meaning)[3:-5] not in body] == []
    assert not re.search(r"[$\\]", words(body))


def test_the_key_answers_every_page_of_the_app_under_its_title():
    """Without the answers themselves, which take a minute: their options are marked as `answers` marks them."""
    assert next(iter(TITLES)) == next(one.name for one in PAGES if not one.path)
    assert set(TITLES) == set(pages())
    question = pages()["compare"].QUESTIONS[0]
    assert answers.address("compare", question) == f"/compare?ask={question.key}"
    assert answers.address("digits", question) == f"/?ask={question.key}"
    shown = [answers._option(option, right) for option, right in zip(question.options, (True, False), strict=False)]
    assert "class=right" in shown[0]
    assert escape(question.options[1].reply) in shown[1]
