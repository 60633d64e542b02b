"""Forward chains keep their marginals whatever eta is; with the wrong covariance they do not. The three lanes."""

import itertools

import numpy as np
import pytest
from scipy import stats

import ddim_lab as dl
from ddim_lab import exact
from ddim_lab.exact import chains
from tests import oracles

LINEAR, TAU = dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 20)
LEVELS = LINEAR.alpha_bar[TAU[::-1]]
X_0, N = 0.7, 2_000


def p_values(paths: np.ndarray, x_0: float) -> np.ndarray:
    """Kolmogorov-Smirnov of every noisy row against q(x_t | x_0)."""
    rows = zip(paths[:-1], LEVELS, strict=True)
    return np.array([stats.kstest(row, stats.norm(a**0.5 * x_0, (1 - a) ** 0.5).cdf).pvalue for row, a in rows])


@pytest.mark.parametrize("eta", [0.0, 0.2, 0.6, 1.0, "bound"])
def test_marginals_do_not_depend_on_eta(eta: float | str) -> None:
    if eta == "bound":
        eta = oracles.run_bound(oracles.pairs(LINEAR.alpha_bar, TAU))
    for seed in (0, 1):
        paths = chains.forward(X_0, LINEAR, TAU, eta, N, seed)
        assert paths.shape == (21, N)
        assert paths.dtype == np.float64
        assert p_values(paths, X_0).min() > 1e-3
        np.testing.assert_allclose(paths[-1], X_0, rtol=1e-14)


@pytest.mark.parametrize("eta", [0.2, 0.6, 1.0])
def test_with_the_wrong_covariance_they_swell(eta: float) -> None:
    paths = chains.forward(X_0, LINEAR, TAU, eta, N, 0, wrong_covariance=True)
    wrong = p_values(paths, X_0)
    assert wrong[0] > 1e-3  # x_T is still right
    assert wrong[10:].max() < 1e-4
    assert (paths[1:-1].var(axis=1) > 1.04 * (1 - LEVELS[1:])).all()
    still = chains.forward(X_0, LINEAR, TAU, 0.0, N, 0, wrong_covariance=True)
    np.testing.assert_array_equal(still, chains.forward(X_0, LINEAR, TAU, 0.0, N, 0))  # no noise, no wrong noise


def test_eta_makes_the_walk_jagged_and_changes_nothing_at_the_top() -> None:
    smooth, rough = (chains.forward(X_0, LINEAR, TAU, eta, N, 0) for eta in (0.0, 1.0))
    np.testing.assert_array_equal(smooth[0], rough[0])
    turns = [np.abs(np.diff(np.sign(np.diff(paths, axis=0)), axis=0)).mean() for paths in (smooth, rough)]
    assert turns[1] > 2 * turns[0]


def test_neighbours_are_correlated_as_the_joint_law_says() -> None:
    """Cov(x_t, x_prev | x_0) = m (1 - a), m from the variance condition m^2 (1 - a) + sigma^2 = 1 - b."""
    for eta in (0.0, 0.5, 1.0):
        paths = chains.forward(X_0, LINEAR, TAU, eta, 20_000, 3)
        for i, (a, b) in enumerate(itertools.pairwise(LEVELS)):
            m = np.sqrt((1 - b - oracles.sigma(a, b, eta) ** 2) / (1 - a))
            rho = m * np.sqrt((1 - a) / (1 - b))
            assert np.corrcoef(paths[i], paths[i + 1])[0, 1] == pytest.approx(rho, abs=5 / 20_000**0.5)


def test_a_picture_has_chains_too() -> None:
    x_0 = np.arange(6.0).reshape(2, 3)
    paths = chains.forward(x_0, LINEAR, TAU, 0.5, 10, 0)
    assert paths.shape == (21, 10, 2, 3)
    np.testing.assert_allclose(paths[-1], np.broadcast_to(x_0, (10, 2, 3)))


def test_chains_refuse_an_eta_beyond_the_bound() -> None:
    with pytest.raises(ValueError, match="beyond the bound"):
        chains.forward(X_0, LINEAR, TAU, 1.5)


def test_three_lanes_from_one_start() -> None:
    world, n = exact.Gaussian(0.0, 0.5), 640
    lanes = chains.lanes(world, LINEAR, dl.spacing.trailing(1000, 1000), n=n)
    assert list(lanes) == ["ddpm", "noise_off", "ddim"]
    start = dl.initial_noise(n, (1,)).numpy()[:, 0]
    for lane in lanes.values():
        assert lane.paths.shape == (1001, n)
        assert lane.variance.shape == (1001,)
        np.testing.assert_allclose(lane.paths[0], start, rtol=1e-6)
        assert (np.abs(lane.paths.var(axis=1) / lane.variance - 1) < 5 * (2 / n) ** 0.5 + 1e-9).all()
    deviation = {name: lane.variance[-1] ** 0.5 for name, lane in lanes.items()}
    assert deviation["noise_off"] == pytest.approx(0.0016, abs=5e-5)
    assert deviation["ddpm"] == pytest.approx(0.5, abs=0.01)
    assert deviation["ddim"] == pytest.approx(0.5, abs=0.01)


def test_the_lanes_are_the_lab_s_own_sampler() -> None:
    world, tau = exact.Gaussian([0.3, -1.0], cov=[[0.25, 0.1], [0.1, 1.0]]), dl.spacing.trailing(1000, 10)
    lanes = chains.lanes(world, LINEAR, tau, n=70, seed=4)
    x_T = dl.initial_noise(70, (2,), seed=4).double()
    for name, eta in (("ddpm", 1.0), ("ddim", 0.0)):
        steps = [step.x_prev.numpy() for step in dl.sample(world.eps, x_T, LINEAR, tau, eta, seed=4)]
        np.testing.assert_allclose(lanes[name].paths[1:], np.stack(steps), atol=1e-6)  # x_T of the sampler is float32
        np.testing.assert_allclose(lanes[name].variance[-1], exact.moments(world, LINEAR, tau, eta).cov, atol=1e-12)
