"""The tab of chords: its paths are dl.sample's, its plane is fixed, and the fine path is walked once."""

import numpy as np
import pytest

from ddim_lab.figures.chords import end_gap, plane_of
from ddim_lab.lab.live import film
from ddim_lab.lab.pages.digits import path as path_view
from tests.lab import truth

SHORT = {"T": 30, "S": 5}


def final(settings, image=0):
    *progress, (numbers, _) = path_view.path({"settings": settings, "image": image})
    assert all("walked" in part for part, _ in progress)
    return numbers


@pytest.fixture(autouse=True)
def forgotten():
    path_view._fine.clear()


def test_the_gap_is_that_of_the_cores_results():
    got = final(SHORT | {"eta": 0.4, "seed": 2}, image=1)
    own = list(truth.steps(SHORT | {"eta": 0.4, "seed": 2}, 1, 1))[-1].x_prev
    fine = list(truth.steps({"T": 30, "S": 30, "seed": 2}, 1, 1))[-1].x_prev
    assert got["gap"] == pytest.approx(float((own - fine).square().mean().sqrt()), rel=1e-3)
    assert len(got["path"]) == 6
    assert (got["S"], got["T"], got["image"]) == (5, 30, 1)


def test_the_finest_setting_lies_on_its_own_path():
    got = final({"T": 30, "S": 30})
    assert got["gap"] == 0
    np.testing.assert_allclose(got["path"], got["fine"], atol=2e-3)


def test_the_plane_stays_and_the_fine_path_is_walked_once(monkeypatch):
    walks = []
    monkeypatch.setattr(film, "walk", lambda s, *rest, walk=film.walk: walks.append(s.S) or walk(s, *rest))
    first, second = final(SHORT), final({"T": 30, "S": 7, "eta": 0.9})
    assert first["fine"] == second["fine"]
    assert walks == [30, 5, 7]


def test_nonsense_is_refused_in_words():
    for values, named in (
        ({}, "needs settings"),
        ({"settings": {}, "image": 8}, "image"),
        ({"settings": {"S": 0}, "image": 0}, "S"),
    ):
        with pytest.raises(ValueError, match=named):
            path_view.path(values)


def test_a_plane_holds_what_is_plane():
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.standard_normal((10, 3)))[0].T
    angle = np.linspace(0, np.pi, 50)
    arc = np.stack([-np.cos(angle), np.sin(angle)], 1) @ axes[:2] + 3
    plane = plane_of(arc)
    assert plane.share == pytest.approx(1)
    flat = plane.project(arc)
    np.testing.assert_allclose(
        np.linalg.norm(np.diff(flat, axis=0), axis=1), np.linalg.norm(np.diff(arc, axis=0), axis=1)
    )
    assert flat[-1, 0] > flat[0, 0]
    assert plane_of(arc + 0.5 * angle[:, None] ** 2 * axes[2]).share < 0.999
    assert end_gap(arc, arc) == 0
