"""Worlds against SciPy's densities, quadrature, torch's autograd, and arithmetic of 60 digits."""

import math

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

import ddim_lab as dl
from ddim_lab import exact
from tests import oracles
from tests.exact.worlds import gaussian, mixture

WEIGHTS, MEANS, STDS = [0.2, 0.5, 0.3], [-1.0, 0.4, 2.0], [0.3, 0.1, 0.7]
THREE = exact.GaussianMixture(WEIGHTS, MEANS, STDS)
LEVELS = (1e-12, 0.01, 0.5, 0.97, 1 - 1e-12)


def scipy_density(world: exact.World, x: np.ndarray, a: float) -> np.ndarray:
    """q_t of a Gaussian or mixture, from SciPy's normal density."""
    if isinstance(world, exact.Gaussian):
        parts = [(1.0, world.mean, world.cov)]
    else:
        k, d = world.means.shape
        axes = np.broadcast_to(np.eye(d), (k, d, d)) if world._axes is None else world._axes
        variances = np.broadcast_to(world._variances[:, :, 0], (k, d))
        covs = [axes[j] @ np.diag(variances[j]) @ axes[j].T for j in range(k)]
        parts = list(zip(world.weights, world.means, covs, strict=True))
    eye = np.eye(x.shape[-1])
    return sum(w * stats.multivariate_normal(a**0.5 * m, a * C + (1 - a) * eye).pdf(x) for w, m, C in parts)


