"""The questions of the page "Quality map": answered by the table, and only then asked."""

import pytest

from ddim_lab.errata.misconceptions import MISCONCEPTIONS
from ddim_lab.quality import grid
from ddim_lab.teaching import pages
from ddim_lab.teaching.pages.quality.questions import QUESTIONS, answerable
from ddim_lab.teaching.questions import public, reveal
from tests import quality_table

each = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)


@pytest.fixture
def show(tmp_path, monkeypatch):
    """show(content): that table stands in place of the shipped one."""
    path = tmp_path / "quality.json"
    monkeypatch.setenv("DDIM_QUALITY", str(path))
    return lambda content=None: quality_table.write(path, content)


@each
def test_a_question_has_replies_and_a_place_in_the_list(show, question):
    show()
    for choice, option in enumerate(question.options):
        told = reveal(question, choice)
        assert told["reply"] == option.reply
        explanation = reveal(question, None)["answer"]["explanation"]
        assert explanation
        assert "{" not in explanation
        assert option.misconception is None or option.misconception in MISCONCEPTIONS
    assert pages.find(question.key) is question
    assert set(public(question)["state"]) == {"measure", "by"}
    grid.kind(question.state["measure"])


@each
def test_without_its_numbers_a_question_is_not_asked(show, question):
    content = quality_table.table()
    show(content | {"cells": [], "reconstruction": [], "floor": None})
    assert not answerable(question)
    with pytest.raises(ValueError, match="python -m ddim_lab quality"):
        question.answer()
    show()
    assert answerable(question)


def changed(where, measure, value, width=0.04):
    content = quality_table.table()
    for entry in content["cells"]:
        if entry["spacing"] == "trailing" and where(entry):
            entry[measure] = quality_table.around(value, width)
    return content


def ten(eta, hat=False):
    return lambda entry: (entry["S"], entry["eta"], entry["sigma_hat"]) == (10, eta, hat)


CASES = [
    ("quality-few", quality_table.table(), 1),
    ("quality-few", changed(ten(0.0), "frechet", 0.9), 0),
    ("quality-few", changed(ten(0.0), "frechet", 0.15, 0.3), 2),
    ("quality-variety", quality_table.table(), 1),
    ("quality-variety", changed(ten(1.0), "variance_ratio", 1.0), 0),
    ("quality-variety", changed(ten(1.0), "variance_ratio", 0.9, 0.1), 2),
    ("quality-floor", quality_table.table(), 1),
    ("quality-floor", changed(lambda entry: entry["S"] == 50, "frechet", 0.01), 2),
    ("quality-apart", quality_table.table(), 1),
    ("quality-apart", changed(lambda entry: True, "frechet", 0.5, 0.9), 0),
    ("quality-hat", quality_table.table(), 1),
    ("quality-hat", changed(ten(1.0, True), "frechet", 9.0), 0),
    ("quality-hat", changed(ten(1.0, True), "frechet", 0.1), 2),
    ("quality-back", quality_table.table(), 0),
]


@pytest.mark.parametrize(("key", "content", "right"), CASES)
def test_the_answer_follows_the_table(show, key, content, right):
    show(content)
    assert pages.find(key).answer() == right


@each
def test_on_the_shipped_table_the_right_option_is_the_one_without_a_misconception(question):
    if not answerable(question):
        pytest.skip("the shipped table does not hold these numbers yet")
    assert [i for i, option in enumerate(question.options) if option.misconception is None] == [question.answer()]


def test_the_guide_asks_before_it_shows_and_points_at_what_there_is():
    guide = pages.pages()["quality"].GUIDE
    keys = [step.key for step in guide]
    assert all(step.question for step in guide[: keys.index("choose")])
    assert keys.index("choose") >= 1
    assert sum(step.question is not None for step in guide) >= 4
