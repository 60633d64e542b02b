"""The measures, against SciPy, closed forms and cases whose answer is known."""

import numpy as np
import pytest
from scipy import linalg, stats

from ddim_lab.quality import measures
from ddim_lab.quality.measures import Moments
from tests import tiny


def random_moments(seed, d=6):
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((d, d))
    return Moments(rng.standard_normal(d), mixing @ mixing.T)


def test_frechet_distance_is_scipys():
    a, b = random_moments(0), random_moments(1)
    root = linalg.sqrtm(a.covariance @ b.covariance).real
    wanted = np.sum((a.mean - b.mean) ** 2) + np.trace(a.covariance + b.covariance - 2 * root)
    assert measures.frechet_distance(a, b) == pytest.approx(wanted, rel=1e-9)
    assert measures.frechet_distance(b, a) == pytest.approx(wanted, rel=1e-9)
    assert measures.frechet_distance(a, a) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_of_independent_features_is_that_of_their_deviations():
    a = Moments(np.array([0.0, 1.0]), np.diag([4.0, 9.0]))
    b = Moments(np.array([3.0, 1.0]), np.diag([1.0, 0.0]))  # a feature that does not vary is no obstacle
    assert measures.frechet_distance(a, b) == pytest.approx(3**2 + (2 - 1) ** 2 + (3 - 0) ** 2)


def test_moments_are_numpys_and_weights_are_repetitions():
    rng = np.random.default_rng(2)
    features, counts = rng.standard_normal((30, 4)) + 5, rng.integers(0, 4, 30)
    plain, weighed = measures.moments(features), measures.moments(features, counts.astype(float))
    repeated = np.repeat(features, counts, axis=0)
    np.testing.assert_allclose(plain.mean, features.mean(axis=0))
    np.testing.assert_allclose(plain.covariance, np.cov(features.T))
    np.testing.assert_allclose(weighed.mean, repeated.mean(axis=0))
    np.testing.assert_allclose(weighed.covariance, np.cov(repeated.T))
    with pytest.raises(ValueError, match="at least two pictures"):
        measures.moments(features[:1])


def test_balance_gives_every_class_the_same_share():
    labels = np.array([0, 0, 0, 7, 7, 9])
    weight = measures.balance(labels)
    assert [weight[labels == digit].sum() for digit in (0, 7, 9)] == pytest.approx([2, 2, 2])
    np.testing.assert_array_equal(measures.balance(np.arange(40) % 10), 1)


def test_a_distance_sees_the_pictures_and_not_the_share_of_each_class():
    rng = np.random.default_rng(3)
    centres = 10 * rng.standard_normal((10, 5))

    def drawn(labels):
        return centres[labels] + rng.standard_normal((len(labels), 5))

    even, uneven = np.arange(4000) % 10, rng.choice(10, 4000, p=np.arange(1, 11) / 55)
    reference = measures.moments(drawn(even))
    assert measures.distance(drawn(uneven), uneven, reference).value < 0.1
    assert measures.frechet_distance(reference, measures.moments(drawn(uneven))) > 10  # without the weights


def test_the_interval_of_an_accuracy_is_the_binomial_one():
    asked = np.arange(2000) % 10
    seen = np.where(np.arange(2000) % 25 == 0, (asked + 1) % 10, asked)  # 4 % wrong
    found = measures.accuracy(asked, seen)
    assert found.value == pytest.approx(0.96)
    low, high = stats.binom.interval(0.95, 2000, 0.96)
    assert found.low == pytest.approx(low / 2000, abs=0.0025)
    assert found.high == pytest.approx(high / 2000, abs=0.0025)


def test_the_interval_of_a_distance_covers_the_spread_of_repeated_samples():
    # 300 pictures of three features, two thousand times: the distances at n = 300 themselves, and their spread.
    reference = Moments(np.zeros(3), np.eye(3))
    labels = np.zeros(300, int)

    def sample(seed):
        return np.random.default_rng(seed).standard_normal((300, 3)) * [1.5, 1, 1] + [0.5, 0, 0]

    spread = [measures.frechet_distance(reference, measures.moments(sample(seed))) for seed in range(400)]
    low, high = np.quantile(spread, [0.025, 0.975])
    found = measures.distance(sample(1000), labels, reference)
    assert found.low < found.value < found.high
    assert found.high - found.low == pytest.approx(high - low, rel=0.25)


def test_variance_ratio_of_the_same_pictures_is_one_and_of_copies_is_zero():
    pictures, labels = tiny.digits(400)
    real = measures.pixel_variance(pictures, labels)
    np.testing.assert_allclose(real[3], np.var(pictures[labels == 3].astype(float), axis=0, ddof=1).mean())
    same, classes = measures.variance_ratio(pictures, labels, real)
    assert same.value == pytest.approx(1)
    assert same.low < 1 < same.high
    assert all(c.value == pytest.approx(1) and c.low < 1 < c.high for c in classes)
    copies = pictures[:10][labels]  # one picture of each class, over and over: a collapsed model
    collapsed, classes = measures.variance_ratio(copies, labels, real)
    assert (collapsed.value, collapsed.high) == (0, 0)
    one_class = np.where((labels == 4)[:, None, None], copies, pictures)
    whole, classes = measures.variance_ratio(one_class, labels, real)
    assert classes[4].value == 0
    assert whole.value == pytest.approx(0.9, abs=0.02)


def test_the_interval_of_a_variance_is_the_chi_square_one():
    rng = np.random.default_rng(5)
    pictures = np.zeros((60, 28, 28), np.uint8)
    pictures[:, 0, 0] = np.clip(128 + 30 * rng.standard_normal(60), 0, 255)  # one pixel varies, normally
    labels = np.zeros(60, int)
    real = np.array([30.0**2 / 784])
    found, _ = measures.variance_ratio(pictures, labels, real)
    low, high = stats.chi2.ppf([0.025, 0.975], 59) / 59 * found.value
    assert found.low == pytest.approx(low, rel=0.2)
    assert found.high == pytest.approx(high, rel=0.2)
