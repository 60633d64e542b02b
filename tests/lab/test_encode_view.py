"""Encode and edit on the server: every picture is the core's, and only checked values get to work."""

import json

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab.lab.live.messages import TEXT_MAX
from ddim_lab.lab.pages.encode import code, view, walks
from ddim_lab.latents import editing, interpolation, looks
from tests.lab import truth
from tests.lab.encoding import PICTURE, THREE, TOP, X_0, encoded, last, model, parts, plan, text, values


@pytest.fixture(autouse=True)
def forgotten():
    walks._codes.clear()


# Its code


@pytest.mark.parametrize("implicit", [False, True])
def test_code_and_what_comes_back_are_the_cores(implicit):
    settings = {"S": 3, "eta": 0.5, "seed": 2, "schedule": "cosine"}
    found = parts("code", settings, implicit=implicit, draft=True)
    x_T = encoded(implicit=implicit, schedule="cosine")
    head, picture = last(found, "code")
    truth.assert_same_picture(picture, truth.grey(x_T))
    look = looks.look(x_T)
    assert (head["mean"], head["variance"]) == pytest.approx((look.mean, look.variance), abs=1e-4)
    back = dl.last(dl.sample(model(3), x_T, *plan(3, "cosine"), eta=0.5, seed=2)).x_prev
    told, picture = last(found[: 1 + [head.get("S") for head, _ in found].index(3)], "back")
    truth.assert_same_picture(picture, truth.grey(back))
    assert told["error"] == pytest.approx(float(((back - X_0) / 2).double().square().mean()), rel=1e-3)
    assert told["rounds"] >= 3
    assert (told["residual"] is not None) is implicit


def test_the_film_goes_up_and_comes_down():
    found = parts("code", draft=True)
    start = found[0][0]
    assert start["t"] == [0, 333, 667, 1000]
    up = [head["column"] for head, _ in found if head["kind"] == "up"]
    down = [head["column"] for head, _ in found if head["kind"] == "down"]
    assert (up, down) == ([0, 1, 2, 3], [3, 2, 1, 0])
    states = [X_0, *(step.x_t for step in dl.encode(model(3), X_0, *plan()))]
    shown = [raw for head, raw in found if head["kind"] == "up"]
    for raw, state in zip(shown, states, strict=True):
        truth.assert_same_picture(np.frombuffer(raw, np.uint8).reshape(1, 28, 28), truth.grey(state))


def test_every_mark_is_drawn_both_ways_and_a_draft_draws_less():
    def drawn(found):
        return sorted((head["S"], head["implicit"]) for head, _ in found if head["kind"] == "back")

    settings = {"S": 3, "T": 12}
    full, draft = parts("code", settings), parts("code", settings, draft=True)
    assert full[0][0]["marks"] == [3, 5, 10]
    assert drawn(full) == [(S, implicit) for S in (3, 5, 10) for implicit in (False, True)]
    assert drawn(draft) == [(3, False), (5, False), (10, False)]
    errors = {(head["S"], head["implicit"]): head["error"] for head, _ in full if head["kind"] == "back"}
    assert all(errors[S, True] < errors[S, False] for S in (3, 5, 10))


@pytest.mark.slow
def test_beside_the_code_stands_that_of_many_steps(monkeypatch):
    monkeypatch.setattr(code, "MARKS", ())
    found = parts("code", {"S": 3, "T": 1000})
    head, picture = last(found, "finer")
    run = plan(250)
    x_T = dl.last(dl.encode(model(3), X_0, *run)).x_t
    truth.assert_same_picture(picture, truth.grey(x_T))
    assert head["likeness"] == pytest.approx(np.corrcoef(x_T.flatten(), X_0.flatten())[0, 1], abs=1e-5)
    assert "finer" not in [head["kind"] for head, _ in parts("code", {"S": 3}, draft=True)]


def test_a_code_is_walked_once(monkeypatch):
    calls = []
    encode = dl.encode
    monkeypatch.setattr(dl, "encode", lambda *args, **more: calls.append(1) or encode(*args, **more))
    first, second = (parts("code", {"S": 3, "eta": eta}, draft=True) for eta in (0.0, 0.7))
    assert len(calls) == 3  # S = 3, 5 and 10; eta needs no other codes
    assert last(first, "code")[0] == last(second, "code")[0]


# Blend


def test_blends_are_the_cores():
    found = parts("blend")
    one, other = encoded(label=None), dl.initial_noise(1, (1, 28, 28), seed=4, first=9)
    wanted = []
    for weights in ([0.3], np.linspace(0, 1, 9)):
        for join in (dl.interpolate, interpolation.straight):
            wanted += [join(one, other, float(weight)) for weight in weights]
    wanted = torch.cat(wanted)
    head, drawn = last(found, "between")
    assert head["n"] == len(wanted) == 20
    assert head["lengths"] == pytest.approx(looks.lengths(wanted), rel=1e-4)
    truth.assert_same_picture(drawn, truth.grey(dl.last(dl.sample(model(), wanted, *plan())).x_prev))


def test_a_draft_of_a_blend_is_the_picture_at_the_slider():
    settings = {"S": 3, "eta": 1.0}
    _, draft = last(parts("blend", settings, draft=True), "between")
    _, full = last(parts("blend", settings), "between")
    assert len(draft) == 2
    truth.assert_same_picture(draft, full[:2])


