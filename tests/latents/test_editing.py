"""Editing and filling, on worlds whose answer is known."""

import pytest
import torch
from torch import Tensor

import ddim_lab as dl
from ddim_lab import noise

LINEAR = dl.NoiseSchedule.linear()
TAU = dl.spacing.trailing(1000, 20)
WORLD = dl.exact.Gaussian(0.3, 0.5)
X_0 = torch.linspace(-1, 1.5, 40, dtype=torch.float64)[:, None]
KNOWN, CORRELATION, N = 1.2, 0.8, 1000


def test_from_the_lowest_level_a_picture_hardly_changes_and_from_the_top_it_is_new():
    ends = {start: dl.last(dl.edit(WORLD.eps, X_0, LINEAR, TAU, start=start)).x_prev for start in (50, 500, 1000)}
    gaps = [float((ends[start] - X_0).square().mean().sqrt()) for start in (50, 500, 1000)]
    assert gaps[0] < gaps[1] < gaps[2]
    assert gaps[0] < 0.3 * gaps[2]
    x_T = torch.from_numpy(noise.rows(40, (1,), 0, noise.LIFTED, 0))
    from_scratch = dl.last(dl.sample(WORLD.eps, x_T, LINEAR, TAU)).x_prev
    torch.testing.assert_close(ends[1000], from_scratch, rtol=0, atol=0.02)


def test_encoding_and_decoding_by_one_denoiser_changes_nothing():
    for start in (None, 600):
        edited = dl.last(dl.edit(WORLD.eps, X_0, LINEAR, TAU, start=start, encoder=WORLD.eps)).x_prev
        torch.testing.assert_close(edited, X_0, rtol=0, atol=1e-6)


def test_another_decoder_keeps_the_place_in_the_crowd():
    """From N(.3, .5^2) to N(-1, .2^2): quantile to quantile, as the ODE between two Gaussians does."""
    other = dl.exact.Gaussian(-1.0, 0.2)
    fine = dl.spacing.trailing(1000, 100)
    edited = dl.last(dl.edit(other.eps, X_0, LINEAR, fine, encoder=WORLD.eps)).x_prev
    torch.testing.assert_close(edited, -1 + 0.2 * (X_0 - 0.3) / 0.5, rtol=0, atol=0.03)


def test_the_walk_down_starts_at_start():
    steps = list(dl.edit(WORLD.eps, X_0, LINEAR, TAU, start=300, eta=0.5))
    assert [steps[0].t, steps[-1].t_prev, len(steps)] == [300, 0, 6]


def silent(x: Tensor, alpha_bar_t: float) -> Tensor:
    """A denoiser that sees no noise anywhere."""
    return torch.zeros_like(x)


def test_a_picture_is_noised_to_the_level_of_start_by_the_same_noise_at_every_level():
    x_0 = X_0.expand(40, 50)
    lifted = {t: next(dl.edit(silent, x_0, LINEAR, TAU, start=t)).x_t for t in (50, 500, 1000)}
    levels = {t: float(LINEAR.alpha_bar[t]) for t in lifted}
    noises = [(lifted[t] - a**0.5 * x_0) / (1 - a) ** 0.5 for t, a in levels.items()]
    for other in noises[1:]:
        torch.testing.assert_close(other, noises[0], rtol=0, atol=1e-9)
    assert abs(float(noises[0].var()) - 1) < 5 * (2 / 2000) ** 0.5  # five standard errors


@pytest.mark.parametrize("encoder", [None, WORLD.eps])
def test_edited_rows_do_not_depend_on_their_batch(encoder):
    """Neither the noise up nor, at eta = 1, the noise down."""
    whole = list(dl.edit(WORLD.eps, X_0, LINEAR, TAU, start=300, encoder=encoder, eta=1.0, seed=4, implicit=False))
    part = dl.edit(
        WORLD.eps, X_0[7:], LINEAR, TAU, start=300, encoder=encoder, eta=1.0, seed=4, first=7, implicit=False
    )
    for all_rows, rows in zip(whole, part, strict=True):
        assert torch.equal(all_rows.x_t[7:], rows.x_t)
        assert torch.equal(all_rows.noise_term[7:], rows.noise_term)


