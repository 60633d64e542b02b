"""Nearest training pictures: what SciPy finds, and a copy is found at distance 0."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from ddim_lab.quality import neighbours
from tests import tiny


@pytest.fixture(scope="module")
def pictures():
    return tiny.digits(30, seed=1)[0], tiny.digits(150, seed=2)[0]


def agrees(found, apart):
    np.testing.assert_allclose(found.distance, np.sort(apart, axis=1)[:, : found.distance.shape[1]], rtol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(apart, found.index, axis=1), found.distance, rtol=1e-5)


def test_in_pixels(pictures):
    drawn, training = pictures
    flat = [each.reshape(len(each), -1) / 255 for each in pictures]
    agrees(neighbours.in_pixels(drawn, training, 4), cdist(*flat) / 28)  # a root mean square over 28 x 28 pixels


def test_a_copy_is_its_own_neighbour_and_a_shift_is_far_in_pixels(pictures):
    training = pictures[1]
    found = neighbours.in_pixels(training[[7, 3]], training, 1)
    np.testing.assert_array_equal(found.index, [[7], [3]])
    np.testing.assert_array_equal(found.distance, 0)
    assert neighbours.in_pixels(np.roll(training[[7]], 2, axis=2), training, 1).distance.min() > 0.1


def test_what_is_refused(pictures):
    with pytest.raises(ValueError, match="grey levels uint8"):
        neighbours.in_pixels(pictures[0] / 255, pictures[1])
    with pytest.raises(ValueError, match="got 151"):
        neighbours.in_pixels(*pictures, 151)
