"""Step cards sample nothing twice: the network's passes are counted, and what is kept stays within its bound."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from ddim_lab.lab.live import network
from ddim_lab.lab.live.passes import Passes
from ddim_lab.lab.pages.digits import kept
from ddim_lab.lab.settings import Settings
from tests.lab import truth
from tests.lab.wire import client, kind, page


@pytest.fixture
def passes(monkeypatch):
    """Batch sizes of the network's passes since."""
    seen, model = [], network.denoiser().denoiser

    class Counting:
        engine, classes = model.engine, model.classes

        def __call__(self, x_t, *args, **kwargs):
            seen.append(len(x_t))
            return model(x_t, *args, **kwargs)

    counting = Passes(Counting())
    monkeypatch.setattr(network, "_shipped", lambda: counting)
    return seen


def card(wire, settings, image, j):
    got = wire.card(settings, image, j)
    assert got["type"] == "part", got
    tiles = dict(zip(got["tiles"], np.frombuffer(got["pictures"], np.uint8).reshape(-1, 28, 28), strict=True))
    step = list(truth.steps(settings, 1, image))[j - 1]
    assert (got["t"], got["t_prev"]) == (step.t, step.t_prev)
    assert got["belief"] == step.belief
    wanted = {"x_t": step.x_t, "x0": step.x0, "eps": step.eps, "x_prev": step.x_prev, "x0_model": step.x0_model}
    wanted["meaning:noise_term"] = step.noise_term
    assert ("x0_model" in tiles) == (step.x0_model is not None)
    for name, value in ((name, value) for name, value in wanted.items() if value is not None):
        truth.assert_same_picture(tiles[name], truth.grey(value, 2.0)[0], f"{name} of {image}, {j}")


@pytest.mark.parametrize(
    "settings",
    [
        {"S": 7, "eta": 0.8, "seed": 3, "images": 3},
        {"S": 6, "eta": 1.0, "sigma_hat": True, "images": 2, "clip": "rederive_eps"},
        {"S": 5, "clip": "keep_eps", "spacing": "quadratic", "guidance": 2.0, "images": 2},
        {"S": 5, "solver": "dpmpp_2m", "eta": 0.6, "images": 2},
        {"S": 4, "solver": "dpmpp_2m", "clip": "rederive_eps", "images": 2},
        {"S": 4, "solver": "dpmpp_2s", "images": 2},
        {"S": 4, "solver": "dpmpp_2s", "clip": "rederive_eps", "images": 2},
    ],
)
def test_after_a_run_no_card_costs_a_pass(passes, settings):
    with page() as wire:
        wire.film(wire.run(settings))
        sampled = list(passes)
        for j in (*range(1, settings["S"] + 1), 2):
            for image in (0, settings["images"] - 1):
                card(wire, settings, image, j)
        assert passes == sampled


def test_a_download_of_what_is_on_the_screen_costs_no_pass(passes):
    """Though the network's answers are forgotten; what is not kept is walked, and a page that left keeps nothing."""
    settings = {"S": 4, "eta": 0.5, "seed": 5, "images": 3, "clip": "rederive_eps", "solver": "dpmpp_2m"}

    def download(name, **other):
        asked = settings | {"token": token, "focus": 1} | other
        response = server.get(f"/ddim/export/{name}", params=asked)
        assert response.status_code == 200, response.text
        return Image.open(io.BytesIO(response.content))

    with client() as server:
        with page(server=server) as wire:
            answers, x_t, x0 = wire.film(wire.run(settings))
            token = answers[0]["token"]
            network.denoiser()._known.clear()
            sampled = list(passes)
            strip, movie = download("film.png"), download("film.gif")
            assert passes == sampled
            download("film.gif", images=5)  # two more
            assert passes == [*sampled, *[2] * 4]
        download("film.gif", seed=6)
        assert passes == [*sampled, *[2] * 4, *[3] * 4]
    shown = np.array(strip)[::4, ::4]  # one pixel of each zoomed one; pictures are two pixels apart
    for row, true in enumerate((x_t, x0)):
        truth.assert_same_picture(np.stack([shown[row * 30 :, j * 30 :][:28, :28] for j in range(5)]), true[:, 1])
    for j in range(5):
        movie.seek(j)
        shown = np.array(movie.convert("L"))[::2, ::2]
        for row, true in enumerate((x_t, x0)):
            truth.assert_same_picture(np.stack([shown[row * 30 :, i * 30 :][:28, :28] for i in range(3)]), true[j])


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"digit": "3"}, {"guidance": 2.0}, {"eta": 0.7}, {"clip": "keep_eps"}, {"solver": "dpmpp_2m"}],
)
def test_a_card_is_of_its_own_run_however_like_the_one_kept(change):
    settings = {"S": 4, "eta": 0.2, "images": 2}
    with page() as wire:
        wire.film(wire.run(settings))
        card(wire, settings | change, 1, 2)


