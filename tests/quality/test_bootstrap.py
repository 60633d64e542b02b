"""The difference of two cells: against closed forms, against drawing the cells anew, and whether 95 % means 95 %."""

import numpy as np
import pytest

from ddim_lab.quality import bootstrap, kernel, measures
from ddim_lab.quality.bootstrap import Measure, apart

N = 400
ASKED = np.arange(N) % 10


def seen(rng, chance, shared):
    """The digits that a judge sees: some are missed, by luck that two cells have in common."""
    missed = shared < chance
    missed ^= rng.random(len(shared)) < 0.02
    return np.where(missed, (ASKED + 1) % 10, ASKED)


def pair(seed, one=0.05, other=0.12):
    rng = np.random.default_rng(seed)
    shared = rng.random(N)
    return [seen(rng, chance, shared) for chance in (one, other)]


def test_the_spread_of_a_difference_of_shares_is_the_closed_form_of_pairs():
    shown = pair(0)
    difference = apart(*(measures.accuracy(ASKED, each) for each in shown), same=True)
    hits = [(each == ASKED).astype(float) for each in shown]
    wanted = np.std(hits[0] - hits[1]) / N**0.5
    assert difference.value == pytest.approx(hits[0].mean() - hits[1].mean())
    assert difference.spread == pytest.approx(wanted, rel=0.12)  # of 300 draws
    assert difference.high - difference.value == pytest.approx(1.96 * difference.spread)
    alone = apart(*(measures.accuracy(ASKED, each) for each in shown), same=False)
    assert alone.spread == pytest.approx(np.hypot(*(np.std(hit) for hit in hits)) / N**0.5, rel=0.12)
    assert difference.spread < 0.85 * alone.spread  # what pairs are for


@pytest.mark.slow
def test_ninety_five_per_cent_of_the_intervals_hold_the_truth():
    truth = 0.96 * (0.12 - 0.05)  # luck of its own turns 2 % around, of both
    told = [apart(*(measures.accuracy(ASKED, each) for each in pair(seed)), same=True) for seed in range(1, 101)]
    held = np.mean([difference.low <= truth <= difference.high for difference in told])
    assert 0.89 <= held <= 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["frechet", "kernel"])
def test_the_spread_of_a_difference_of_distances_is_that_of_cells_drawn_anew(kind):
    rng, labels = np.random.default_rng(3), np.arange(200) % 10
    real = rng.standard_normal((600, 4))
    moments, crowd = measures.moments(real), kernel.Crowd(real[:300], np.arange(300) % 10)

    def cells(seed):
        z, own = np.random.default_rng(seed).standard_normal((2, 200, 4))
        return 0.8 * z, 0.8 * z + 0.1 * own + 0.1  # the same starts

    def value(features):
        return (
            measures.frechet_distance(moments, measures.moments(features))
            if kind == "frechet"
            else kernel.kernel_distance(features, labels, crowd)
        )

    def measure(features):
        return (
            measures.distance(features, labels, moments)
            if kind == "frechet"
            else kernel.distance(features, labels, crowd)
        )

    anew = np.std([value(a) - value(b) for a, b in map(cells, range(10, 90))])
    told = [apart(*map(measure, cells(seed)), same=True).spread for seed in (0, 1, 2)]
    assert np.mean(told) == pytest.approx(anew, rel=0.35)
    alone = [apart(*map(measure, cells(seed)), same=False).spread for seed in (0, 1, 2)]
    assert np.mean(alone) > 1.5 * np.mean(told)


def test_draws_are_kept_with_their_mean_taken_out_and_in_units_of_their_spread():
    measure = bootstrap.moved(5.0, [1.0, 2.0, 3.0])
    assert (measure.spread, measure.drawn) == (1.0, "-10 0 10")
    assert (measure.low, measure.high) == pytest.approx((4.05, 5.95))
    assert bootstrap.percentiles(1.0, [1.0, 1.0]) == Measure(1.0, 1.0, 1.0, 0.0, "0 0")


def test_cells_of_other_sizes_are_no_pairs():
    one, two = (Measure(0.0, -1.96, 1.96, 1.0, " ".join(map(str, range(-50, 50)))) for _ in range(2))
    assert apart(one, two, same=True).spread == 0
    assert apart(one, two, same=False).spread == pytest.approx(2**0.5)
    assert apart(one, Measure(0.0, -1.96, 1.96, 1.0), same=True).spread == pytest.approx(2**0.5)  # an older table's
