"""From the app to the lessons: the bar's menu, a lesson as a page, an answer to what is asked."""

import re

import pytest

from ddim_lab.lab import lesson_links, markup
from ddim_lab.lab.pages import PAGES
from ddim_lab.teaching import asked
from ddim_lab.teaching.lessons import LESSONS, Place
from tests.lab import wire


@pytest.fixture(scope="module")
def client():
    with wire.client() as opened:
        yield opened


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_menu_leads_to_lessons_and_asks_what_the_page_answers(page):
    html = markup.html(page.name, page.path)
    assert re.findall(r'data-asked="([^"]+)"', html) == [each.key for each in asked.of_page(page.name)]
    assert "./ddim/lessons/" in html


def test_a_lesson_has_an_address(client):
    """It says how to open the notebook."""
    for lesson in (LESSONS[0], LESSONS[2]):
        answer = client.get(lesson_links.address(Place(lesson.number)).removeprefix("."))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert lesson.title in answer.text


def test_nonsense_is_answered_in_words(client):
    for path, told in (("lessons/99_nowhere.html", "no lesson '99_nowhere'"), ("asked/moon", "nothing is asked under")):
        answer = client.get(f"/ddim/{path}")
        assert answer.status_code == 404
        assert told in answer.text


@pytest.mark.parametrize("question", asked.ASKED, ids=lambda question: question.key)
def test_an_answer_has_its_sentences_and_links_to_its_lesson(client, question):
    answer = client.get(f"/ddim/asked/{question.key}").text
    assert "{" not in answer
    assert "[[" not in answer
    assert question.place.lesson.name in answer
    first, *_ = question.sentences.split("<")
    assert first[:40] in answer.replace("&amp;", "&")
