"""`moments` and `propagate` against closed forms written elsewhere, values computed elsewhere, and `dl.sample`."""

import math
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab import exact, spacing
from tests import oracles
from tests.exact.worlds import gaussian, mixture
from tests.test_sampler_exact import DOZEN, PRINTED

MU, S_DATA = 0.3, 0.5
WORLD = exact.Gaussian(MU, S_DATA)
pytestmark = pytest.mark.usefixtures("one_thread")
SHARES = (0.0, 0.3, 0.999)  # of the run's largest eta


@cache
def schedule(kind: str, T: int) -> dl.NoiseSchedule:
    return dl.NoiseSchedule.named(kind, T)


def compare(kind: str, T: int, rule: str, S: int) -> None:
    tau = spacing.named(rule, T, S)
    levels = oracles.pairs(schedule(kind, T).alpha_bar, tau)
    bound = min(oracles.run_bound(levels), 3.0)
    runs = [(share * bound, False) for share in SHARES] + [(1.0, False), (1.0, True)]
    for eta, hat in runs:
        found = exact.moments(WORLD, schedule(kind, T), tau, eta, hat)
        wanted = oracles.moments(levels, MU, S_DATA, eta, hat)
        assert (found.mean, found.cov) == pytest.approx(wanted, rel=0, abs=1e-9), f"S = {S}, eta = {eta}, {hat}"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["linear", "cosine"])
@pytest.mark.parametrize("rule", spacing.KINDS)
def test_every_S_at_40_steps(kind: str, rule: str) -> None:
    for S in range(1, 41):
        compare(kind, 40, rule, S)


@pytest.mark.slow
@pytest.mark.parametrize("rule", spacing.KINDS)
def test_a_dozen_S_at_1000_steps(rule: str) -> None:
    for S in DOZEN:
        compare("linear", 1000, rule, S)


@pytest.mark.parametrize(("rule", "S", "eta"), PRINTED)
def test_values_computed_elsewhere(rule: str, S: int, eta: float | str) -> None:
    hat = eta == "hat"
    found = exact.moments(WORLD, schedule("linear", 1000), spacing.named(rule, 1000, S), 1.0 if hat else eta, hat)
    assert (found.mean, found.cov) == pytest.approx(PRINTED[rule, S, eta], rel=0, abs=1e-9)
    assert isinstance(found.cov, np.float64)


def test_the_bound_itself_is_reached() -> None:
    tau = spacing.trailing(1000, 10)
    levels = oracles.pairs(schedule("linear", 1000).alpha_bar, tau)
    bound = oracles.run_bound(levels)
    found = exact.moments(WORLD, schedule("linear", 1000), tau, bound * (1 + 5e-13))
    wanted = oracles.moments(levels, MU, S_DATA, bound, False)
    assert (found.mean, found.cov) == pytest.approx(wanted, rel=0, abs=1e-8)
    with pytest.raises(ValueError, match=r"beyond the bound 1\.08249784"):
        exact.moments(WORLD, schedule("linear", 1000), tau, 1.09)
    with pytest.raises(ValueError, match=r"eta = 2\.0 is beyond the bound"):  # a rule by itself does not clamp either
        exact.rules.ddim(2.0)(*levels[0])


@pytest.mark.parametrize(("eta", "hat"), [(0.0, False), (0.6, False), (1.0, True)])
def test_the_sampler_gives_exactly_these_where_it_is_affine(eta: float, hat: bool) -> None:
    """x_T = 0 and the unit vectors show the map of a step; the noise's gain is read off the noise itself."""
    for world in (gaussian(1), gaussian(4), gaussian(16)):
        d = len(world.mean)
        x_T = torch.cat([torch.zeros(1, d), torch.eye(d)]).double()
        mean, cov = np.zeros(d), np.eye(d)
        tau = spacing.quadratic(1000, 12)
        for j, step in enumerate(dl.sample(world.eps, x_T, schedule("linear", 1000), tau, eta, hat), start=1):
            free = (step.x_prev - step.noise_term).numpy()
            x_t = step.x_t.numpy()
            # What the sampler makes of differences; solved for, as after the first step they are no unit vectors.
            map_, *_ = np.linalg.lstsq(x_t[1:] - x_t[0], free[1:] - free[0], rcond=None)
            z = dl.fresh_noise(len(x_T), (d,), j).numpy()
            sigma = float((z * step.noise_term.numpy()).sum() / (z * z).sum())
            mean = free[0] + (mean - x_t[0]) @ map_
            cov = map_.T @ cov @ map_ + sigma**2 * np.eye(d)
        found = exact.moments(world, schedule("linear", 1000), tau, eta, hat)
        np.testing.assert_allclose(found.mean, mean, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.cov, cov, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("eta", "hat"), [(0.0, False), (0.5, False), (1.0, False), (1.0, True)])
