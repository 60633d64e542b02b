"""The kernel distance: against its definition written out, and where the true value is known."""

import numpy as np
import pytest

from ddim_lab.quality import kernel

CENTRES = 3 * np.random.default_rng(0).standard_normal((10, 6))


def drawn(n, seed, shift=0.0, digits=10):
    """n pictures of digits asked for in turn: features (n, 6) around their digit's centre, and the digits."""
    labels = np.arange(n) % digits
    return CENTRES[labels] + np.random.default_rng(seed).standard_normal((n, 6)) + shift, labels


def by_definition(a, b):
    """MMD² of Gretton et al., Eq. 3, in loops: means over all pairs of different pictures."""

    def k(x, y):
        return (x @ y / len(x) + 1) ** 3

    def own(c):
        return np.mean([k(x, y) for i, x in enumerate(c) for j, y in enumerate(c) if i != j])

    return own(a) + own(b) - 2 * np.mean([k(x, y) for x in a for y in b])


def test_of_one_digit_it_is_the_unbiased_estimator_of_the_definition():
    a, labels = drawn(12, 1, shift=0.5, digits=1)
    b, others = drawn(17, 2, digits=1)
    assert kernel.kernel_distance(a, labels, kernel.Crowd(b, others)) == pytest.approx(by_definition(a, b), rel=1e-12)


def test_long_crowds_are_taken_in_parts(monkeypatch):
    a, b = drawn(40, 1, 0.2), drawn(60, 2)
    whole = kernel.kernel_distance(*a, kernel.Crowd(*b))
    monkeypatch.setattr(kernel, "ROWS", 7)
    assert kernel.kernel_distance(*a, kernel.Crowd(*b)) == pytest.approx(whole, rel=1e-9)


@pytest.mark.parametrize("n", [30, 120])
def test_alike_it_is_0_on_average_whatever_the_number_of_pictures(n):
    crowd = kernel.Crowd(*drawn(1000, 1))
    found = [kernel.kernel_distance(*drawn(n, seed), crowd) for seed in range(100, 140)]
    error = np.std(found) / len(found) ** 0.5
    assert abs(np.mean(found)) < 3 * error
    # The plain mean over all pairs is too low: of 30 pictures, a pair shows one digit in 2 of 29 cases, not in 3 of 30.
    if n == 30:
        assert (
            np.mean([by_definition(drawn(n, seed)[0], crowd.features[:100]) for seed in range(100, 105)]) < -10 * error
        )


def test_a_digit_weighs_the_same_however_many_pictures_show_it():
    crowd = kernel.Crowd(*drawn(1000, 1))
    features, labels = drawn(1000, 2)
    uneven = (labels != 3) | (np.arange(1000) < 300)
    even, less = (
        kernel.kernel_distance(features, labels, crowd),
        kernel.kernel_distance(features[uneven], labels[uneven], crowd),
    )
    assert less == pytest.approx(even, abs=1.0)
    without = labels != 3
    assert kernel.kernel_distance(features[without], labels[without], crowd) > even + 3


@pytest.mark.slow
def test_the_interval_covers_the_spread_of_repeated_samples():
    crowd = kernel.Crowd(*drawn(1000, 1))
    spread = [kernel.kernel_distance(*drawn(100, seed, 0.5), crowd) for seed in range(100, 200)]
    low, high = np.quantile(spread, [0.025, 0.975])
    found = [kernel.distance(*drawn(100, seed, 0.5), crowd) for seed in (7, 8, 9)]
    assert all(each.low < each.value < each.high for each in found)
    assert np.mean([each.high - each.low for each in found]) == pytest.approx(high - low, rel=0.3)