def test_a_draft_keeps_its_one_image_too(passes):
    with page() as wire:
        wire.film(wire.run({"S": 5}, draft=True, focus=2))
        assert passes == [1] * 5
        card(wire, {"S": 5}, 2, 4)
        assert passes == [1] * 5


def test_where_no_walk_is_kept_one_is_made_once_and_goes_on_from_where_it_was(passes):
    with page() as wire:
        for j, walked in ((6, 6), (5, 6), (1, 6), (9, 9), (8, 9)):
            card(wire, {"S": 20, "eta": 0.5}, 1, j)
            assert passes == [1] * walked
        card(wire, {"S": 20, "seed": 6}, 1, 2)
        assert passes == [1] * 11


def test_a_card_walked_anew_remembers_the_belief_of_the_transition_before(passes):
    for solver, calls in (("dpmpp_2m", 4), ("dpmpp_2s", 8)):
        passes.clear()
        with page() as wire:
            card(wire, {"S": 6, "solver": solver, "seed": calls}, 1, 4)
        assert passes == [1] * calls


@pytest.mark.parametrize(
    "change",
    [
        {"eta": 0.7},
        {"S": 3},
        {"S": 1},
        {"clip": "keep_eps"},
        {"spacing": "linspace"},
        {"images": 2},
        {},
        {"solver": "dpmpp_2m"},
        {"solver": "dpmpp_2s", "eta": 0.0},
    ],
)
def test_a_run_that_starts_as_the_last_one_does_not_ask_the_network_for_its_first_step_again(passes, change):
    before = {"S": 4, "images": 3, "eta": 0.2}
    settings = before | change
    with page() as wire:
        wire.film(wire.run(before))
        for draft, n, first in ((True, 1, 1), (False, settings["images"], 0)):
            passes.clear()
            answers, x_t, x0 = wire.film(wire.run(settings, draft, focus=1))
            calls = 2 * settings["S"] - 1 if settings.get("solver") == "dpmpp_2s" else settings["S"]
            assert len(passes) < calls  # fewer still where the network has heard the same pictures
            assert answers[-1]["passes"] == len(passes)
            for shown, true in zip((x_t, x0), truth.film(settings, n, first), strict=True):
                truth.assert_same_picture(shown, true)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1}, {"digit": "3"}, {"guidance": 2.0}, {"schedule": "cosine"}, {"T": 500}, {"images": 4},
        {"spacing": "leading"},  # it begins below T
    ],
)  # fmt: skip
def test_a_run_that_starts_otherwise_asks_for_every_step(passes, change):
    before = {"S": 4, "images": 3, "eta": 0.2}
    with page() as wire:
        wire.film(wire.run(before))
        passes.clear()
        answers, x_t, _ = wire.film(wire.run(before | change))
        assert len(passes) == answers[-1]["passes"] == 4
        truth.assert_same_picture(x_t, truth.film(before | change)[0], "x_t")


def test_a_card_of_the_run_in_flight_waits_for_it_and_walks_nothing(passes):
    settings = {"S": 40, "images": 2}
    with page() as wire:
        run = wire.run(settings)
        wire.until(run, "frame")
        wire.card(settings, 1, 40)
        assert passes == [2] * 40


def test_a_card_beside_another_long_run_does_not_wait_for_it():
    with page() as wire:
        run = wire.run({"S": 1000, "images": 2})
        wire.until(run, "frame")
        wire.card({"S": 5}, 0, 2)
        wire.stop()
        assert kind(wire.until(run, "cancelled", "end")[-1]) == "cancelled"


def test_a_newer_card_interrupts_a_walk_and_its_steps_are_not_lost(passes):
    with page() as wire:
        wire.ask("step", settings={"S": 400}, image=0, j=400)
        card(wire, {"S": 5}, 0, 1)
        assert len(passes) < 300
    with page() as wire:
        del passes[:]
        for j in (60, 70, 80):
            last = wire.ask("step", settings={"S": 80}, image=0, j=j)
        wire.until(last, "part", "error")
        assert len(passes) <= 80 + 2  # at most one pass of each that was replaced went on


class Fake:
    belief = "predicted"

    def __init__(self, n):
        self.x_t = self.eps_model = torch.zeros(n, 1, 28, 28)


def test_what_is_kept_stays_within_its_bound_and_the_image_in_focus_is_kept(monkeypatch):
    monkeypatch.setattr(kept, "ONE", 40)
    monkeypatch.setattr(kept, "ROOM", 60)
    store = kept.Kept()
    for seed in range(4):
        settings = Settings(S=10, seed=seed)
        keep = store.begin(settings, range(8), focus=6)
        for j in range(1, 11):
            keep(j, Fake(8))
        held = sum(both.shape[1] for walk in store._walks for both in walk.made.values())
        assert held <= 60
        found = [image for image in range(8) if store.find(settings, image, 10) is not None]
        assert found == [0, 1, 2, 6]
    assert store.find(Settings(S=10, seed=0), 6, 1) is None
    assert store.find(Settings(S=10, seed=3, images=2), 6, 11) is None
