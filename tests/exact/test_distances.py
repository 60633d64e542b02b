"""Distances against SciPy, textbook values and each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, linalg, stats

import ddim_lab as dl
from ddim_lab import exact
from tests.exact.worlds import gaussian, mixture

LINEAR = dl.NoiseSchedule.linear()


def of(world: exact.Gaussian) -> exact.Moments:
    return exact.marginal(world, 1.0)


@pytest.mark.parametrize("d", [1, 2, 5, 64])
def test_w2_is_the_formula_with_matrix_roots(d: int) -> None:
    p, q = gaussian(d, 1), gaussian(d, 2)
    root = np.real(linalg.sqrtm(p.cov))
    cross = np.real(linalg.sqrtm(root @ q.cov @ root))
    wanted = ((p.mean - q.mean) ** 2).sum() + np.trace(p.cov + q.cov - 2 * cross)
    assert exact.w2(of(p), of(q)) ** 2 == pytest.approx(wanted, rel=1e-9)
    assert exact.w2(of(q), of(p)) == pytest.approx(exact.w2(of(p), of(q)), rel=1e-12)


def test_w2_of_numbers_and_of_near_twins() -> None:
    assert exact.w2(exact.Moments(0.0, 1.0), exact.Moments(3.0, 25.0)) == pytest.approx(5.0)
    assert exact.w2(exact.Moments(1.0, 0.0), exact.Moments(4.0, 16.0)) == pytest.approx(5.0)
    p = of(gaussian(8))
    shifted = exact.Moments(p.mean, p.cov * (1 + 1e-10) ** 2)  # all standard deviations grow by 1e-10
    assert exact.w2(p, shifted) == pytest.approx(1e-10 * np.trace(p.cov) ** 0.5, rel=1e-3)


def test_kl_is_the_integral() -> None:
    p, q = stats.norm(0.3, 0.5), stats.norm(-0.2, 0.9)
    wanted, _ = integrate.quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -8, 8)
    assert exact.kl(exact.Moments(0.3, 0.25), exact.Moments(-0.2, 0.81)) == pytest.approx(wanted, rel=1e-8)
    a, b = gaussian(6, 1), gaussian(6, 2)
    x = a.sample(200_000, 1)
    log_ratio = a.log_density(x) - b.log_density(x)
    assert abs(exact.kl(of(a), of(b)) - log_ratio.mean()) < 5 * log_ratio.std() / len(x) ** 0.5
    assert exact.kl(of(a), of(a)) == pytest.approx(0, abs=1e-12)
    assert exact.kl(exact.Moments(0.0, 0.0), exact.Moments(0.0, 1.0)) == np.inf
    assert exact.kl(exact.Moments(0.0, 0.0), exact.Moments(0.0, 0.0)) == 0


def test_sliced_w2_in_one_dimension_is_w2() -> None:
    world = exact.Gaussian(0.3, 0.5)
    moved = exact.sliced_w2(world.sample(20_000, 3) + 2.0, world)
    assert moved.value == pytest.approx(2.0, abs=0.02)
    wider = exact.sliced_w2(0.3 + 3 * (world.sample(20_000, 3) - 0.3), world)
    assert wider.value == pytest.approx(1.0, abs=0.03)  # |s - s'| of two normals
    noisy = exact.sliced_w2(world.sample(20_000, 4, alpha_bar_t=0.3), world, 0.3)
    assert noisy.value < 3 * noisy.floor


@pytest.mark.slow
def test_sliced_w2_of_a_shift_in_many_dimensions() -> None:
    """Along a random unit vector a shift by c shows its share c . u, of mean square |c|^2 / d."""
    world, c = mixture(6, 10), np.full(10, 3.0)
    found = exact.sliced_w2(world.sample(4_000, 9) + c, world, directions=400)
    assert found.value == pytest.approx(3.0, rel=0.1)


@pytest.mark.slow
def test_the_floor_is_what_exact_samples_give_and_falls() -> None:
    world = mixture(5, 2)
    values = [exact.sliced_w2(world.sample(1_000, s), world, seed=s) for s in range(50, 62)]
    assert np.mean([found.value for found in values]) == pytest.approx(np.mean([f.floor for f in values]), rel=0.25)
    assert exact.sliced_w2(world.sample(16_000, 1), world).floor < 0.5 * values[0].floor
    assert exact.sliced_w2(world.sample(500, 1), world) == exact.sliced_w2(world.sample(500, 1), world)


def test_a_finite_set_has_a_distance_too() -> None:
    world = exact.empirical(np.random.default_rng(0).standard_normal((20, 3)))
    assert exact.sliced_w2(world.sample(3_000, 1), world).value < 0.1
    assert exact.sliced_w2(world.points[:1].repeat(3_000, 0), world).value > 0.5


@settings(max_examples=25)
@given(S=st.integers(1, 60), eta=st.floats(0, 1), std=st.floats(0.05, 2))
def test_the_split_bounds_the_error(S: int, eta: float, std: float) -> None:
    world, tau = exact.Gaussian(0.8, std), dl.spacing.leading(1000, S)
    split = exact.error_split(world, LINEAR, tau, eta)
    assert split.total <= split.start + split.discretisation + 1e-12
    assert split.total >= abs(split.start - split.discretisation) - 1e-12
    ends = exact.moments(world, LINEAR, tau, eta)
    assert split.total == pytest.approx(np.hypot(ends.mean - 0.8, ends.cov**0.5 - std), abs=1e-9)


def test_what_the_two_parts_are() -> None:
    """The start's part stays as steps grow, the other one vanishes; DDPM forgets its start, DDIM does not."""
    world = exact.Gaussian(0.8, 0.5)
    fine, coarse = (exact.error_split(world, LINEAR, dl.spacing.trailing(1000, S)) for S in (1000, 10))
    assert fine.discretisation < 0.03 * coarse.discretisation
    assert 0.5 < fine.start / coarse.start < 2
    short = dl.spacing.custom([1, 100, 250], 1000)  # alpha_bar is .5 at the top: far from N(0, I)
    ddim, ddpm = (exact.error_split(world, LINEAR, short, eta) for eta in (0.0, 1.0))
    assert ddim.start > 0.2
    assert ddpm.start < ddim.start
