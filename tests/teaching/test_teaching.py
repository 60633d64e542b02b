"""The teaching content: answers come from the core and move with it, sentences hold, words stay within the contract."""

import dataclasses
import json
import re
import subprocess
import sys

import numpy as np
import pytest

from ddim_lab import noise, run, sampler, solvers, spacing, transition
from ddim_lab.errata.misconceptions import TWELVE
from ddim_lab.lab.settings import Settings
from ddim_lab.run import Run
from ddim_lab.teaching import measure
from ddim_lab.teaching.pages import find
from ddim_lab.teaching.pages.digits import ACTIONS, GUIDE, HIGHLIGHTS, QUESTIONS, evidence
from ddim_lab.teaching.questions import reveal

SHOWN_FROM = {"S": 2, "spacing": 3, "schedule": 3, "more": 4}  # the level at which a control appears
REVEALED = {"arc": "arc", "ruler": "ruler", "step": "card", "pin": "pin", "notation": "notation", "tabs": "tabs"}

questions = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)


def words_of(question):
    return [
        question.prompt,
        question.explanation,
        *(text for option in question.options for text in (option.text, option.reply)),
    ]


# Questions


@questions
def test_the_answer_stays_what_it_is(question):
    assert question.answer() == question.answer()


@questions
def test_a_reply_is_one_to_three_sentences(question):
    for option in question.options:
        assert 1 <= len(re.findall(r"[.!?:](?=\s|$)", option.reply)) <= 3, option.reply


@questions
def test_states_and_ghosts_are_settings(question):
    settings = Settings.parse(question.state)
    assert {"eta", "S", "spacing", "schedule", "T", "guidance", "clip", "sigma_hat"} <= set(question.state)
    for option in question.options:
        if option.ghost is not None:
            Settings.parse(settings.to_dict() | option.ghost)


@questions
def test_reveal_tells_the_reply_of_the_chosen_option(question):
    for choice, option in enumerate(question.options):
        told = json.loads(json.dumps(reveal(question, choice)))
        assert set(told) == {"right", "reply", "ghost", "answer"}
        assert (told["reply"], told["ghost"]) == (option.reply, option.ghost)
        explanation = reveal(question, choice, 2)["answer"]["explanation"]
        assert explanation
        assert "{" not in explanation


def test_a_bad_choice_or_key_is_refused_in_words():
    with pytest.raises(ValueError, match=r"within 0\.\.2, got 3"):
        reveal(find("eta-same"), 3)
    with pytest.raises(ValueError, match="got -1"):
        reveal(find("eta-same"), -1)
    with pytest.raises(TypeError, match="True"):
        reveal(find("eta-same"), True)
    with pytest.raises(ValueError, match="got 0"):
        reveal(find("eta-same"), 0, 0)
    with pytest.raises(ValueError, match="no question 'nonsense'; known are compare-off"):
        find("nonsense")


def test_the_page_asks_enough_in_rising_levels_and_hides_no_pattern():
    keys, levels = [q.key for q in QUESTIONS], [q.level for q in QUESTIONS]
    assert len(keys) == len(set(keys)) >= 10
    assert keys[0] == "eta-same"
    assert levels == sorted(levels)
    assert set(levels) == {1, 2, 3, 4}
    places = [q.answer() for q in QUESTIONS]
    assert max(places.count(i) for i in range(3)) <= len(places) / 2  # guessing one place does not pay
    longest = [max(range(len(q.options)), key=lambda i, q=q: len(q.options[i].text)) for q in QUESTIONS]
    assert sum(a == b for a, b in zip(places, longest, strict=True)) <= len(places) / 2  # nor the longest option


def test_level_one_uses_no_symbol_but_eta():
    symbols = re.compile(r"\b(sigma|alpha|alpha_bar|x_t|x_T|x0|tau|S|T|t|k|m)\b")
    for question in QUESTIONS:
        if question.level == 1:
            assert not [words for words in words_of(question) if symbols.search(words)]
    assert not [step for step in GUIDE if step.level == 1 and symbols.search(step.sentence)]


def test_which_of_the_twelve_misconceptions_this_page_asks_about():
    asked = {option.misconception for question in QUESTIONS for option in question.options}
    assert set(TWELVE) - asked == {"encoding", "objective"}  # encoding and training have pages of their own


# Answers move with the core


def eta_squared(monkeypatch):
    """The mistake sigma^2 = eta^4 ...: eta enters sigma squared."""
    right = run.coefficients
    monkeypatch.setattr(run, "coefficients", lambda a, b, eta=0.0, hat=False: right(a, b, eta**2, hat))


def m_of_ddpm(monkeypatch):
    """The mistake "switch the noise off": k and m of eta = 1, whatever eta is."""
    right = run.coefficients

    def wrong(a, b, eta=0.0, hat=False):
        ddpm = right(a, b, 1.0)
        return transition.Coefficients(ddpm.k, ddpm.m, right(a, b, eta, hat).sigma)

    monkeypatch.setattr(run, "coefficients", wrong)


