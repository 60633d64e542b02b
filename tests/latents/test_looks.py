"""What is said of codes: against SciPy and NumPy, and against what is known of true noise."""

import numpy as np
import pytest
import torch
from scipy import stats

import ddim_lab as dl
from ddim_lab.latents import interpolation, looks


def test_noise_looks_like_noise():
    chance = looks.by_chance(784, 28)
    inside = {"mean": 0, "variance": 0, "neighbours": 0}
    for image in range(200):
        look = looks.look(dl.initial_noise(1, (1, 28, 28), seed=5, first=image))
        for name, wanted in (("mean", 0), ("variance", 1), ("neighbours", 0)):
            inside[name] += abs(getattr(look, name) - wanted) <= chance[name]
    for name, count in inside.items():
        assert stats.binomtest(count, 200, 0.95).pvalue > 0.001, (name, count)


def test_the_numbers_are_numpys():
    code = torch.from_numpy(np.random.default_rng(1).normal(0.3, 1.4, (1, 1, 9, 9)).cumsum(axis=2))
    values, look = code.numpy()[0, 0], looks.look(code)
    one = np.concatenate([values[:, :-1].ravel(), values[:-1].ravel()])
    other = np.concatenate([values[:, 1:].ravel(), values[1:].ravel()])
    assert look.mean == pytest.approx(values.mean())
    assert look.variance == pytest.approx(values.var())
    assert look.neighbours == pytest.approx(stats.pearsonr(one, other).statistic)
    assert look.length == pytest.approx(np.linalg.norm(values) / 9)
    assert sum(look.density) * 0.25 == pytest.approx(((values >= -4) & (values <= 4)).mean())


def test_a_flat_code_has_neighbours_alike():
    assert looks.look(torch.ones(1, 1, 4, 4)).neighbours == 1


def test_the_bell_is_scipys():
    np.testing.assert_allclose(looks.bell(9), stats.norm.pdf(np.linspace(-4, 4, 9)), rtol=1e-12)


def test_errors_are_on_grey_levels_from_0_to_1():
    black, white = -torch.ones(1, 1, 4, 4), torch.ones(2, 1, 4, 4)
    assert looks.squared_errors(white, black) == [1.0, 1.0]
    half = torch.zeros(1, 1, 4, 4)
    assert looks.squared_errors(half, black) == [0.25]
    with pytest.raises(ValueError, match="compared"):
        looks.squared_errors(torch.zeros(1, 1, 3, 3), black)


@pytest.mark.parametrize("code", [torch.zeros(2, 1, 4, 4), torch.zeros(1, 4, 4), torch.full((1, 1, 4, 4), torch.nan)])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ValueError, match=r"code must (be|hold)"):
        looks.look(code)


def test_the_straight_line_is_short_in_the_middle():
    one, other = (dl.initial_noise(500, (1, 28, 28), seed=seed) for seed in (0, 1))
    lengths = np.array(looks.lengths(interpolation.straight(one, other, 0.5)))
    assert lengths.mean() == pytest.approx(0.5**0.5, abs=0.003)
    torch.testing.assert_close(interpolation.straight(one, other, 0.25), 0.75 * one + 0.25 * other)
    assert np.mean(looks.lengths(dl.interpolate(one, other, 0.5))) == pytest.approx(1, abs=0.003)


def test_a_straight_grid_is_bilinear():
    corners = dl.initial_noise(4, (1, 3, 3)).double()
    grid = interpolation.grid(corners, 3, interpolation.straight)
    torch.testing.assert_close(grid[1, 1], corners.mean(dim=0))
    torch.testing.assert_close(grid[0, 2], corners[1])


def test_likeness_is_the_correlation_of_the_pixels():
    one, other = torch.randn(2, 1, 1, 6, 7, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    assert looks.likeness(one, other) == pytest.approx(np.corrcoef(one.flatten(), other.flatten())[0, 1], abs=1e-12)
    assert looks.likeness(one, 3 - 2 * one) == pytest.approx(-1)
    assert looks.likeness(one, torch.ones_like(one)) == 0
    with pytest.raises(ValueError, match=r"\(1, 1, 6, 7\) cannot be compared with a picture \(1, 1, 7, 6\)"):
        looks.likeness(one, other.transpose(2, 3))
