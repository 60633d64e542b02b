"""The ready-made comparisons and their questions: answers are those of the lanes on screen, and the words hold."""

import pytest

from ddim_lab.lab.pages.compare import lanes, view
from ddim_lab.lab.settings import Settings
from ddim_lab.latents import comparing
from ddim_lab.teaching import pages
from ddim_lab.teaching.pages.compare import measure, questions
from ddim_lab.teaching.pages.compare.comparisons import COMPARISONS, find

ready = pytest.mark.parametrize("one", COMPARISONS, ids=lambda one: one.key)


def parsed(one):
    common = {"images": 8, "digit": "each"} | one.common
    return lanes.parse(common, [dict(own) for own in one.lanes])


@ready
def test_a_comparison_is_one_that_the_page_takes(one):
    taken = parsed(one)
    assert 2 <= len(taken) <= 6
    assert one.covered
    assert 0 not in one.covered  # the first lane is always to be seen
    assert max(one.covered) < len(taken)
    assert questions.PREDICTIONS[one.key].key == one.key
    assert len(one.sentence) < 130
    assert find(one.key) is one


@pytest.mark.slow
def test_the_questions_measure_the_very_lanes_on_screen():
    for key in ("compare-off", "compare-clip", "compare-noises", "compare-calls"):
        for number, lane in enumerate(parsed(find(key))):
            if lane.settings.S > 10:
                continue  # the yardstick is walked like the others
            *_, step = view.walk(lane, 0, 8)
            apart = comparing.gaps(step.x_prev[:, 0].numpy(), measure.pictures(key, number))
            assert apart.max() < 2e-3, (key, number)  # one grey level is .008


def test_figure_5_of_the_paper_is_what_it_says():
    quiet, noisy = find("compare-steps"), find("compare-noisy-steps")
    assert [lane["S"] for lane in quiet.lanes] == [lane["S"] for lane in noisy.lanes] == [10, 20, 50, 100]
    assert [Settings(**lane).eta for lane in (*quiet.lanes, *noisy.lanes)] == [0.0] * 4 + [1.0] * 4


@pytest.mark.slow
def test_another_core_gives_another_answer(monkeypatch):
    """Without its bug, "noise off" would be DDIM: the question must notice."""
    question = pages.find("compare-off")
    before = question.answer()
    right = comparing.noise_off
    measure.pictures.cache_clear()
    monkeypatch.setattr(comparing, "noise_off", lambda *walk: right(*walk[:4], 0.0))
    assert question.answer() != before
    monkeypatch.undo()
    measure.pictures.cache_clear()
