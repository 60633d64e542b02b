"""The errata clinic's views: every case answers, curves and digits are the core's, tables mark the right numbers."""

import functools
import json

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import errata
from ddim_lab.exact import paper
from ddim_lab.lab import markup
from ddim_lab.lab.live import messages
from ddim_lab.lab.markup import PAGES
from ddim_lab.lab.pages import VIEWS
from ddim_lab.lab.pages.errata import moment_curves, tables, twin_films
from ddim_lab.lab.pages.errata.view import GUESSES, finding, listed
from ddim_lab.symbolic.mathml import ALL as NOTATIONS
from ddim_lab.teaching.pages.errata import GUIDE, QUESTIONS
from ddim_lab.teaching.questions import public, reveal
from tests import oracles
from tests.lab import truth, wire

DRAWING = [case.key for case in errata.samplers()]
SLOW = {
    "class-no-skipping",
    "sigma-table",
    "same-objective",
    "whole-strides",
    "linked-direction",
}  # tests/errata runs them


def parts(view: str, **values) -> list[tuple[dict, bytes]]:
    """What a view sends, each part packed as for the socket."""
    found = list(VIEWS[view](values))
    for part in found:
        messages.pack(*part)
    return found


def only(view: str, **values) -> dict:
    ((head, _),) = parts(view, **values)
    return head


# What a case says


@pytest.mark.parametrize("case", errata.ALL, ids=lambda case: case.key)
def test_every_case_shows_both_forms(case):
    notation = NOTATIONS[len(case.key) % len(NOTATIONS)]
    head, _ = next(VIEWS["erratum"]({"case": case.key, "notation": notation}))
    messages.pack(head)
    assert (head["case"]["title"], head["case"]["why"], head["believed"]) == (case.title, case.why, case.believed)
    assert head["words"] == ({"wrong": case.wrong, "right": case.right} if case.wrong else None)
    assert [line["at"]["wrong"] for line in head["lines"]] == [wrong for wrong, _ in case.at_P.values()]
    assert head["words"] or head["lines"]
    for line in head["lines"]:
        assert line["wrong"] != line["right"]
        assert line["at"]["residual"] == pytest.approx(line["at"]["wrong"] - line["at"]["right"], abs=1e-12) != 0
        assert all(line[name].startswith("<math") for name in ("symbol", "wrong", "right", "residual"))


@pytest.mark.parametrize("case", [case for case in errata.ALL if case.run], ids=lambda case: case.key)
def test_what_running_a_case_measured_comes_as_a_table(case, monkeypatch):
    if case.key in SLOW:
        pytest.skip("run in tests/errata")
    told, found = finding(case.key), case.run()
    messages.pack(told)
    assert (told["statement"], told["holds"]) == (found.statement, True)
    columns, rows = told["table"]["columns"], told["table"]["rows"]
    assert rows
    assert all(len(row) == len(columns) for row in rows)
    assert any(cell["marked"] for row in rows for cell in row)


def test_the_papers_table_marks_the_numbers_that_the_statement_names():
    for key in ("five-times", "ddpm-at-full-length"):
        told = finding(key)
        marked = [cell["text"] for row in told["table"]["rows"] for cell in row if cell["marked"]]
        assert len(marked) == (8 if key == "five-times" else 6)
        for text in marked:
            assert f"{float(text):g}" in told["statement"]
        assert str(len(paper.STEPS) + 1) == str(len(told["table"]["columns"]))


@pytest.mark.parametrize(
    ("value", "text"),
    [(float("nan"), "NaN"), (True, "yes"), (0.123456, "0.1235"), (list(range(20)), "20 in all"), ((), "none")],
)
def test_facts_read_as_words(value, text):
    assert text in tables.shown(value)


def test_the_list_holds_every_case_once():
    told = listed()
    assert [case["key"] for one in told["documents"] for case in one["cases"]] == [case.key for case in errata.ALL]
    drawn = [case["key"] for one in told["documents"] for case in one["cases"] if case["setting"]]
    assert sorted(drawn) == sorted(DRAWING)


# What it does to mean and variance


