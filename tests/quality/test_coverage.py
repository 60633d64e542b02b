"""Precision and recall: against SciPy's nearest neighbours, and where the answer is plain."""

import numpy as np
import pytest
from scipy.spatial import KDTree

from ddim_lab.quality import coverage
from ddim_lab.quality.bootstrap import halves, moved
from ddim_lab.quality.coverage import Manifold

EVEN = np.ones(200)


def crowd(n, seed, centre=0.0):
    return np.random.default_rng(seed).standard_normal((n, 4)) + centre


def test_a_ball_reaches_to_the_third_neighbour_and_holds_what_scipy_says():
    real, found = crowd(300, 0), crowd(200, 1, 0.7)
    reach = KDTree(real).query(real, k=4)[0][:, 3]  # its first neighbour is itself
    np.testing.assert_allclose(Manifold(real).radii ** 0.5, reach)
    inside = [any(np.linalg.norm(x - y) <= r for y, r in zip(real, reach, strict=True)) for x in found]
    np.testing.assert_array_equal(Manifold(real).holds(found), inside)
    assert 0.2 < np.mean(inside) < 0.9  # both kinds are there


def test_long_crowds_are_taken_in_parts(monkeypatch):
    real, found = crowd(300, 0), crowd(200, 1, 0.7)
    whole = Manifold(real).holds(found)
    monkeypatch.setattr(coverage, "ROWS", 7)
    np.testing.assert_array_equal(Manifold(real).holds(found), whole)


def test_alike_both_are_high_and_apart_both_are_none():
    labels = np.zeros(200, int)
    real = crowd(200, 0)
    same = coverage.precision(crowd(200, 1), EVEN, Manifold(real)), coverage.recall(crowd(200, 1), labels, real)
    assert all(each.value > 0.7 for each in same)
    far = crowd(200, 1, 100)
    assert coverage.precision(far, EVEN, Manifold(real)).high == 0
    assert coverage.recall(far, labels, real).high == 0


def test_half_of_the_kinds_costs_recall_and_strangers_cost_precision():
    labels = np.zeros(200, int)
    real = np.concatenate([crowd(100, 0), crowd(100, 1, 50)])
    one_kind = crowd(200, 2)
    assert coverage.precision(one_kind, EVEN, Manifold(real)).value > 0.7
    assert coverage.recall(one_kind, labels, real).value == pytest.approx(0.5, abs=0.1)
    strangers = np.concatenate([crowd(100, 3), crowd(100, 4, -50)])
    assert coverage.precision(strangers, EVEN, Manifold(crowd(200, 5))).value == pytest.approx(0.45, abs=0.1)


def test_precision_weighs_its_pictures():
    real = crowd(100, 0)
    found = np.concatenate([real[:1], real[:1] + 100])
    assert coverage.precision(found, np.array([3.0, 1.0]), Manifold(real)).value == 0.75


def test_the_interval_of_recall_covers_the_spread_of_repeated_samples():
    real, labels = crowd(400, 0), np.arange(200) % 10
    spread = [coverage.covered_share(crowd(200, seed, 0.8), real) for seed in range(100, 200)]
    low, high = np.quantile(spread, [0.025, 0.975])
    found = [coverage.recall(crowd(200, seed, 0.8), labels, real) for seed in (7, 8, 9)]
    assert np.mean([each.high - each.low for each in found]) == pytest.approx(high - low, rel=0.35)


def test_too_few_pictures_for_a_ball():
    with pytest.raises(ValueError, match="more than 3 pictures, got 3"):
        _ = Manifold(crowd(3, 0)).radii


def test_the_halves_interval_is_that_of_the_recall_of_each_half():
    real, labels, found = crowd(150, 0), np.arange(120) % 10, crowd(120, 9, 0.5)
    each = [coverage.covered_share(found[half], real) for half in halves(labels, 0)]
    assert coverage.recall(found, labels, real) == moved(coverage.covered_share(found, real), each, 0, 1)