def test_a_crowd_is_within_five_standard_errors(eta: float, hat: bool) -> None:
    n, world, tau = 20_000, gaussian(2, seed=4), spacing.leading(1000, 15)
    x_T = dl.initial_noise(n, (2,), seed=1).double()
    x_0 = dl.last(dl.sample(world.eps, x_T, schedule("linear", 1000), tau, eta, hat, seed=1)).x_prev.numpy()
    found = exact.moments(world, schedule("linear", 1000), tau, eta, hat)
    spread = np.sqrt(np.diag(found.cov) / n)
    assert (np.abs(x_0.mean(0) - found.mean) < 5 * spread).all()
    deviation = np.sqrt((np.outer(np.diag(found.cov), np.diag(found.cov)) + found.cov**2) / n)
    assert (np.abs(np.cov(x_0.T) - found.cov) < 5 * deviation).all()


@pytest.mark.parametrize("d", [2, 7, 64])
def test_many_dimensions_are_one_for_each_direction(d: int) -> None:
    world, tau = gaussian(d), spacing.trailing(1000, 10)
    values, vectors = np.linalg.eigh(world.cov)
    levels = oracles.pairs(schedule("linear", 1000).alpha_bar, tau)
    for eta in (0.0, 0.7):
        along = [
            oracles.moments(levels, float(mu), math.sqrt(v), eta, False)
            for mu, v in zip(vectors.T @ world.mean, values, strict=True)
        ]
        found = exact.moments(world, schedule("linear", 1000), tau, eta)
        np.testing.assert_allclose(found.mean, vectors @ [mean for mean, _ in along], rtol=0, atol=1e-9)
        wanted = vectors @ np.diag([variance for _, variance in along]) @ vectors.T
        np.testing.assert_allclose(found.cov, wanted, rtol=0, atol=1e-9)


def test_a_round_covariance_is_a_std() -> None:
    tau = spacing.trailing(1000, 10)
    one = exact.moments(exact.Gaussian([0.3, 0.3], std=0.5), schedule("linear", 1000), tau, 0.5)
    other = exact.moments(exact.Gaussian([0.3, 0.3], cov=0.25 * np.eye(2)), schedule("linear", 1000), tau, 0.5)
    np.testing.assert_allclose(one.cov, other.cov, atol=1e-15)
    np.testing.assert_allclose(one.mean, PRINTED["trailing", 10, 0.5][0], atol=1e-9)
    np.testing.assert_allclose(np.diag(one.cov), PRINTED["trailing", 10, 0.5][1], atol=1e-9)


@settings(max_examples=40)
@given(
    tau=st.sets(st.integers(1, 39), max_size=20).map(lambda steps: [*sorted(steps), 40]),
    mu=st.floats(-3, 3),
    std=st.floats(0, 3),
)
def test_laws_of_every_run(tau: list[int], mu: float, std: float) -> None:
    linear, world = schedule("linear", 40), exact.Gaussian(mu, std)
    a, v = float(linear.alpha_bar[-1]), oracles.marginal_variance(float(linear.alpha_bar[-1]), std)
    ddpm, ddim = (exact.moments(world, linear, tau, eta) for eta in (1.0, 0.0))
    assert ddpm.mean == pytest.approx(mu * (1 - a * std**2 / v), abs=1e-9)  # telescopes
    jump = exact.moments(world, linear, [40], 1.0, True)
    assert jump.cov == pytest.approx(a * std**4 / v**2, abs=1e-12)
    if std == 0:
        assert ddim.cov == pytest.approx(0, abs=1e-12)


