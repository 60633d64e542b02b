"""The ready-made comparisons and their questions: answers are those of the lanes on screen, and the words hold."""

import numpy as np
import pytest

from ddim_lab.lab.pages.compare import lanes, view
from ddim_lab.lab.settings import Settings
from ddim_lab.latents import comparing
from ddim_lab.misconceptions import MISCONCEPTIONS
from ddim_lab.teaching import compare_measure, compare_questions, page_guides, page_questions
from ddim_lab.teaching.comparisons import COMPARISONS, find
from ddim_lab.teaching.questions import public, reveal

all_questions = pytest.mark.parametrize("question", compare_questions.QUESTIONS, ids=lambda question: question.key)
ready = pytest.mark.parametrize("one", COMPARISONS, ids=lambda one: one.key)


def parsed(one):
    common = {"images": 8, "digit": "each"} | one.common
    return lanes.parse(common, [dict(own) for own in one.lanes])


@all_questions
def test_the_answer_is_the_option_without_a_misconception(question):
    right = question.answer()
    assert [i for i, option in enumerate(question.options) if option.misconception is None] == [right]
    assert all(option.misconception in MISCONCEPTIONS for option in question.options if option.misconception)
    for choice in range(len(question.options)):
        told = reveal(question, choice)
        assert told["right"] == right
        assert told["reply"]
        assert told["explanation"]
    assert set(public(question)) == {"key", "level", "prompt", "state", "options", "figure"}
    assert page_questions.find(question.key) is question


@ready
def test_a_comparison_is_one_that_the_page_takes(one):
    taken = parsed(one)
    assert 2 <= len(taken) <= 6
    assert one.covered
    assert 0 not in one.covered  # the first lane is always to be seen
    assert max(one.covered) < len(taken)
    assert compare_questions.PREDICTIONS[one.key].key == one.key
    assert len(one.sentence) < 130
    assert find(one.key) is one


def test_the_questions_measure_the_very_lanes_on_screen():
    for key in ("compare-off", "compare-clip", "compare-noises"):
        for number, lane in enumerate(parsed(find(key))):
            *_, step = view.walk(lane, 0, 8)
            apart = comparing.gaps(step.x_prev[:, 0].numpy(), compare_measure.pictures(key, number))
            assert apart.max() < 2e-3, (key, number)  # one grey level is .008


def test_figure_5_of_the_paper_is_what_it_says():
    quiet, noisy = find("compare-steps"), find("compare-noisy-steps")
    assert [lane["S"] for lane in quiet.lanes] == [lane["S"] for lane in noisy.lanes] == [10, 20, 50, 100]
    assert [Settings(**lane).eta for lane in (*quiet.lanes, *noisy.lanes)] == [0.0] * 4 + [1.0] * 4


def test_what_the_explanations_say_holds():
    """Beyond the answers: the sentences' own claims."""
    off = [compare_measure.variety("compare-off", lane) for lane in range(3)]
    assert off[1] < 0.3 * min(off[0], off[2])
    near = [compare_measure.apart("compare-spacing", lane, 4).mean() for lane in (1, 2, 3)]
    assert max(near) < comparing.VISIBLE  # "all three are close"
    assert compare_measure.wrongly_read("compare-clip", 1) == 0
    digits = [len(set(compare_measure.read("compare-noises", lane))) for lane in range(3)]
    assert digits[0] == 1 < digits[1]
    assert digits[2] > 2
    first = compare_questions.FIRST
    moved, other = (compare_measure.apart(key, 3, first).mean() for key in ("compare-steps", "compare-noisy-steps"))
    pictures = compare_measure.pictures("compare-steps", 0)
    between = np.mean([comparing.gaps(pictures[:1], pictures[i : i + 1])[0] for i in range(1, 8)])
    assert moved < 0.2 * between
    assert other > 0.5 * between  # "as far as one picture is from another"


def test_another_core_gives_another_answer(monkeypatch):
    """Without its bug, "noise off" would be DDIM: the question must notice."""
    question = page_questions.find("compare-off")
    before = question.answer()
    right = comparing.noise_off
    compare_measure.pictures.cache_clear()
    monkeypatch.setattr(comparing, "noise_off", lambda *walk: right(*walk[:4], 0.0))
    assert question.answer() != before
    monkeypatch.undo()
    compare_measure.pictures.cache_clear()


def test_the_guide_points_at_what_there_is():
    guide = page_guides.COMPARE
    assert sum(step.question is not None for step in guide) >= 2
    for step in guide:
        assert step.highlight in page_guides.HIGHLIGHTS["compare"]
        assert step.question or step.done_by in page_guides.ACTIONS["compare"]