def noise_to_the_end(monkeypatch):
    right = run.coefficients
    monkeypatch.setattr(run, "coefficients", lambda a, b, eta=0.0, hat=False: right(a, np.minimum(b, 0.999), eta, hat))


def one_start(monkeypatch):
    right = noise.initial_noise
    monkeypatch.setattr(noise, "initial_noise", lambda n, shape, seed=0, first=0: right(n, shape, 0, first))


def eta_ignored(monkeypatch):
    right = sampler.coefficients
    monkeypatch.setattr(sampler, "coefficients", lambda a, b, eta=0.0, hat=False: right(a, b, 0.0))


def leading_is_trailing(monkeypatch):
    monkeypatch.setitem(spacing.RULES, "leading", spacing.trailing)


def quadratic_is_even(monkeypatch):
    monkeypatch.setitem(spacing.RULES, "quadratic", spacing.trailing)


def no_extrapolation(monkeypatch):
    monkeypatch.setattr(solvers, "extrapolation", lambda at, before: 0.0)


@pytest.mark.parametrize(
    ("key", "break_it", "then"),
    [
        ("half", eta_squared, "At a quarter of the height"),
        ("put-back", m_of_ddpm, "It stays as it is"),
        ("radius", m_of_ddpm, "It grows: more eta, more noise"),
        ("last-step", noise_to_the_end, "A little"),
        ("new-start", one_start, "Eight times the same 3"),
        ("eta-same", eta_ignored, "All of them"),
        ("leading-start", leading_is_trailing, "At T, as every run does"),
        ("better-belief", no_extrapolation, "None: it is the same network"),
        ("crowd", quadratic_is_even, "Nowhere: steps must be evenly spaced"),
    ],
)
def test_another_core_gives_another_answer(monkeypatch, key, break_it, then):
    question = find(key)
    before = question.answer()
    break_it(monkeypatch)
    assert question.answer() != before
    assert question.options[question.answer()].text == then


# What the answers are measured with


def test_a_run_that_is_not_told_otherwise_is_the_labs_own():
    assert Run.named() == Settings().run


@pytest.mark.parametrize(
    ("state", "variance"),
    [  # the moment recursion of a Gaussian world N(.3, .25), evaluated independently of this code
        ({"S": 10}, 0.1368665608),
        ({"S": 10, "eta": 1.0}, 0.1112056170),
        ({"S": 10, "eta": 1.0, "sigma_hat": True}, 0.2439380657),
        ({"S": 50, "eta": 0.5}, 0.2169413036),
        ({"S": 10, "spacing": "leading"}, 0.1399721299),
    ],
)
def test_the_known_world_has_the_known_variance(state, variance):
    assert measure.exact_spread(Run.named(**state)) ** 2 == pytest.approx(variance, abs=1e-9)


def test_the_numbers_that_are_told():
    assert evidence.shares() == pytest.approx({"s10": 0.74, "s50": 0.23, "s1000": 0.013}, rel=0.05)
    assert evidence.collapse()["left"] == pytest.approx(0.0016, abs=5e-5)
    assert evidence.end()["eta"] == pytest.approx(1.0825, abs=1e-4)


# The guide


def test_the_guide_begins_with_eta_and_rises():
    assert GUIDE[0].sentence == "Drag eta. Which pictures stay the same?"
    assert GUIDE[0].question == "eta-same"
    assert 14 <= len(GUIDE) <= 40
    assert {"memory", "alpha", "truest"} <= {step.question for step in GUIDE}
    levels = [step.level for step in GUIDE]
    assert levels == sorted(levels)
    assert set(levels) == {1, 2, 3, 4}
    assert len({step.key for step in GUIDE}) == len(GUIDE)
    assert sum(step.question is not None for step in GUIDE) >= 8


@pytest.mark.parametrize("step", GUIDE, ids=lambda step: step.key)
def test_a_guide_step_speaks_the_pages_words(step):
    assert len(step.reveals) <= 3
    assert step.highlight in HIGHLIGHTS
    assert SHOWN_FROM.get(step.highlight, 1) <= step.level
    assert len(step.sentence) <= 120
    if step.question is None:
        assert step.done_by in ACTIONS
    else:
        assert step.done_by == f"answered:{step.question}"
        assert find(step.question).level <= step.level
        assert step.sentence == find(step.question).prompt
    json.dumps(dataclasses.asdict(step))


def test_nothing_is_pointed_at_before_it_is_there_and_nothing_comes_twice():
    seen = []
    for step in GUIDE:
        seen += step.reveals
        assert REVEALED.get(step.highlight) in (None, *seen), step.key
    assert len(seen) == len(set(seen))


# The room


@pytest.mark.slow
def test_the_room_is_open_to_notebooks():
    """No Streamlit, nothing of the app, and no torch before an answer is asked for."""
    code = (
        "import sys; from ddim_lab.teaching import claims, formulas, guide; formulas.as_json();"
        "from ddim_lab.teaching.pages import digits;"
        "print([n for n in sys.modules if n.split('.')[0] in ('streamlit', 'torch') or 'ddim_lab.lab' in n])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