@pytest.mark.parametrize("along", ["sphere", "line"])
def test_four_corners_are_the_cores_grid(along):
    corners = [{"picture": PICTURE}, *({"seed": 1, "image": image} for image in (2, 3, 4))]
    head, drawn = last(parts("blend", corners=corners, along=along), "between")
    ends = torch.cat([encoded(label=None), dl.initial_noise(3, (1, 28, 28), seed=1, first=2)])
    join = {"sphere": dl.interpolate, "line": interpolation.straight}[along]
    grid = interpolation.grid(ends, 5, join).flatten(0, 1)
    truth.assert_same_picture(drawn, truth.grey(dl.last(dl.sample(model(), grid, *plan())).x_prev))
    assert head["n"] == 25


def test_four_drawn_corners_fit_a_message():
    message = values("blend", {"S": 1000, "schedule": "scaled_linear"}, corners=[{"picture": PICTURE}] * 4)
    assert len(json.dumps({"id": 10**9, "view": "encode", "values": message})) < TEXT_MAX - 800


# Another digit


def test_the_same_code_under_ten_labels():
    found = parts("change", {"S": 3, "guidance": 2.0})
    schedule, tau = plan()
    x_start = dl.last(dl.encode(model(3), X_0, schedule, tau[:2])).x_t
    steps = dl.sample(model(list(range(10)), 2.0), x_start.expand(10, -1, -1, -1), schedule, tau[:2])
    drawn = last(found, "digits")[1]
    truth.assert_same_picture(drawn, truth.grey(dl.last(steps).x_prev))
    assert found[0][0]["t"] == tau[1]
    assert len(last(found, "read")[0]["read"]) == 10
    edited = dl.edit(model(list(range(10)), 2.0), X_0.expand(10, -1, -1, -1), schedule, tau, int(tau[1]), model(3),
                     implicit=False)  # fmt: skip
    truth.assert_same_picture(drawn, truth.grey(dl.last(edited).x_prev))


@pytest.mark.parametrize("draft", [False, True])
def test_noise_and_back_is_the_cores_edit(draft):
    settings = {"S": 3, "eta": 0.4, "seed": 5}
    drawn = last(parts("change", settings, way="noise", draft=draft), "digits")[1]
    schedule, tau = plan()
    steps = editing.edit(
        model(list(range(10))), X_0.expand(10, -1, -1, -1), schedule, tau, int(tau[1]), eta=0.4, seed=5
    )
    wanted = truth.grey(dl.last(steps).x_prev)
    truth.assert_same_picture(drawn, wanted[[7]] if draft else wanted)


# Fill in


@pytest.mark.parametrize("draft", [False, True])
def test_fillings_are_the_cores(draft):
    drawn = last(parts("fill", {"S": 3, "eta": 1.0, "seed": 8}, draft=draft), "fills")[1]
    mask = torch.from_numpy(TOP)[None, None]
    steps = dl.inpaint(model(), X_0.expand(3, -1, -1, -1), mask, *plan(), eta=1.0, resamples=2, seed=8)
    wanted = truth.grey(dl.last(steps).x_prev)
    truth.assert_same_picture(drawn, wanted[:1] if draft else wanted)
    assert (drawn[:, ~TOP] == THREE[~TOP]).all()  # what was not covered is untouched


# What is refused


@pytest.mark.parametrize(
    ("do", "changed", "says"),
    [
        ("code", {"picture": "nonsense!"}, "picture must be base64"),
        ("code", {"picture": text(np.zeros(783, np.uint8))}, "784 bytes, got 783"),
        ("code", {"label": "10"}, "label must be one of none, 0"),
        ("code", {"extra": 1}, "the view needs"),
        ("blend", {"corners": [{"picture": PICTURE}] * 3}, "two or four"),
        ("blend", {"corners": [{"seed": 1}] * 2}, "a corner is"),
        ("blend", {"weight": 1.01}, "weight must lie within 0..1"),
        ("blend", {"along": "arc"}, "along must be one of"),
        ("change", {"start": 0}, "start must be at least 1"),
        ("change", {"way": "magic"}, "way must be one of"),
        ("change", {"focus": 10}, "focus must be within 0..9"),
        ("fill", {"mask": text(np.zeros(98, np.uint8))}, "nothing is marked"),
        ("fill", {"n": 9}, "n must be within 1..8"),
        ("fill", {"resamples": 21}, "resamples must be within"),
        ("fill", {"settings": {"S": 1000}, "resamples": 20, "n": 8}, "at most 16000"),
        ("fill", {"settings": {"S": 0}}, "S must be within"),
    ],
)
def test_nonsense_is_refused_before_any_work(do, changed, says):
    with pytest.raises(ValueError, match=says):
        view.encode(values(do) | changed)


@pytest.mark.parametrize("changed", [{"picture": 3}, {"implicit": 1}, {"draft": None}, {"settings": []}])
def test_wrong_types_are_refused(changed):
    with pytest.raises(TypeError):
        view.encode(values("code") | changed)
    with pytest.raises(TypeError):
        view.encode({"do": 3})