@settings(max_examples=40)
@given(a=st.floats(1e-6, 0.99), share=st.floats(0.01, 1), eta=st.floats(0, 1), std=st.floats(0.01, 3))
def test_a_step_from_the_truth_loses_variance_least_at_eta_0(a: float, share: float, eta: float, std: float) -> None:
    b = a + share * (1 - a)
    world = exact.Gaussian(0.3, std)
    loss = []
    for each in (0.0, eta):
        (after,) = exact.propagate(world, [(a, b)], exact.rules.ddim(each), exact.marginal(world, a))
        loss.append(exact.marginal(world, b).cov - after.cov)
        assert after.mean == pytest.approx(math.sqrt(b) * 0.3, abs=1e-12)
    left = max(1 - b - oracles.sigma(a, b, eta) ** 2, 0.0)
    wanted = (std * math.sqrt(a * left) - std * math.sqrt(b * (1 - a))) ** 2 / oracles.marginal_variance(a, std)
    assert loss[1] == pytest.approx(wanted, abs=1e-12)
    assert -1e-12 < loss[0] < loss[1] + 1e-12


def test_propagate_takes_any_affine_rule_and_shows_every_transition() -> None:
    """A classic slip, sigma for sigma^2 under the root, compared with particles that take the same steps."""
    levels = exact.levels_of(schedule("linear", 1000), spacing.trailing(1000, 8))

    def slip(a: float, b: float) -> tuple[float, float, float]:
        sigma = oracles.sigma(a, b, 0.5)
        m = math.sqrt(max(1 - b - sigma, 0) / (1 - a))
        return math.sqrt(b) - m * math.sqrt(a), m, sigma

    rng = np.random.default_rng(0)
    x = rng.standard_normal(40_000)
    walk = exact.rules.walk(WORLD.eps, x, levels, slip, lambda j: rng.standard_normal(x.shape))
    right = list(exact.propagate(WORLD, levels, exact.rules.ddim(0.5)))
    wrong = list(exact.propagate(WORLD, levels, slip))
    for found, particles in zip(wrong, walk, strict=True):
        assert abs(particles.mean() - found.mean) < 5 * math.sqrt(found.cov / x.size)
        assert abs(particles.var() - found.cov) < 5 * found.cov * math.sqrt(2 / x.size)
    assert abs(wrong[-1].cov - right[-1].cov) > 1e-3
    wanted = oracles.moments(levels, MU, S_DATA, 0.5, False)
    assert (right[-1].mean, right[-1].cov) == pytest.approx(wanted, abs=1e-12)


def test_propagate_from_elsewhere() -> None:
    """From the true q(x_T) many small steps end at the data, correlated or not."""
    world, linear = gaussian(3), schedule("linear", 1000)
    levels = exact.levels_of(linear, range(1, 1001))
    *_, end = exact.propagate(world, levels, exact.rules.ddim(), exact.marginal(world, levels[0][0]))
    np.testing.assert_allclose(end.mean, world.mean, atol=1e-2)
    np.testing.assert_allclose(end.cov, world.cov, atol=2e-2)


def test_a_start_of_any_shape_is_carried_by_the_map_of_the_step() -> None:
    """Its axes are not those of the data: x_prev = A x_t + c + sigma z, written without the data's directions."""
    world, (a, b), eye = gaussian(3), (0.4, 0.8), np.eye(3)
    other = gaussian(3, seed=1)
    (after,) = exact.propagate(world, [(a, b)], exact.rules.ddim(0.5), exact.Moments(other.mean, other.cov))
    c = dl.coefficients(a, b, 0.5)
    gain = math.sqrt(a) * world.cov @ np.linalg.inv(a * world.cov + (1 - a) * eye)  # of E[x_0 | x_t]
    A = c.k * gain + c.m * eye
    wanted = A @ other.mean + c.k * (world.mean - math.sqrt(a) * gain @ world.mean)
    np.testing.assert_allclose(after.mean, wanted, rtol=0, atol=1e-12)
    np.testing.assert_allclose(after.cov, A @ other.cov @ A.T + c.sigma**2 * eye, rtol=0, atol=1e-12)


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_a_mixture_is_reached_in_many_steps(eta: float) -> None:
    """Mean and variance of a sampled mixture come within Monte-Carlo error and step error of the data."""
    world, n = mixture(5, 2), 2_000
    x_T = dl.initial_noise(n, (2,), seed=2).double()
    x_0 = dl.last(dl.sample(world.eps, x_T, schedule("linear", 1000), spacing.quadratic(1000, 200), eta)).x_prev.numpy()
    data = world.sample(400_000, 1)
    assert (np.abs(x_0.mean(0) - data.mean(0)) < 5 * data.std(0) / n**0.5 + 0.01).all()
    assert (np.abs(x_0.var(0) / data.var(0) - 1) < 0.1).all()
