"""Questions, guides and sentences of every page: answers come from the core, explanations are checked sentences."""

import json
import re
from dataclasses import replace

import pytest
from cachetools import cached

from ddim_lab import errata
from ddim_lab.errata.misconceptions import MISCONCEPTIONS, TWELVE
from ddim_lab.lab import markup
from ddim_lab.lab.markup import STATIC
from ddim_lab.teaching import pages
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.guide import ANSWERED
from ddim_lab.teaching.questions import TRIES, public, reveal

GUIDED = [(name, step) for name, page in pages.pages().items() for step in page.GUIDE]

NETWORKS = (pages.pages()["compare"], pages.pages()["encode"])  # the pages of the shipped network's digits
DRAWN = {each.key for page in NETWORKS for each in (*page.QUESTIONS, *page.CLAIMS)}


def each_of(name, those):
    """A test for each; slow where the shipped network draws what is to be known."""
    return pytest.mark.parametrize(
        name, [pytest.param(each, id=each.key, marks=[pytest.mark.slow] * (each.key in DRAWN)) for each in those]
    )


every_question = each_of("question", pages.questions())
every_claim = each_of("claim", pages.claims())


@cached({}, key=lambda question: question.key)
def computed(question):
    """The same question, with its answer and its sentences' numbers computed once for all of these tests."""
    right = question.answer()
    claims = tuple(replace(claim, sentence=claim.text(), numbers=None) for claim in question.claims)
    return replace(question, answer=lambda: right, claims=claims)


def test_every_page_of_the_app_has_one_and_keys_are_unique():
    folders = {path.name for path in STATIC.with_name("pages").iterdir() if (path / "page.py").is_file()}
    assert set(pages.pages()) == folders
    for told in (pages.questions(), pages.claims()):
        assert len({each.key for each in told}) == len(told)
    for page in pages.pages().values():
        assert len({step.key for step in page.GUIDE}) == len(page.GUIDE)


@every_question
def test_the_computed_answer_is_the_option_without_a_misconception(question):
    right = computed(question).answer()
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
    question = computed(question)
    explanation = question.explanation
    assert explanation == " ".join(claim.text() for claim in question.claims)
    assert reveal(question, None)["answer"]["explanation"] == explanation
    assert "{" not in explanation
    assert 20 < len(explanation) < 500


@every_question
def test_the_browser_learns_nothing_before_the_guess(question):
    told = public(question)
    assert set(told) == {"key", "level", "prompt", "state", "options", "do", "hides", "holds", "room"}
    sent = json.dumps(told)
    assert all(option.reply not in sent for option in question.options)
    assert [option["text"] for option in told["options"]] == [option.text for option in question.options]
    assert "misconception" not in sent


LOOKS = re.compile(
    r"\b(look|watch|compare|read|count|drag|open|try|follow|move|go|pin|set|scrub|divide|choose|change|switch|draw|think)\b",
    re.IGNORECASE,
)
TOLD = re.compile(r"\d*\.\d+|\d+ %|\d{3,}")  # numbers that only an answer has


@every_question
def test_a_reply_to_a_wrong_guess_hints_and_never_states(question):
    question = computed(question)
    right = question.answer()
    said = question.options[right].text.lower().rstrip(".")
    told = set(TOLD.findall(question.explanation)) - set(TOLD.findall(question.prompt))
    for option in question.options[:right] + question.options[right + 1 :]:
        reply = option.reply.lower()
        assert (
            said not in reply if len(said) > 8 else not re.search(rf"(^|[.:] )(it |they )?{re.escape(said)}[.!]", reply)
        )
        assert not told & set(TOLD.findall(option.reply)), option.reply
        assert "?" in option.reply or LOOKS.search(option.reply), f"asks nothing and points nowhere: {option.reply}"
        sentences = [part for part in re.split(r"(?<=[.?!])\s+", option.reply) if part]
        assert any(part.endswith("?") or LOOKS.search(part) for part in sentences[-1:]), option.reply


@pytest.mark.slow
def test_the_length_of_an_option_tells_nothing():
    """Whoever picks the longest of a question (or the shortest) is right about as often as by chance."""
    asked = [computed(question) for question in pages.questions()]
    for pick in (max, min):
        chosen = [pick(question.options, key=lambda option: len(option.text)) for question in asked]
        hits = sum(
            question.options[question.answer()] is option for question, option in zip(asked, chosen, strict=True)
        )
        chance = sum(1 / len(question.options) for question in asked)
        assert hits <= chance + 1.64 * (chance * 0.65) ** 0.5, f"{pick.__name__}: {hits} of {len(asked)}"


@pytest.mark.parametrize("page", pages.pages())
def test_what_is_kept_back_is_on_the_page_under_its_name(page):
    module = pages.pages()[page]
    files = (*_files(page), *STATIC.rglob("*.js"), *STATIC.rglob("*.html"))
    sources = "".join((markup.html(page, ""), *(path.read_text("utf-8") for path in files)))
    for question in module.QUESTIONS:
        for name in (*question.hides, *question.holds):
            assert re.search(rf'data-tells"?(="|: "|", "|", `)[^"`]*\b{name}\b', sources), (question.key, name)
    for step in module.GUIDE:
        for name in step.reveals:
            part = "figure-" if name.startswith("figure-") else name
            assert re.search(rf'data-part"?(="|: ["`]){part}', sources), (step.key, name)


def _files(page):
    return [path for path in (STATIC.with_name("pages") / page).iterdir() if path.suffix in (".js", ".html")]


@every_question
def test_a_wrong_guess_is_told_the_answer_at_the_second_try_only(question):
    question = computed(question)
    right = question.answer()
    for choice, option in enumerate(question.options):
        first, second = (reveal(question, choice, attempt) for attempt in (1, TRIES))
        assert first["right"] == second["right"] == (choice == right)
        assert first["reply"] == option.reply
        assert (first["answer"] is None) == (choice != right)
        assert second["answer"]["option"] == right
        if choice != right:
            assert question.explanation not in json.dumps(first)
    assert reveal(question, None)["answer"]["option"] == right


@every_question
def test_what_a_question_asks_to_do_is_on_its_page(question):
    page = next(page for page in pages.pages().values() if question in page.QUESTIONS)
    if question.do:
        assert question.do.highlight in page.HIGHLIGHTS
        assert question.do.done_by in page.ACTIONS
        assert len(question.do.sentence) <= 130


@every_claim
def test_a_sentence_holds(claim):
    assert claim.check() is True
    assert "{" not in claim.text()


@pytest.mark.slow
@pytest.mark.parametrize(
    "claim", [claim for claim in pages.claims() if claim.check_digits], ids=lambda claim: claim.key
)
def test_a_sentence_holds_for_the_shipped_digits(claim):
    assert claim.needs_network
    assert claim.check_digits() is True


def test_every_sentence_is_told():
    told = {claim.key for question in pages.questions() for claim in question.claims}
    told |= {claim.key for page in pages.pages().values() for claim in getattr(page, "NOTES", {}).values()}
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
