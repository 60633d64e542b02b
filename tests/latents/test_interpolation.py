"""Spherical interpolation: ends, norms, the arc, and what has no arc."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import geometric_slerp

import ddim_lab as dl
from ddim_lab.latents.interpolation import grid

ONE, OTHER = dl.initial_noise(3, (1, 4, 4)), dl.initial_noise(3, (1, 4, 4), seed=1)


def norms(codes):
    return codes.flatten(1).norm(dim=1)


def test_it_is_scipys_slerp():
    rng = np.random.default_rng(0)
    one, other = rng.standard_normal((2, 1, 6))
    one, other = one / np.linalg.norm(one), other / np.linalg.norm(other)
    for weight in (0.0, 0.2, 0.5, 0.9, 1.0):
        ours = dl.interpolate(torch.from_numpy(one), torch.from_numpy(other), weight)
        np.testing.assert_allclose(ours[0], geometric_slerp(one[0], other[0], weight), atol=1e-12)


@given(st.floats(0, 1))
def test_ends_symmetry_and_size(weight):
    between = dl.interpolate(ONE, OTHER, weight)
    assert (between.shape, between.dtype) == (ONE.shape, ONE.dtype)
    torch.testing.assert_close(between, dl.interpolate(OTHER, ONE, 1 - weight))
    low, high = torch.minimum(norms(ONE), norms(OTHER)), torch.maximum(norms(ONE), norms(OTHER))
    assert bool((norms(between) > 0.93 * low).all())
    assert bool((norms(between) < 1.15 * high).all())


def test_each_image_may_have_its_own_weight():
    weights = torch.tensor([0.0, 0.5, 1.0])
    between = dl.interpolate(ONE, OTHER, weights)
    torch.testing.assert_close(between[0], ONE[0])
    torch.testing.assert_close(between[1], dl.interpolate(ONE, OTHER, 0.5)[1])
    torch.testing.assert_close(between[2], OTHER[2])


def test_codes_of_one_direction_are_joined_by_a_line():
    torch.testing.assert_close(dl.interpolate(ONE, 2 * ONE, 0.25), 1.25 * ONE)


def test_a_grid_has_its_corners():
    corners = dl.initial_noise(4, (1, 5, 5))
    codes = grid(corners, 3)
    assert codes.shape == (3, 3, 1, 5, 5)
    for place, corner in zip(((0, 0), (0, 2), (2, 0), (2, 2)), corners, strict=True):
        torch.testing.assert_close(codes[place], corner)
    middle = dl.interpolate(corners[:1], corners[1:2], 0.5)
    torch.testing.assert_close(codes[0, 1], middle[0])


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((ONE, OTHER, 1.5), ValueError, "within 0..1, got 1.5"),
        ((ONE, OTHER, math.nan), ValueError, "weight must be finite, got nan"),
        ((ONE, OTHER, torch.zeros(2)), ValueError, r"\(3,\)"),
        ((ONE, OTHER[:2], 0.5), ValueError, "one shape"),
        ((ONE, -ONE, 0.5), ValueError, "opposite"),
        ((ONE, 0 * OTHER, 0.5), ValueError, "zeros"),
        ((ONE * math.nan, OTHER, 0.5), ValueError, "finite"),
        ((ONE.int(), OTHER, 0.5), TypeError, "int32"),
        (("x", OTHER, 0.5), TypeError, "str"),
    ],
)
def test_nonsense_is_refused_in_words(arguments, error, said):
    with pytest.raises(error, match=said):
        dl.interpolate(*arguments)