def assert_curve(shown: dict, moments) -> None:
    assert shown["t"] == [one.t for one in moments]
    for name in ("mean", "variance"):
        wanted = np.array([getattr(one, name) for one in moments])
        got = np.array([np.nan if value is None else value for value in shown[name]])
        np.testing.assert_allclose(got, np.clip(wanted, -1e30, 1e30), rtol=1e-6, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("key", DRAWING)
def test_curves_are_the_exact_moments(key):
    case, tau = errata.find(key), dl.spacing.trailing(1000, 12)
    schedule = dl.NoiseSchedule.linear()
    for eta in (0.0, 0.3, 1.0):
        head = only("effect", case=key, eta=eta, S=12)
        assert_curve(head["wrong"], case.moments(schedule, tau, eta))
        mean, variance = oracles.moments(oracles.pairs(schedule.alpha_bar, tau), 0.3, 0.5, eta, False)
        assert (head["right"]["mean"][-1], head["right"]["variance"][-1]) == pytest.approx((mean, variance), abs=1e-6)
        assert f"{variance:.4f}" in head["trap"]
    axes = [only("effect", case=key, eta=eta, S=S)["axes"] for eta, S in ((0.0, 3), (1.0, 30))]
    assert axes[0] == axes[1]  # they stay while a slider moves


def test_the_reference_is_the_datas_own_noised_variance():
    told, levels = moment_curves.marginal(), oracles.linear_alpha_bar(1000)
    wanted = [oracles.marginal_variance(levels[t], 0.5) for t in told["t"]]
    assert told["variance"] == pytest.approx(wanted, rel=1e-6)
    assert (told["t"][0], told["t"][-1], told["variance"][-1]) == (1000, 0, 0.25)


@pytest.mark.parametrize("key", DRAWING)
def test_the_guess_is_judged_at_the_cases_own_setting(key):
    case = errata.find(key)
    at = case.setting
    wrong = case.moments(at.schedule, at.tau, at.eta)[-1].variance
    right = errata.right_moments(at.schedule, at.tau, at.eta)[-1].variance
    answer = only("guess", case=key, choice=None, attempt=1)["answer"]
    if np.isnan(wrong):
        assert GUESSES[answer["option"]] == "not a number"
    else:
        ratio = wrong / right
        assert answer["option"] == (0 if ratio > 1.02 else 1 if ratio < 0.98 else 2)
    assert f"S = {at.S}" in answer["explanation"]
    other = (answer["option"] + 1) % len(GUESSES)
    first, last = (only("guess", case=key, choice=other, attempt=attempt) for attempt in (1, 2))
    assert first["answer"] is None
    assert answer["explanation"] not in first["reply"]
    assert "{" not in first["reply"]
    assert last["answer"] == answer


# What it does to digits


def films(found: list[tuple[dict, bytes]], side: str) -> tuple[np.ndarray, np.ndarray, list[dict]]:
    """(x_t, x_0, heads) of one side, each int (columns, n, 28, 28)."""
    frames = [(head, data) for head, data in found if head.get("side") == side and head["kind"] == "frame"]
    heads = [head for head, _ in frames]
    x_t, x0 = zip(*(wire.pictures(head, data) for head, data in frames), strict=True)
    return np.stack(x_t), np.stack(x0), heads


def ask(key: str, eta: float, S: int, draft: bool = True, focus: int = 3, seed: int = 2) -> list[tuple[dict, bytes]]:
    return parts("digits", case=key, eta=eta, S=S, seed=seed, draft=draft, focus=focus)


def wrong_steps(key: str, eta: float, S: int, n: int, first: int, seed: int) -> list:
    model = functools.partial(truth.denoiser(), label=torch.arange(first, first + n))
    x_T = dl.initial_noise(n, (1, 28, 28), seed=seed, first=first)
    tau = dl.spacing.trailing(1000, S)
    return list(errata.find(key).sampler(model, x_T, dl.NoiseSchedule.linear(), tau, eta, seed=seed, first=first))


@pytest.mark.parametrize(
    ("key", "eta"),
    [("covariance", 0.5), ("same-noise", 1.0), ("uniform-repeats", 0.0), ("training-without-roots", 0.0)],
)
def test_both_films_are_the_samplers_own_at_the_same_noise(key, eta):
    found = ask(key, eta, 4)
    start = found[0][0]
    x_t, x0, heads = films(found, "right")
    true_x_t, true_x0 = truth.film({"eta": eta, "S": 4, "seed": 2}, 1, 3)
    truth.assert_same_picture(x_t, true_x_t)
    truth.assert_same_picture(x0, true_x0)
    assert start["sides"]["right"]["t"] == [1000, 750, 500, 250, 0]
    assert {(head["first"], head["kinds"]["x_t"]) for head in heads} == {(3, 1)}

    steps = wrong_steps(key, eta, 4, 1, 3, 2)
    x_t, x0, heads = films(found, "wrong")
    truth.assert_same_picture(x_t, np.stack([*(truth.grey(one.x_t) for one in steps), truth.grey(steps[-1].x_prev)]))
    truth.assert_same_picture(x0[:-1], np.stack([truth.grey(one.x0) for one in steps]))
    assert start["sides"]["wrong"]["calls"] == len(steps)
    assert heads[-1]["reach"] == pytest.approx(float(steps[-1].x_prev.abs().max()), rel=1e-4)


def test_a_draft_is_one_image_of_the_eight_and_the_verdict_counts():
    key, eta = "noise-off", 0.0
    whole, draft = ask(key, eta, 3, draft=False), ask(key, eta, 3)
    for side in ("wrong", "right"):
        eight, one = films(whole, side)[0], films(draft, side)[0]
        assert (eight.shape[1], one.shape[1]) == (8, 1)
        truth.assert_same_picture(one[:, 0], eight[:, 3])
    verdict = whole[-1][0]
    right = list(truth.steps({"S": 3, "seed": 2}))[-1].x_prev
    gaps = (wrong_steps(key, eta, 3, 8, 0, 2)[-1].x_prev - right).square().mean((1, 2, 3)).sqrt()
    assert verdict["rms"] == pytest.approx(gaps.tolist(), rel=1e-2)
    assert verdict["differ"] == int((gaps > twin_films.VISIBLE).sum())


def test_a_long_film_shows_one_image_first_and_at_most_eleven_columns():
    found = VIEWS["digits"]({"case": "last-transition", "eta": 0.0, "S": 40, "seed": 0, "draft": False, "focus": 5})
    start, _ = next(found)
    assert [len(start["sides"][side]["t"]) for side in ("wrong", "right")] == [11, 11]
    assert start["sides"]["wrong"]["t"][-1] == 1
    first, _ = next(found)
    assert (first["first"], first["kinds"]) == (5, {"x_t": 1, "x0": 1})


def test_nan_is_told_and_drawn_as_grey():
    found = ask("variance-is-deviation", 0.5, 10)
    x_t, _, heads = films(found, "wrong")
    assert heads[-1]["nan"] == [True]
    assert heads[-1]["reach"] is None
    assert set(np.unique(x_t[-1])) == {128}
    assert found[-1][0]["rms"] == [None]
    assert found[-1][0]["differ"] == 1
    assert not any(films(found, "right")[2][-1]["nan"])


# Questions and guide


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_the_questions_answer_is_computed_and_is_the_one_without_a_misconception(question):
    right = question.answer()
    assert [i for i, option in enumerate(question.options) if option.misconception is None] == [right]
    told = reveal(question, None)["answer"]
    assert told["option"] == right
    assert "{" not in told["explanation"]
    assert told["explanation"] not in json.dumps(public(question))


def test_what_the_explanations_say_is_what_the_oracles_give():
    def ends(eta: float, S: int) -> str:
        pairs = oracles.pairs(dl.NoiseSchedule.linear().alpha_bar, dl.spacing.trailing(1000, S))
        return f"{oracles.moments(pairs, 0.3, 0.5, eta, False)[1]:.4f}"

    yardstick, hides, _ = (reveal(question, None)["answer"]["explanation"] for question in QUESTIONS)
    assert ends(0.0, 20) in yardstick
    assert ends(0.0, 1000) in yardstick
    assert f"instead of {ends(1.0, 50)} at eta = 1" in hides
    assert f"{ends(0.0, 50)} instead of {ends(0.0, 50)} at eta = 0" in hides


def test_the_guide_points_at_what_the_page_has():
    html, code = markup.html("errata", "errata"), "".join(path.read_text() for path in PAGES.glob("errata/*.js"))
    for step in GUIDE:
        assert f'data-control="{step.highlight}"' in html
        if step.question is None:
            assert f'event("{step.done_by}")' in code


# What is refused

GOOD = {
    "erratum": {"case": "covariance", "notation": "short"},
    "effect": {"case": "covariance", "eta": 0.5, "S": 10},
    "guess": {"case": "covariance", "choice": 0, "attempt": 1},
    "digits": {"case": "covariance", "eta": 0.5, "S": 10, "seed": 0, "draft": True, "focus": 0},
}


@pytest.mark.parametrize(
    ("view", "changed", "named"),
    [
        ("erratum", {"case": "nonsense"}, "nonsense"), ("erratum", {"notation": "latin"}, "latin"),
        ("effect", {"case": "year"}, "nothing to draw"), ("effect", {"eta": 1.1}, "1.1"), 
        ("effect", {"eta": "x"}, "'x'"),
        ("effect", {"S": 0}, "got 0"), ("effect", {"S": 1001}, "1001"), ("effect", {"more": 1}, "more"),
        ("guess", {"choice": 4}, "got 4"),
        ("guess", {"attempt": 0}, "got 0"), ("digits", {"focus": 8}, "got 8"), ("digits", {"draft": 1}, "draft"),
        ("digits", {"seed": -1}, "-1"), ("digits", {"S": 2.5}, "2.5"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(view, changed, named):
    with pytest.raises((ValueError, TypeError), match=named):
        VIEWS[view](GOOD[view] | changed)
