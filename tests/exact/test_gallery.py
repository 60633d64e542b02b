"""Worlds to look at: where they lie, what they are made of, and hands that draw nonsense."""

import numpy as np
import pytest

from ddim_lab import exact
from ddim_lab.exact import gallery
from tests.exact.worlds import mixture

every_world = pytest.mark.parametrize("name", gallery.WORLDS)


@every_world
def test_a_world_lies_in_the_picture_and_has_about_the_spread_of_noise(name):
    world = gallery.named(name)
    x = world.sample(4000, seed=3)
    assert x.shape == (4000, 2)
    assert (np.abs(x) < 3).mean() > 0.98
    assert 0.6 < exact.marginal(world, 1.0).cov.trace() / 2 < 2
    assert gallery.named(name) is world
    assert len(world.weights) <= gallery.CENTRES_MAX


def test_the_blob_is_the_one_world_in_closed_form():
    assert [name for name in gallery.WORLDS if isinstance(gallery.named(name), exact.Gaussian)] == ["blob"]


def test_shapes_are_what_their_names_say():
    assert np.linalg.norm(gallery.ring(5, radius=1.2).means, axis=1) == pytest.approx([1.2] * 5)
    assert len(gallery.grid(3).means) == 9
    assert len({tuple(point) for point in gallery.grid(3).means.round(9)}) == 9
    upper, lower = np.split(gallery.moons(6).means, 2)
    np.testing.assert_allclose(upper, -lower)
    arm = np.linalg.norm(gallery.spiral(12).means, axis=1)
    assert (np.diff(arm) > 0).all()


def test_a_drawn_world_has_its_centres():
    centres = [[0, 1], [-2, 0.5], [2.5, -2.5]]
    world = gallery.drawn(centres)
    np.testing.assert_array_equal(world.means, centres)
    np.testing.assert_allclose(world.weights, 1 / 3)


@pytest.mark.parametrize(
    ("centres", "named"),
    [
        ([], "shape"),
        ([[1, 2, 3]], "shape"),
        ([[0, 2.6]], "2.6"),
        ([[0, float("nan")]], "finite"),
        ([[0, 0]] * 61, "60"),
    ],
)
def test_nonsense_is_refused_in_words(centres, named):
    with pytest.raises(ValueError, match=named):
        gallery.drawn(centres)


def test_an_unknown_world_is_named():
    with pytest.raises(ValueError, match="'mars'"):
        gallery.named("mars")


@pytest.mark.parametrize("covs", [False, True])
@pytest.mark.parametrize("a", [1.0, 0.3])
def test_mean_and_covariance_of_a_mixture_are_those_of_its_samples(covs, a):
    world = mixture(4, 3, seed=1, covs=covs)
    x, truth = world.sample(200_000, 5, a), exact.marginal(world, a)
    np.testing.assert_allclose(truth.mean, x.mean(0), atol=0.02)
    np.testing.assert_allclose(truth.cov, np.cov(x.T), atol=0.06)


def test_noise_that_is_kept_is_the_same_and_cannot_be_written():
    z = exact.chains.particle_noise(70, (2,), 4)
    again = exact.chains.particle_noise(70, (2,), 4)
    assert z(3) is again(3)
    with pytest.raises(ValueError, match="read-only"):
        z(3)[0] = 1
    big = exact.chains.particle_noise(6000, (2,), 4)
    assert big(1) is not big(1)
    np.testing.assert_array_equal(big(3)[:70], z(3))
