"""The mystery sampler's views: nothing is told before the guess, a guess is answered, a repair is really run."""

import functools
import json

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab.errata import mystery, runner
from ddim_lab.errata.mystery import SUSPECTS
from ddim_lab.lab.live import messages
from ddim_lab.lab.pages import VIEWS
from ddim_lab.lab.pages.errata.mystery import READERS
from ddim_lab.teaching.pages.errata.instruments import INSTRUMENTS
from tests import oracles
from tests.lab import truth

SEEDS = range(1, len(SUSPECTS) + 1)
rounds = pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: mystery.pick(seed).culprit.key)


def only(view: str, **values) -> dict:
    ((head, data),) = VIEWS[view](values)
    messages.pack(head, data)
    return head


def at(one: mystery.Mystery) -> tuple:
    return one.setting.schedule, one.setting.tau, one.setting.eta


@rounds
def test_nothing_names_the_culprit_before_the_guess(seed):
    one = mystery.pick(seed)
    head = only("patient", patient=seed)
    assert head["candidates"] == list(one.candidates)
    assert set(head) == {"patient", "asked", "instruments", "candidates"}
    wrong = next(i for i in range(len(one.options)) if i != one.answer)
    slow = len(one.culprit.moments(*at(one))) >= 200
    names = [name for name in READERS if name != "repeat" or not slow]
    sent = [head, *(only("instrument", patient=seed, name=name) for name in names)]
    sent.append(only("accuse", patient=seed, choice=wrong))
    film = VIEWS["patient_digits"]({"patient": seed, "beside": True, "line": -1, "seed": 0, "draft": True, "focus": 0})
    sent.append(next(film)[0])
    assert "t" not in sent[-1]["sides"]["wrong"]
    text = json.dumps(sent, ensure_ascii=False)
    found = one.suspect
    for told in (f'"{one.culprit.key}"', one.culprit.title, found.tell, one.culprit.why, found.line, found.repaired):
        assert told not in text
    assert not any(word in entry for entry in sent for word in ("culprit", "case", "line", "repairs"))
    assert not any(entry.get("answer") for entry in sent)


def test_every_instrument_can_be_opened():
    assert set(INSTRUMENTS) == set(READERS) == {one["key"] for one in only("patient", patient=1)["instruments"]}
    found = mystery.pick(3).readings()
    ruler, calls = (only("instrument", patient=3, name=name) for name in ("ruler", "calls"))
    assert (tuple(ruler["visited"]), calls["calls"]) == (found.visited, found.calls)
    repeat = only("instrument", patient=3, name="repeat")
    assert (repeat["repeat"], repeat["reseeded"]) == (found.repeat, found.reseeded)


@rounds
def test_a_guess_is_answered(seed):
    one = mystery.pick(seed)
    for choice in range(len(one.options)):
        told, verdict = only("accuse", patient=seed, choice=choice), one.judge(choice)
        assert told["right"] == (choice == one.answer)
        assert verdict.reply == (told["answer"]["explanation"] if told["right"] else told["reply"])
        assert ("repairs" in told) is told["right"]
    told = only("accuse", patient=seed, choice=one.answer)
    given = only("accuse", patient=seed, choice=None)
    assert given["answer"] == told["answer"] == {"option": one.answer, "explanation": one.judge(one.answer).reply}
    assert given["repairs"] == told["repairs"]
    assert told["case"] == one.culprit.key
    assert told["line"] not in told["repairs"]
    assert len(set(told["repairs"])) == len(told["repairs"]) == 3


@rounds
def test_only_one_line_repairs_and_it_gives_the_exact_recursion(seed):
    one = mystery.pick(seed)
    at = one.setting
    mean, variance = oracles.moments(oracles.pairs(at.schedule.alpha_bar, at.tau), 0.3, 0.5, at.eta, False)
    lines = only("accuse", patient=seed, choice=one.answer)["repairs"]
    verdicts = []
    for choice, line in enumerate(lines):
        told = only("repair", patient=seed, choice=choice)
        now = told["curves"]["repaired"]
        ends = now["mean"][-1], now["variance"][-1]
        walked = now["t"] == [*at.tau[::-1].tolist(), 0]
        right = walked and None not in ends and ends == pytest.approx((mean, variance), abs=1e-6)
        assert told["right"] is right
        assert (line == one.suspect.repaired) is right
        verdicts.append(right)
    assert verdicts.count(True) == 1


def test_the_right_line_stands_at_every_place():
    places = set()
    for seed in SEEDS:
        one = mystery.pick(seed)
        lines = only("accuse", patient=seed, choice=one.answer)["repairs"]
        places.add(lines.index(one.suspect.repaired))
    assert places == {0, 1, 2}


@pytest.mark.parametrize("case", SUSPECTS, ids=lambda case: case.key)
def test_a_line_that_does_not_repair_is_not_the_fault_itself(case):
    """Each other line makes a sampler of its own: neither the right one nor the patient."""
    suspect = mystery.suspect(case)
    at = suspect.setting
    patient = _path(case.moments(at.schedule, at.tau, at.eta))
    for other in suspect.others:
        mine = _path(runner.moments(other.recipe, at.schedule, at.tau, at.eta))
        assert mine.shape != patient.shape or not np.allclose(mine, patient, rtol=1e-6, equal_nan=True), other.line


def _path(moments) -> np.ndarray:
    return np.array(moments, dtype=float)


def test_the_patients_digits_are_its_samplers():
    one = mystery.pick(2)  # 20 steps
    values = {"patient": 2, "beside": True, "line": -1, "seed": 1, "draft": True, "focus": 4}
    found = list(VIEWS["patient_digits"](values))
    ends = {}
    for head, data in found:
        if head["kind"] == "frame" and head["share"] == 1:
            ends[head["side"]] = np.frombuffer(data, np.uint8).reshape(2, 28, 28)[0].astype(int)
    model = functools.partial(truth.denoiser(), label=torch.tensor([4]))
    x_T = dl.initial_noise(1, (1, 28, 28), seed=1, first=4)
    *_, last = one.sampler(model, x_T, seed=1, first=4)
    truth.assert_same_picture(ends["wrong"], truth.grey(last.x_prev)[0])
    at = one.setting
    truth.assert_same_picture(ends["right"], truth.film({"eta": at.eta, "S": at.S, "seed": 1}, 1, 4)[0][-1, 0])


@pytest.mark.parametrize(
    ("view", "values", "named"),
    [
        ("patient", {"patient": -1}, "-1"), ("patient", {"patient": "x"}, "'x'"), ("patient", {}, "patient"),
        ("instrument", {"patient": 1, "name": "hammer"}, "hammer"), ("accuse", {"patient": 1, "choice": 4}, "got 4"),
        ("repair", {"patient": 1, "choice": 3}, "got 3"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(view, values, named):
    with pytest.raises((ValueError, TypeError), match=named):
        VIEWS[view](values)