@pytest.mark.parametrize("a", LEVELS)
def test_eps_of_numbers_is_the_oracles(a: float) -> None:
    x = torch.linspace(-3, 3, 24, dtype=torch.float64).reshape(2, 3, 4)  # elementwise on any shape
    one = exact.Gaussian(0.3, 0.5).eps(x, a)
    torch.testing.assert_close(one, oracles.gaussian_denoiser(0.3, 0.5)(x, a), rtol=1e-12, atol=0)
    three = oracles.mixture_denoiser(WEIGHTS, MEANS, STDS)(x, a)
    torch.testing.assert_close(THREE.eps(x, a), three, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("a", [0.05, 0.5, 0.95])
def test_eps_is_the_mean_of_the_noise_given_x_t(a: float) -> None:
    """By quadrature over x_0 of Bayes' rule, with no formula for the posterior."""
    x_0 = np.linspace(-8, 10, 8001)
    prior = sum(w * stats.norm.pdf(x_0, m, s) for w, m, s in zip(WEIGHTS, MEANS, STDS, strict=True))
    for x in (-1.3, 0.2, 1.9):
        joint = prior * stats.norm.pdf(x, a**0.5 * x_0, (1 - a) ** 0.5)
        noise = (x - a**0.5 * x_0) / (1 - a) ** 0.5
        wanted = integrate.simpson(joint * noise) / integrate.simpson(joint)
        assert float(THREE.eps(x, a)) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("world", [gaussian(3), mixture(5, 3), mixture(4, 3, covs=True)])
@pytest.mark.parametrize("a", [0.02, 0.6, 1.0])
def test_density_is_scipys(world: exact.World, a: float) -> None:
    x = np.random.default_rng(1).standard_normal((4, 5, 3))
    np.testing.assert_allclose(world.density(x, a), scipy_density(world, x, a), rtol=1e-10)
    np.testing.assert_allclose(world.log_density(x, a), np.log(scipy_density(world, x, a)), rtol=1e-10)


@pytest.mark.parametrize("d", [1, 2, 17, 64])
@pytest.mark.parametrize("kind", ["gaussian", "stds", "covs"])
def test_score_is_the_gradient_of_log_density(d: int, kind: str) -> None:
    k = 100 if d < 64 else 10
    world = gaussian(d) if kind == "gaussian" else mixture(k, d, covs=kind == "covs")
    rng = np.random.default_rng(3)
    for a in (*LEVELS, 1.0):
        noise = rng.standard_normal((6, d))
        x = torch.from_numpy(world.sample(6, 1, a) + 0.5 * (1 - a) ** 0.5 * noise).requires_grad_()
        (wanted,) = torch.autograd.grad(world.log_density(x, a).sum(), x)
        score = world.score(x, a)
        torch.testing.assert_close(score.detach(), wanted, rtol=1e-9, atol=1e-9 * float(wanted.abs().max()))
        torch.testing.assert_close(world.eps(x, a), -((1 - a) ** 0.5) * score)
        np.testing.assert_array_equal(world.score(x.detach().numpy(), a).shape, (6, d))
        np.testing.assert_allclose(world.score(x.detach().numpy(), a), wanted, rtol=1e-9, atol=1e-9)


def test_eps_is_differentiable() -> None:
    x, a = torch.randn(3, 2, dtype=torch.float64, requires_grad=True), torch.tensor([0.2, 0.5, 0.9]).double()
    for world in (gaussian(2), mixture(7, 2), mixture(3, 2, covs=True)):
        assert torch.autograd.gradcheck(lambda x, a, w=world: w.eps(x, a), (x, a.requires_grad_()))


def digits60(x: float, a: float, components: list[tuple[float, float, float]]) -> tuple[float, float]:
    """eps and log density of a mixture of numbers, in arithmetic of 60 digits."""
    with mpmath.workdps(60):
        x, a = mpmath.mpf(x), mpmath.mpf(a)
        v = [a * mpmath.mpf(s) ** 2 + 1 - a for _, _, s in components]
        miss = [x - mpmath.sqrt(a) * mpmath.mpf(m) for _, m, _ in components]
        q = [
            mpmath.mpf(w) * mpmath.exp(-(d**2) / (2 * u)) / mpmath.sqrt(2 * mpmath.pi * u)
            for (w, _, _), d, u in zip(components, miss, v, strict=True)
        ]
        pull = sum(qj * d / u for qj, d, u in zip(q, miss, v, strict=True)) / sum(q)
        return float(mpmath.sqrt(1 - a) * pull), float(mpmath.log(sum(q)))


@settings(max_examples=60)
@given(
    x=st.floats(-40, 40),
    a=st.sampled_from([1e-12, 1e-6, 0.3, 0.999, 1 - 1e-12]),
    std=st.sampled_from([1e-6, 1e-3, 0.5, 30.0]),
)
def test_nothing_cancels_at_either_end(x: float, a: float, std: float) -> None:
    components = [(0.25, -1.0, std), (0.75, 0.5, 2 * std)]
    world = exact.GaussianMixture(*zip(*components, strict=True))
    eps, log_density = digits60(x, a, components)
    # x - sqrt(a) m itself is known to an ulp of its parts; the rest must add no more than a few.
    ulp = 2e-15 * (abs(x) + 1) * math.sqrt(1 - a) / (a * std**2 + 1 - a)
    near_tie = abs(x - math.sqrt(a) * -1) < abs(x) + 2
    assert float(world.log_density(x, a)) == pytest.approx(log_density, rel=1e-9, abs=1e-9 + 5 * ulp * (abs(x) + 2))
    if near_tie:
        assert float(world.eps(x, a)) == pytest.approx(eps, rel=1e-6, abs=50 * ulp)


@pytest.mark.parametrize("a", LEVELS)
@pytest.mark.parametrize("d", [1, 8, 64])
def test_far_away_and_at_the_ends_all_is_finite(a: float, d: int) -> None:
    """Where every density underflows, log-sum-exp does not."""
    points = np.random.default_rng(0).standard_normal((100, d))
    for world in (mixture(100, d), mixture(20, d, covs=True), gaussian(d), exact.empirical(points)):
        for scale in (0.0, 1.0, 1e3):
            x = torch.full((3, d), scale, dtype=torch.float64, requires_grad=True)
            eps, log_density = world.eps(x, a), world.log_density(x, a)
            (gradient,) = torch.autograd.grad(eps.sum(), x)
            for value in (eps, log_density, gradient, world.score(x, a)):
                assert torch.isfinite(value).all()


def test_kind_dtype_and_shape_come_back() -> None:
    world = mixture(3, 2)
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        x = torch.randn(4, 5, 2).to(dtype)
        assert world.eps(x, 0.3).dtype is world.density(x, 0.3).dtype is dtype
        assert world.eps(x, 0.3).shape == x.shape
        assert world.density(x, 0.3).shape == (4, 5)
    for dtype in (np.float32, np.float64):
        x = np.ones((4, 5, 2), dtype)
        assert isinstance(world.score(x, 0.3), np.ndarray)
        assert world.score(x, 0.3).dtype == world.log_density(x, 0.3).dtype == dtype
    assert world.eps(np.ones((2, 2), int), 0.5).dtype == np.float64
    assert world.eps(np.ones((0, 2)), 0.5).shape == (0, 2)
    assert world.eps(np.ones(2), 0.5).shape == (2,)


def test_one_level_for_each_item() -> None:
    a, x = np.array([0.1, 0.5, 1 - 1e-12]), np.random.default_rng(0).standard_normal((3, 4, 2))
    for world in (THREE, mixture(3, 2), mixture(3, 2, covs=True), exact.empirical(np.ones((5, 4, 2)))):
        wanted = np.stack([world.eps(row[None], level)[0] for row, level in zip(x, a, strict=True)])
        np.testing.assert_allclose(world.eps(x, a), wanted, rtol=1e-13)
        tensor = world.eps(torch.from_numpy(x), torch.from_numpy(a))
        np.testing.assert_allclose(tensor.numpy(), wanted, rtol=1e-12)
        np.testing.assert_allclose(world.eps(x, torch.from_numpy(a)), wanted, rtol=1e-12)
        np.testing.assert_allclose(world.eps(torch.from_numpy(x), a).numpy(), wanted, rtol=1e-12)


def test_many_items_are_counted_in_blocks_without_a_seam() -> None:
    world = mixture(100, 2)
    x, a = np.random.default_rng(0).standard_normal((3000, 2)), np.linspace(0.1, 0.9, 3000)
    whole = world.eps(x, a)
    for i in (0, 654, 655, 656, 1310, 1311, 2999):
        np.testing.assert_allclose(whole[i], world.eps(x[i], a[i]), rtol=1e-12)


def test_draws_have_the_moments_of_the_marginal() -> None:
    world, n = gaussian(3), 40_000
    for a in (1.0, 0.4):
        x = world.sample(n, seed=5, alpha_bar_t=a)
        cov = a * world.cov + (1 - a) * np.eye(3)
        assert np.abs((x.mean(0) - a**0.5 * world.mean) / (cov.diagonal() / n) ** 0.5).max() < 5
        spread = np.sqrt((np.outer(cov.diagonal(), cov.diagonal()) + cov**2) / n)
        assert (np.abs(np.cov(x.T) - cov) < 5 * spread).all()
    assert THREE.sample(7, 1).shape == (7,)
    assert (world.sample(5, 1) == world.sample(5, 1)).all()
    assert (world.sample(5, 1) != world.sample(5, 2)).any()
    draws = THREE.sample(20_000, 3)
    cdf = lambda x: sum(w * stats.norm(m, s).cdf(x) for w, m, s in zip(WEIGHTS, MEANS, STDS, strict=True))  # noqa: E731
    assert stats.kstest(draws, cdf).pvalue > 1e-3
    skewed = mixture(3, 2, covs=True)
    assert np.exp(skewed.log_density(skewed.sample(20_000, 1))).mean() == pytest.approx(
        np.exp(skewed.log_density(skewed.sample(20_000, 2))).mean(), rel=0.05
    )


def test_a_point_mass_has_no_density_but_a_denoiser() -> None:
    point = exact.Gaussian(0.3, 0.0)
    np.testing.assert_allclose(point.eps(np.array([1.3]), 0.64), (1.3 - 0.8 * 0.3) / 0.6, rtol=1e-14)
    assert (exact.Gaussian([1.0, 2.0], std=0.0).sample(3) == [1.0, 2.0]).all()
    for use in (point.density, point.score, point.eps, exact.empirical(np.ones((2, 3))).density):
        x = np.ones((2, 3))
        with pytest.raises(ValueError, match="point mass"):
            use(x, 1.0)


def test_a_finite_set_is_memorised() -> None:
    """Whole pictures: every run ends on one of the points, whatever eta is."""
    pictures = np.random.default_rng(0).standard_normal((6, 1, 4, 4))
    world, schedule = exact.empirical(torch.from_numpy(pictures)), dl.NoiseSchedule.linear()
    for eta in (0.0, 1.0):
        x_T = dl.initial_noise(20, (1, 4, 4)).double()
        x_0 = dl.last(dl.sample(world.eps, x_T, schedule, dl.spacing.trailing(1000, 100), eta)).x_prev.numpy()
        away = np.sqrt(((x_0[:, None] - pictures[None]) ** 2).sum((2, 3, 4)))
        assert away.min(axis=1).max() < 1e-3
        assert len(set(away.argmin(axis=1))) > 2
    assert world.density(x_T, 0.5).shape == (20,)
    assert world.sample(4).shape == (4, 1, 4, 4)
    np.testing.assert_allclose(
        exact.empirical([1.0, 3.0]).eps(np.zeros(2), 0.5),
        exact.empirical([[1.0], [3.0]]).eps(np.zeros((2, 1)), 0.5)[:, 0],
    )


def test_encode_walks_up_in_an_exact_world() -> None:
    """exact.md of the lab: explicit encode then decode on std .5, leading steps."""
    world, schedule = exact.Gaussian(0.0, 0.5), dl.NoiseSchedule.linear()
    for S, wanted in ((10, 0.7275), (50, 0.9464), (250, 0.9893)):
        tau, x_0 = dl.spacing.leading(1000, S), torch.ones(1, 1, dtype=torch.float64)
        x_T = dl.last(dl.encode(world.eps, x_0, schedule, tau)).x_t
        assert float(dl.last(dl.sample(world.eps, x_T, schedule, tau)).x_prev) == pytest.approx(wanted, abs=6e-5)


@pytest.mark.parametrize("a", [1e-12, 0.01, 0.5, 0.99, 1 - 1e-12, 1.0])
def test_one_spread_for_all_and_its_covariance_matrices_are_the_same_world(a):
    """The short form for equal spreads against the general one, which is told nothing of it; far points included."""
    rng = np.random.default_rng(3)
    weights, means = rng.dirichlet(np.ones(30)), 2 * rng.standard_normal((30, 3))
    short = exact.GaussianMixture(weights, means, stds=np.full(30, 0.4))
    general = exact.GaussianMixture(weights, means, covs=np.broadcast_to(0.16 * np.eye(3), (30, 3, 3)))
    x = np.concatenate([a**0.5 * means, rng.standard_normal((50, 3)), [[1e6, -1e6, 0.0]]])
    np.testing.assert_allclose(short.score(x, a), general.score(x, a), rtol=1e-9, atol=1e-9)
    levels = np.linspace(1e-6, a, len(x))  # one level for each item
    np.testing.assert_allclose(short.eps(x, levels), general.eps(x, levels), rtol=1e-9, atol=1e-9)