@pytest.mark.parametrize("implicit", [False, True])
def test_a_picture_is_encoded_as_it_is_told(implicit):
    top = next(dl.edit(WORLD.eps, X_0, LINEAR, TAU, encoder=WORLD.eps, implicit=implicit)).x_t
    assert torch.equal(top, dl.last(dl.encode(WORLD.eps, X_0, LINEAR, TAU, implicit)).x_t)
    assert not torch.equal(top, dl.last(dl.encode(WORLD.eps, X_0, LINEAR, TAU, not implicit)).x_t)


def test_what_is_known_is_noised_to_the_level_that_each_step_lands_on():
    x_0, mask = X_0.reshape(10, 4), torch.tensor([False, False, False, True])
    for j, step in enumerate(dl.inpaint(silent, x_0, mask, LINEAR, TAU, resamples=1, seed=4, first=2), start=1):
        b = float(LINEAR.alpha_bar[step.t_prev])
        fresh = torch.from_numpy(noise.rows(10, (4,), 4, noise.KNOWN, j, 2))
        known = b**0.5 * x_0 + (1 - b) ** 0.5 * fresh
        torch.testing.assert_close(step.x_prev[:, :3], known[:, :3], rtol=0, atol=1e-12)


def filled(resamples: int, S: int = 40, n: int = N):
    """Two correlated values, the first known: the second, filled in."""
    world = dl.exact.Gaussian([0.0, 0.5], cov=[[1.0, CORRELATION], [CORRELATION, 1.0]])
    x_0 = torch.tensor([[KNOWN, 0.0]], dtype=torch.float64).expand(n, 2).clone()
    mask = torch.tensor([False, True])
    tau = dl.spacing.quadratic(1000, S)
    end = dl.last(dl.inpaint(world.eps, x_0, mask, LINEAR, tau, resamples=resamples)).x_prev
    assert bool((end[:, 0] == KNOWN).all())
    return end[:, 1]


@pytest.mark.slow
def test_filling_draws_from_the_exact_conditional():
    """Of a Gaussian: mean .5 + rho (known - 0), variance 1 - rho^2, less what forty steps lose at eta = 1."""
    mean, variance = 0.5 + CORRELATION * KNOWN, 1 - CORRELATION**2
    hasty, better, agreed = (filled(resamples) for resamples in (1, 4, 12))
    gaps = [abs(float(values.mean()) - mean) for values in (hasty, better, agreed)]
    assert gaps[0] > 2 * gaps[1] > 3 * gaps[2]
    assert gaps[2] < 0.08
    assert 0.7 * variance < float(agreed.var()) < 1.1 * variance < float(hasty.var())


def test_rows_do_not_depend_on_their_batch():
    x_0, mask = torch.rand(4, 1, 6, 6), torch.zeros(6, 6, dtype=torch.bool)
    mask[:3] = True
    tau, world = dl.spacing.trailing(1000, 5), dl.exact.Gaussian(0.3, 0.5)
    whole = dl.last(dl.inpaint(world.eps, x_0, mask, LINEAR, tau, resamples=3, seed=4)).x_prev
    part = dl.last(dl.inpaint(world.eps, x_0[2:], mask, LINEAR, tau, resamples=3, seed=4, first=2)).x_prev
    assert torch.equal(whole[2:], part)
    assert torch.equal(whole[..., 3:, :], x_0[..., 3:, :])
    assert not torch.equal(whole[..., :3, :], x_0[..., :3, :])


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: dl.edit(WORLD.eps, X_0, LINEAR, TAU, start=333), ValueError, "got 333"),
        (lambda: dl.edit(WORLD.eps, X_0, LINEAR, TAU, start=0), ValueError, "start"),
        (lambda: dl.edit(WORLD.eps, X_0, LINEAR, TAU, eta=9.0), ValueError, "eta = 9"),
        (lambda: dl.inpaint(WORLD.eps, X_0, torch.ones(1), LINEAR, TAU), TypeError, "boolean"),
        (lambda: dl.inpaint(WORLD.eps, X_0, torch.ones(7, dtype=torch.bool), LINEAR, TAU), ValueError, "mask"),
        (lambda: dl.inpaint(WORLD.eps, X_0, X_0 > 0, LINEAR, TAU, resamples=0), ValueError, "resamples"),
        (lambda: dl.inpaint(WORLD.eps, X_0, X_0 > 0, LINEAR, [5, 5]), ValueError, "5"),
    ],
)
def test_nonsense_is_refused_at_the_call(call, error, said):
    with pytest.raises(error, match=said):
        call()
