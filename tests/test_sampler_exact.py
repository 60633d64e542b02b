"""`dl.sample` itself, in float64, against the closed forms of a Gaussian world.

One transition is affine there: x_prev - noise_term = A x_t + const, and the noise's gain is sigma. A, the constant and
sigma are read off each step of a run (no Monte Carlo), compared with the closed form, and chained to the final moments.
"""

import math
from functools import cache

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import spacing
from tests import oracles

MU, S_DATA = 0.3, 0.5
WORLD = oracles.gaussian_denoiser(MU, S_DATA)
DOZEN = (1, 2, 3, 7, 10, 20, 37, 50, 61, 103, 250)


@cache
def schedule(kind: str, T: int) -> dl.NoiseSchedule:
    return dl.NoiseSchedule.named(kind, T)


@cache
def fresh(j: int) -> np.ndarray:
    return dl.fresh_noise(4, (1,), j)[:, 0].numpy()


def read_off(step: dl.Step, z: np.ndarray | None) -> tuple[float, float, float, float]:
    """(A, constant, sigma) of one step, from four images, and how far from affine it is."""
    x_t, noise = step.x_t[:, 0].numpy(), step.noise_term[:, 0].numpy()
    free = step.x_prev[:, 0].numpy() - noise
    x = x_t - x_t.mean()
    A = x @ free / (x @ x)
    constant = free.mean() - A * x_t.mean()
    gain = 0.0 if z is None else z @ noise / (z @ z)
    odd = np.abs(free - A * x_t - constant).max() + np.abs(noise if z is None else noise - gain * z).max()
    return A, constant, gain, odd


def measured_moments(alpha_bar: np.ndarray, tau: np.ndarray, eta: float, hat: bool, tol: float) -> tuple[float, float]:
    """Final mean and variance, chained from what each step of one run does; each step is compared on the way."""
    levels = oracles.pairs(alpha_bar, tau)
    x_T = torch.tensor([[0.0], [1.0], [-1.0], [2.0]], dtype=torch.float64)
    mean, variance, wanted, measured = 0.0, 1.0, [], []
    for j, step in enumerate(dl.sample(WORLD, x_T, dl.NoiseSchedule(alpha_bar), tau, eta, hat), start=1):
        a, b = levels[j - 1]
        assert (alpha_bar[step.t], alpha_bar[step.t_prev]) == (a, b)
        small = oracles.sigma(a, b, eta)
        deviation = oracles.sigma_hat(a, b) if hat else small
        A, constant, gain, odd = read_off(step, fresh(j) if deviation else None)
        slope = oracles.gain(a, b, small, S_DATA)
        wanted.append((slope, (math.sqrt(b) - slope * math.sqrt(a)) * MU, deviation, 0.0))
        measured.append((A, constant, gain, odd))
        mean, variance = A * mean + constant, A * A * variance + gain**2
    assert len(measured) == len(tau)
    worst = np.abs(np.array(measured) - np.array(wanted)).max(axis=0)
    assert (worst <= tol).all(), f"A, constant, sigma, affinity differ by {worst}, S = {len(tau)}, eta = {eta}"
    return mean, variance


def check_run(kind: str, T: int, rule: str, S: int, share: float, hat: bool = False) -> None:
    """One run, its eta a share of the run's bound (1 where there is no bound)."""
    alpha_bar, tau = schedule(kind, T).alpha_bar, spacing.named(rule, T, S)
    levels = oracles.pairs(alpha_bar, tau)
    bound = oracles.run_bound(levels)
    eta = 1.0 if hat or math.isinf(bound) else share * bound
    at_bound = share == 1 and not hat
    # At the bound the direction is the root of nearly 0: two roundings of 1 under it are 1.5e-8 in A.
    measured = measured_moments(alpha_bar, tau, eta, hat, tol=2e-8 if at_bound else 1e-9)
    wanted = oracles.moments(levels, MU, S_DATA, eta, hat)
    assert measured == pytest.approx(wanted, rel=0, abs=1e-8 if at_bound else 1e-9)


@pytest.mark.parametrize("kind", ["linear", "cosine"])
@pytest.mark.parametrize("rule", spacing.KINDS)
@pytest.mark.parametrize("share", [0.0, 0.999])
def test_every_S_at_24_steps(kind: str, rule: str, share: float) -> None:
    for S in range(1, 25):
        check_run(kind, 24, rule, S, share)


@pytest.mark.parametrize("kind", ["linear", "cosine"])
@pytest.mark.parametrize("rule", spacing.KINDS)
def test_every_S_at_24_steps_between_and_at_the_bound(kind: str, rule: str) -> None:
    for S in range(1, 25):  # the shares take turns
        check_run(kind, 24, rule, S, (0.2, 1.0, 0.5, 1.0, 0.9)[S % 5])


@pytest.mark.parametrize("rule", spacing.KINDS)
def test_sigma_hat_for_every_S_at_24_steps(rule: str) -> None:
    for S in range(1, 25):
        check_run(("linear", "cosine")[S % 2], 24, rule, S, 0.0, hat=True)


