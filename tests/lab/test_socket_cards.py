"""The socket's step cards and answers: their numbers and pictures are the core's, and none waits behind another."""

import numpy as np
import pytest

import ddim_lab as dl
from ddim_lab.lab.live import film
from ddim_lab.teaching.pages import find
from tests.lab import truth
from tests.lab.wire import page


@pytest.mark.parametrize(
    ("settings", "image", "j"),
    [
        ({"eta": 0.7}, 3, 4),
        ({"S": 5, "eta": 1.0, "sigma_hat": True, "seed": 2}, 0, 1),
        ({"S": 5, "clip": "keep_eps", "eta": 0.4, "guidance": 3.0}, 7, 3),
        ({"S": 5, "clip": "rederive_eps", "schedule": "cosine"}, 1, 5),
        ({"S": 5, "solver": "dpmpp_2m", "eta": 0.4}, 1, 3),
        ({"S": 5, "solver": "dpmpp_2s"}, 1, 2),
    ],
)
def test_the_step_cards_numbers_and_pictures_are_the_steps(settings, image, j):
    with page() as wire:
        card = wire.card(settings, image, j)
    assert card["type"] == "part", card
    step = list(truth.steps(settings, 1, image))[j - 1]
    s = truth.DEFAULTS | settings
    levels = getattr(dl.NoiseSchedule, s["schedule"])(s["T"]).alpha_bar
    a, b = float(levels[step.t]), float(levels[step.t_prev])
    c = dl.coefficients(a, b, s["eta"], s["sigma_hat"])
    assert (card["t"], card["t_prev"], card["j"], card["image"]) == (step.t, step.t_prev, j, image)
    assert [card[name] for name in ("alpha_bar_t", "alpha_bar_prev", "k", "m", "sigma")] == [a, b, c.k, c.m, c.sigma]

    tiles = dict(zip(card["tiles"], np.frombuffer(card["pictures"], np.uint8).reshape(-1, 28, 28), strict=True))
    wanted = {"x_t": step.x_t, "x0": step.x0, "eps": step.eps, "x_prev": step.x_prev}
    wanted |= {f"meaning:{name}": getattr(step, name) for name in ("x0_term", "direction_term", "noise_term")}
    if s["clip"] != "keep_eps":
        wanted |= {"coefficient:k_x0": c.k * step.x0, "coefficient:m_x_t": c.m * step.x_t}
        wanted |= {"split:m_x_t_x0": c.m * a**0.5 * step.x0, "split:m_x_t_eps": c.m * (1 - a) ** 0.5 * step.eps}
        wanted |= {"coefficient:noise_term": step.noise_term}
    if step.x0_model is not None:
        wanted["x0_model"] = step.x0_model
    assert card["belief"] == step.belief
    assert set(tiles) == set(wanted)
    for name, value in wanted.items():
        truth.assert_same_picture(tiles[name], truth.grey(value, 2.0)[0], name)
        assert card["rms"][name] == pytest.approx(float(value.square().mean().sqrt()), rel=1e-3, abs=1e-6)

    factors = {term["key"]: term["factor"] for terms in card["terms"].values() for term in terms}
    assert factors["meaning:x0_term"] == pytest.approx(b**0.5)
    assert factors["meaning:noise_term"] == pytest.approx(c.sigma)
    direction = factors["meaning:direction_term"]
    if not s["sigma_hat"]:
        assert direction**2 + c.sigma**2 == pytest.approx(1 - b)
    assert ("coefficient" in card["terms"]) == (s["clip"] != "keep_eps")

    sums = [[term["key"] for term in terms] for group, terms in card["terms"].items() if group != "split"]
    if s["clip"] != "keep_eps":
        sums.append(["coefficient:k_x0", "split:m_x_t_x0", "split:m_x_t_eps", "coefficient:noise_term"])
    for keys in sums:  # as a learner sees it: the grey tiles add up, to the rounding of each
        added = sum(tiles[key].astype(float) - 127.5 for key in keys) + 127.5
        seen = np.all([(tiles[key] > 0) & (tiles[key] < 255) for key in [*keys, "x_prev"]], axis=0)  # not clamped
        assert seen.mean() > 0.5
        assert np.abs(added - tiles["x_prev"])[seen].max() <= 0.5 * (len(keys) + 1) + 0.01


# Answers


def test_a_guess_is_answered_by_the_core():
    with page() as wire:
        first, last = (
            wire.until(wire.ask("answer", key="eta-same", choice=2, attempt=attempt), "part")[-1] for attempt in (1, 2)
        )
    assert (first["key"], first["choice"], first["right"], first["answer"]) == ("eta-same", 2, False, None)
    assert first["reply"] == find("eta-same").options[2].reply
    assert last["answer"]["option"] == find("eta-same").answer()


def test_an_answer_is_not_lost_among_step_cards():
    """Step cards supersede each other; a guess is committed once, and its answer must come."""
    with page() as wire:
        for j in (100, 200):
            wire.ask("step", settings={"S": 250}, image=0, j=j)
        guess = wire.ask("answer", key="half", choice=0, attempt=1)
        card = wire.ask("step", settings={"S": 250}, image=0, j=3)
        got = [wire.receive()]
        while not {guess, card} <= {answer["id"] for answer in got}:
            got.append(wire.receive())
        assert {answer["type"] for answer in got if answer["id"] == guess} <= {"part", "end"}


def test_a_card_that_another_replaces_is_not_walked_to_its_end(monkeypatch):
    walked = []

    def counting(*args):
        for step in walk(*args):
            walked.append(step.t)
            yield step

    walk = film.walk
    monkeypatch.setattr(film, "walk", counting)
    with page() as wire:
        wire.ask("step", settings={"S": 1000}, image=0, j=1000)
        card = wire.card({}, 0, 2)
    assert card["type"] == "part"
    assert len(walked) < 900
