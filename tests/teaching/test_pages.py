"""Questions, guides and sentences of every page: answers come from the core, explanations are checked sentences."""

import json
import re

import pytest

from ddim_lab import errata
from ddim_lab.errata.misconceptions import MISCONCEPTIONS, TWELVE
from ddim_lab.lab.markup import STATIC
from ddim_lab.teaching import pages
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.guide import ANSWERED
from ddim_lab.teaching.questions import public, reveal

GUIDED = [(name, step) for name, page in pages.pages().items() for step in page.GUIDE]

every_question = pytest.mark.parametrize("question", pages.questions(), ids=lambda question: question.key)
every_claim = pytest.mark.parametrize("claim", pages.claims(), ids=lambda claim: claim.key)


def test_every_page_of_the_app_has_one_and_keys_are_unique():
    folders = {path.name for path in STATIC.with_name("pages").iterdir() if (path / "page.py").is_file()}
    assert set(pages.pages()) == folders
    for told in (pages.questions(), pages.claims()):
        assert len({each.key for each in told}) == len(told)
    for page in pages.pages().values():
        assert len({step.key for step in page.GUIDE}) == len(page.GUIDE)


@every_question
def test_the_computed_answer_is_the_option_without_a_misconception(question):
    right = question.answer()
    assert isinstance(right, int)
    assert [i for i, option in enumerate(question.options) if option.misconception is None] == [right]
    assert pages.find(question.key) is question


@every_question
def test_every_option_replies_to_a_misconception_of_its_own(question):
    assert 2 <= len(question.options) <= 4
    assert len({option.reply for option in question.options}) == len(question.options)
    assert all(option.misconception in MISCONCEPTIONS for option in question.options if option.misconception)


@every_question
def test_what_is_explained_is_made_of_checked_sentences(question):
    assert question.claims
    assert all(isinstance(claim, Claim) for claim in question.claims)
    assert question.explanation == " ".join(claim.text() for claim in question.claims)
    assert reveal(question, 0)["explanation"] == question.explanation
    assert "{" not in question.explanation
    assert 20 < len(question.explanation) < 500


@every_question
def test_the_browser_learns_nothing_before_the_guess(question):
    told = public(question)
    assert set(told) == {"key", "level", "prompt", "state", "options"}
    sent = json.dumps(told)
    assert all(option.reply not in sent for option in question.options)
    assert [option["text"] for option in told["options"]] == [option.text for option in question.options]
    assert "misconception" not in sent


@every_claim
def test_a_sentence_holds(claim):
    assert claim.check() is True
    assert "{" not in claim.text()


@pytest.mark.parametrize(
    "claim", [claim for claim in pages.claims() if claim.check_digits], ids=lambda claim: claim.key
)
def test_a_sentence_holds_for_the_shipped_digits(claim):
    assert claim.needs_network
    assert claim.check_digits() is True


def test_every_sentence_is_told():
    told = {claim.key for question in pages.questions() for claim in question.claims}
    assert told == {claim.key for claim in pages.claims()}


@pytest.mark.parametrize(("page", "step"), GUIDED, ids=lambda of: of if isinstance(of, str) else of.key)
def test_a_guide_points_at_what_its_page_has_and_waits_for_what_it_reports(page, step):
    assert step.highlight in pages.pages()[page].HIGHLIGHTS
    assert len(step.sentence) <= 130
    if step.question is None:
        assert step.done_by in pages.pages()[page].ACTIONS
    else:
        asked = next(question for question in pages.pages()[page].QUESTIONS if question.key == step.question)
        assert (step.key, step.sentence, step.done_by) == (asked.key, asked.prompt, ANSWERED + asked.key)


def test_every_misconception_is_asked_about_somewhere():
    chosen = {option.misconception for question in pages.questions() for option in question.options}
    assert set(MISCONCEPTIONS) - set(TWELVE) <= chosen | {case.misconception for case in errata.ALL}


def test_an_unknown_question_is_refused_in_words():
    with pytest.raises(ValueError, match=r"no question 'nonsense'; known are .*eta-same"):
        pages.find("nonsense")
    assert re.fullmatch("[a-z-]+", pages.questions()[0].key)