@pytest.mark.slow
@pytest.mark.parametrize("rule", spacing.KINDS)
def test_a_dozen_S_at_1000_steps(rule: str) -> None:
    for i, S in enumerate(DOZEN):
        check_run("linear", 1000, rule, S, 0.0)
        check_run("linear", 1000, rule, S, 0.999)
        check_run("cosine", 1000, rule, S, (0.0, 0.6, 0.999, 1.0)[i % 4])
        check_run(("linear", "cosine")[i % 2], 1000, rule, S, 0.0, hat=True)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "hat"), [(0.0, False), (0.7, False), (0.999, False), (1.0, False), (0.0, True)])
def test_all_1000_steps(share: float, hat: bool) -> None:
    check_run("linear", 1000, "trailing", 1000, share, hat)


PRINTED = {
    ("trailing", 10, 0.0): (0.2992949233, 0.1368665608),
    ("trailing", 10, 0.5): (0.2996902110, 0.1321935297),
    ("trailing", 10, 1.0): (0.2999969730, 0.1112056170),
    ("trailing", 50, 0.0): (0.2991015794, 0.2222204803),
    ("trailing", 50, 0.5): (0.2997503178, 0.2169413036),
    ("trailing", 50, 1.0): (0.2999969730, 0.1972248826),
    ("leading", 10, 0.0): (0.2981548975, 0.1399721299),
    ("leading", 10, 0.5): (0.2990883915, 0.1347501914),
    ("leading", 10, 1.0): (0.2999797276, 0.1110643028),
    ("trailing", 10, "hat"): (0.2999969730, 0.2439380657),
    ("trailing", 50, "hat"): (0.2999969730, 0.2618567352),
    ("leading", 10, "hat"): (0.2999797276, 0.3469509313),
}


@pytest.mark.parametrize(("rule", "S", "eta"), PRINTED)
def test_values_computed_elsewhere(rule: str, S: int, eta: float | str) -> None:
    hat = eta == "hat"
    tau = spacing.named(rule, 1000, S)
    measured = measured_moments(schedule("linear", 1000).alpha_bar, tau, 1.0 if hat else float(eta), hat, 1e-9)
    assert measured == pytest.approx(PRINTED[rule, S, eta], rel=0, abs=1e-9)


def test_ddpm_mean_is_the_same_for_every_tau_that_ends_at_T() -> None:
    alpha_bar = schedule("linear", 1000).alpha_bar
    a = float(alpha_bar[-1])
    wanted = MU * (1 - a * S_DATA**2 / oracles.marginal_variance(a, S_DATA))
    for tau in ([1000], [17, 1000], [1, 2, 3, 500, 999, 1000], spacing.quadratic(1000, 30)):
        tau = spacing.custom(tau, 1000)
        assert measured_moments(alpha_bar, tau, 1.0, False, 1e-9)[0] == pytest.approx(wanted, abs=1e-9)


def test_every_step_of_the_full_chain_is_the_ddpm_posterior() -> None:
    """Ho et al., Eqs. 6 and 7: the mean from predicted x_0 and x_t, the variance beta~."""
    T = 60
    betas = np.linspace(1e-3, 0.2, T)
    ddpm = dl.NoiseSchedule.from_betas(betas)
    x_T = dl.initial_noise(5, (3,)).double()
    for j, step in enumerate(dl.sample(WORLD, x_T, ddpm, range(1, T + 1), eta=1.0), start=1):
        a, b, beta = float(ddpm.alpha_bar[step.t]), float(ddpm.alpha_bar[step.t_prev]), betas[step.t - 1]
        mean = math.sqrt(b) * beta / (1 - a) * step.x0 + math.sqrt(1 - beta) * (1 - b) / (1 - a) * step.x_t
        deviation = math.sqrt(beta * (1 - b) / (1 - a))
        torch.testing.assert_close(step.x_prev, mean + deviation * dl.fresh_noise(5, (3,), j), rtol=0, atol=1e-12)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_a_point_mass_is_hit_exactly(eta: float) -> None:
    point = oracles.gaussian_denoiser(MU, 0.0)
    for rule in spacing.KINDS:
        for S in (1, 2, 7):
            steps = dl.sample(
                point, torch.randn(6, 2).double(), schedule("linear", 40), spacing.named(rule, 40, S), eta
            )
            torch.testing.assert_close(
                dl.last(steps).x_prev, torch.full((6, 2), MU, dtype=torch.float64), rtol=0, atol=1e-12
            )


def test_the_map_of_a_mixture_is_monotone() -> None:
    world = oracles.mixture_denoiser([0.3, 0.7], [-0.8, 0.9], [0.2, 0.1])
    x_T = torch.linspace(-3, 3, 400, dtype=torch.float64)[:, None]
    for S in (2, 10, 50):
        x_0 = dl.last(dl.sample(world, x_T, schedule("linear", 1000), spacing.trailing(1000, S))).x_prev
        assert (x_0.diff(dim=0) > 0).all()


def test_the_oracle_can_tell_right_from_wrong() -> None:
    """sigma for sigma^2 in the direction, a classic slip, moves the moments by far more than the tolerance."""
    levels = oracles.pairs(schedule("linear", 1000).alpha_bar, spacing.trailing(1000, 10))
    variance = 1.0
    for a, b in levels:
        sigma = oracles.sigma(a, b, 0.5)
        direction = math.sqrt(max(1 - b - sigma, 0))
        A = (math.sqrt(a * b) * S_DATA**2 + direction * math.sqrt(1 - a)) / oracles.marginal_variance(a, S_DATA)
        variance = A * A * variance + sigma**2
    assert abs(variance - PRINTED["trailing", 10, 0.5][1]) > 1e-3
