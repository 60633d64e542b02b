"""Encoding: the walk up, explicit and implicit, and what decoding gives back."""

import math
import warnings

import pytest
import torch
from torch import Tensor

import ddim_lab as dl
from ddim_lab.latents.fixed_point import solve
from tests import oracles

LINEAR = dl.NoiseSchedule.linear()
GAUSSIAN = oracles.gaussian_denoiser(0.0, 0.5)
MIXTURE = oracles.mixture_denoiser([0.3, 0.7], [-0.8, 0.9], [0.2, 0.1])
X_0 = torch.linspace(-1.5, 1.5, 101, dtype=torch.float64)[:, None]


def round_trip(denoiser, x_0: Tensor, tau, implicit: bool, schedule: dl.NoiseSchedule = LINEAR) -> Tensor:
    x_T = dl.last(dl.encode(denoiser, x_0, schedule, tau, implicit)).x_t
    return dl.last(dl.sample(denoiser, x_T, schedule, tau)).x_prev


@pytest.mark.parametrize(
    ("rule", "S", "kept"),
    [
        ("leading", 10, 0.7275),
        ("leading", 50, 0.9464),
        ("leading", 250, 0.9893),
        ("trailing", 10, 0.7242),
        ("trailing", 50, 0.9464),
    ],
)
def test_explicit_encoding_loses_what_was_computed_elsewhere(rule: str, S: int, kept: float) -> None:
    decoded = round_trip(GAUSSIAN, X_0, dl.spacing.named(rule, 1000, S), implicit=False)
    torch.testing.assert_close(decoded, kept * X_0, rtol=0, atol=1.5 * 5e-5)


@pytest.mark.parametrize("kind", ["linear", "cosine"])
@pytest.mark.parametrize("rule", dl.spacing.KINDS)
def test_implicit_encoding_loses_nothing(kind: str, rule: str) -> None:
    schedule, tau = dl.NoiseSchedule.named(kind), dl.spacing.named(rule, 1000, 20)
    for world in (oracles.gaussian_denoiser(0.3, 0.5), oracles.gaussian_denoiser(0.3, 0.05), MIXTURE):
        decoded = round_trip(world, X_0, tau, implicit=True, schedule=schedule)
        assert float((decoded - X_0).square().mean()) < 1e-10


@pytest.mark.parametrize("shape", [(7,), (5, 1, 3, 3)])
def test_images_of_any_shape_and_float32(shape: tuple[int, ...]) -> None:
    x_0 = dl.initial_noise(shape[0], shape[1:]) / 2
    decoded = round_trip(oracles.gaussian_denoiser(0.3, 0.5), x_0, dl.spacing.trailing(1000, 20), implicit=True)
    assert decoded.dtype == torch.float32
    assert float((decoded - x_0).square().mean()) < 1e-10


@pytest.mark.parametrize("implicit", [False, True])
def test_the_dtype_is_the_pictures_whatever_the_denoiser_answers_in(implicit: bool) -> None:
    def precise(x: Tensor, a: float) -> Tensor:
        return GAUSSIAN(x.double(), a)

    for s in dl.encode(precise, X_0.float(), LINEAR, dl.spacing.trailing(1000, 5), implicit):
        assert {s.x_t.dtype, s.eps.dtype, s.x0.dtype, s.direction_term.dtype, s.x_prev.dtype} == {torch.float32}


@pytest.mark.parametrize("implicit", [False, True])
def test_the_record_of_a_walk_up(implicit: bool) -> None:
    tau = dl.spacing.trailing(1000, 10)
    x = X_0
    steps = list(dl.encode(GAUSSIAN, X_0, LINEAR, tau, implicit))
    assert [(s.t, s.t_prev) for s in steps] == dl.spacing.transitions(tau)[::-1]
    for s in steps:
        a, b = float(LINEAR.alpha_bar[s.t]), float(LINEAR.alpha_bar[s.t_prev])
        assert s.x_prev is x
        e = GAUSSIAN(s.x_t if implicit else s.x_prev, a)
        assert torch.equal(s.eps, e)
        assert s.eps_model is s.eps
        x_t = math.sqrt(a) * (s.x_prev - math.sqrt(1 - b) * e) / math.sqrt(b) + math.sqrt(1 - a) * e
        close = {"rtol": 0, "atol": 1e-7 if implicit else 1e-12}
        torch.testing.assert_close(s.x_t, x_t, **close)
        torch.testing.assert_close(s.x0_term + s.direction_term + s.noise_term, s.x_prev, **close)
        torch.testing.assert_close(math.sqrt(a) * s.x0 + math.sqrt(1 - a) * s.eps, s.x_t, **close)
        torch.testing.assert_close(s.x0_term, math.sqrt(b) * s.x0, **close)
        assert not s.noise_term.any()
        assert (s.rounds is None) == (s.residual is None) == (not implicit)
        assert not implicit or (s.rounds <= 100 and s.residual < 1e-8)
        x = s.x_t


