"""What comparing needs beside the sampler, against rules written elsewhere, NumPy and the sampler itself."""

import functools

import numpy as np
import pytest
import torch

import ddim_lab as dl
from ddim_lab import errata, exact
from ddim_lab.latents import comparing

SCHEDULE = dl.NoiseSchedule.linear()
WORLD = exact.Gaussian(0.3, 0.5)


def start(n=6):
    return dl.initial_noise(n, (3,)).double()


@pytest.mark.parametrize("S", [1, 7, 50])
def test_noise_off_is_the_ddpm_of_the_catalogue_without_its_noise(S):
    tau, case = dl.spacing.trailing(1000, S), errata.find("noise-off")
    found = list(comparing.noise_off(WORLD.eps, start(), SCHEDULE, tau))
    assert [(one.t, one.t_prev) for one in found] == dl.spacing.transitions(tau)
    records = errata.run(case.recipe, WORLD.eps, start(), SCHEDULE, tau)
    *_, walked = exact.rules.walk(WORLD.eps, start(), exact.levels_of(SCHEDULE, tau), exact.rules.noise_off)
    for step, record in zip(found, records, strict=True):
        torch.testing.assert_close(step.x_prev, record.x_prev, rtol=0, atol=1e-12)
    torch.testing.assert_close(found[-1].x_prev, walked, rtol=0, atol=1e-12)
    assert all(not step.noise_term.any() for step in found)


def test_noise_off_at_eta_0_is_ddim_clipping_and_all():
    tau = dl.spacing.quadratic(1000, 9)
    for clip in ("none", "keep_eps", "rederive_eps"):
        right = dl.last(dl.sample(WORLD.eps, start(), SCHEDULE, tau, clip=clip))
        off = dl.last(comparing.noise_off(WORLD.eps, start(), SCHEDULE, tau, eta=0.0, clip=clip))
        torch.testing.assert_close(off.x_prev, right.x_prev, rtol=0, atol=0)


def test_one_start_gives_each_row_its_own_noise_and_the_same_x_T():
    x_T = comparing.one_start(5, (1, 4, 4), seed=3, image=2)
    assert x_T.dtype == torch.float32
    for row in x_T:
        assert torch.equal(row, dl.initial_noise(1, (1, 4, 4), seed=3, first=2)[0])
    tau, sample = dl.spacing.trailing(1000, 5), functools.partial(dl.sample, WORLD.eps, x_T, SCHEDULE)
    quiet, noisy = (dl.last(sample(tau, eta=eta)).x_prev for eta in (0.0, 1.0))
    assert all(torch.equal(row, quiet[0]) for row in quiet)
    assert all(not torch.equal(one, other) for i, one in enumerate(noisy) for other in noisy[:i])


def test_distances_against_numpy():
    one, other = np.random.default_rng(0).normal(size=(2, 7, 4, 5))
    wanted = [np.linalg.norm(a - b) / np.sqrt(a.size) for a, b in zip(one, other, strict=True)]
    np.testing.assert_allclose(comparing.gaps(one, other), wanted, rtol=1e-13)
    np.testing.assert_allclose(comparing.pixel_std(one), np.sqrt((one**2).mean(0) - one.mean(0) ** 2), rtol=1e-10)
    with pytest.raises(ValueError, match="pairs"):
        comparing.gaps(one, other[:3])