@pytest.mark.parametrize("tol", [1e-2, 1e-5])
def test_decoding_misses_by_less_than_the_tolerance(tol: float) -> None:
    """Of every step and every image, though a step down makes what is wrong in x_t larger by sqrt(b / a)."""
    for s in dl.encode(MIXTURE, X_0, LINEAR, dl.spacing.trailing(1000, 5), implicit=True, tol=tol):
        back = dl.step(s.x_t, s.eps, *LINEAR.alpha_bar[[s.t, s.t_prev]].tolist()).x_prev
        assert float((back - s.x_prev).abs().max()) < tol


def test_implicit_encoding_is_the_inverse_of_decoding() -> None:
    """From x_T down and up again: every x_t of the way is met."""
    x_T, tau = torch.linspace(-2, 2, 51, dtype=torch.float64)[:, None], dl.spacing.leading(1000, 20)
    down = list(dl.sample(MIXTURE, x_T, LINEAR, tau))
    for up, was in zip(dl.encode(MIXTURE, down[-1].x_prev, LINEAR, tau, implicit=True), reversed(down), strict=True):
        torch.testing.assert_close(up.x_t, was.x_t, rtol=0, atol=1e-6)


def test_too_few_rounds_warn_and_name_the_step() -> None:
    with pytest.warns(UserWarning, match="encode at t = 1000: 1 rounds leave a residual of"):
        dl.last(dl.encode(GAUSSIAN, X_0, LINEAR, [500, 1000], implicit=True, max_rounds=1))


@pytest.mark.filterwarnings("error")
def test_a_tolerance_finer_than_the_dtype_asks_for_no_more_than_the_dtype_has() -> None:
    steps = dl.encode(GAUSSIAN, X_0.float(), LINEAR, dl.spacing.trailing(1000, 10), implicit=True, tol=1e-14)
    assert max(s.rounds for s in steps) < 10


@pytest.mark.filterwarnings("error")
def test_between_two_narrow_modes_a_row_that_is_stuck_starts_again() -> None:
    """There the map of the top step is so steep that some rows never come near without it."""
    narrow = oracles.mixture_denoiser([0.3, 0.7], [-0.8, 0.9], [0.02, 0.03])
    x_0 = torch.linspace(-1.5, 1.5, 31, dtype=torch.float64)[:, None]
    decoded = round_trip(narrow, x_0, dl.spacing.trailing(1000, 10), implicit=True)
    torch.testing.assert_close(decoded, x_0, rtol=0, atol=1e-6)


def test_where_the_rounds_do_not_suffice_the_best_point_met_is_given() -> None:
    met = []

    def f(x: Tensor) -> Tensor:
        met.append(x)
        return 1 + torch.tensor([[-30.0], [0.999]], dtype=torch.float64) * torch.tanh(x - 1)

    with pytest.warns(UserWarning, match="4 rounds"):
        x, rounds, residual = solve(f, torch.tensor([[5.0], [-3.0]], dtype=torch.float64), 1e-10, 4, "t = 7")
    misses = torch.stack([(f(point) - point).abs() for point in met[:rounds]])  # (rounds, rows, 1)
    assert torch.equal((f(x) - x).abs(), misses.amin(dim=0))
    assert residual == float(misses.amin(dim=0).max())


def test_fixed_points_row_by_row() -> None:
    """Rows of slopes -30, .999 and 0, and one at its fixed point from the start, each converge in one batch."""
    slope = torch.tensor([[-30.0], [0.999], [0.0], [0.5]], dtype=torch.float64)
    calls = []

    def f(x: Tensor) -> Tensor:
        calls.append(x)
        return 1 + slope * (x - 1)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x, rounds, residual = solve(
            f, torch.tensor([[5.0], [-3.0], [0.0], [1.0]], dtype=torch.float64), 1e-10, 30, "t = 7"
        )
    torch.testing.assert_close(x, torch.ones(4, 1, dtype=torch.float64), rtol=0, atol=1e-6)
    assert rounds == len(calls) < 12
    assert residual < 1e-10
