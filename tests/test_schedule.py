"""Noise schedules: values from the definitions and from diffusers, and what is refused."""

import math

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler
from hypothesis import given, settings
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab.schedule import log_snr
from tests import oracles

KINDS = dl.NoiseSchedule.KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("T", [1, 2, 3, 10, 40, 250, 999, 1000])
def test_every_shipped_schedule_is_a_schedule(kind: str, T: int) -> None:
    schedule = dl.NoiseSchedule.named(kind, T)
    values = schedule.alpha_bar
    assert (schedule.T, values.shape, values.dtype) == (T, (T + 1,), np.float64)
    assert values[0] == 1.0
    assert values[-1] > 0
    assert (np.diff(values) < 0).all()


def test_named_takes_the_defaults_of_each_kind() -> None:
    for kind in KINDS:
        np.testing.assert_array_equal(
            dl.NoiseSchedule.named(kind).alpha_bar, getattr(dl.NoiseSchedule, kind)().alpha_bar
        )


@pytest.mark.parametrize("T", [1, 40, 1000])
def test_linear_is_the_product_of_its_betas(T: int) -> None:
    np.testing.assert_allclose(dl.NoiseSchedule.linear(T).alpha_bar, oracles.linear_alpha_bar(T), rtol=1e-13, atol=0)


def test_linear_takes_its_betas_as_given_whatever_T_is() -> None:
    assert dl.NoiseSchedule.linear(250).alpha_bar[-1] == pytest.approx(0.080, abs=5e-4)
    assert dl.NoiseSchedule.linear(4, 0.1, 0.4).alpha_bar.tolist() == pytest.approx([1, 0.9, 0.72, 0.504, 0.3024])


@pytest.mark.parametrize(
    ("ours", "theirs", "start", "end"),
    [("linear", "linear", 1e-4, 0.02), ("scaled_linear", "scaled_linear", 0.00085, 0.012)],
)
def test_tables_of_diffusers(ours: str, theirs: str, start: float, end: float) -> None:
    scheduler = DDIMScheduler(beta_schedule=theirs, beta_start=start, beta_end=end)
    table = getattr(dl.NoiseSchedule, ours)(1000, start, end).alpha_bar[1:]
    np.testing.assert_allclose(table, scheduler.alphas_cumprod.double().numpy(), rtol=2e-5)


def test_cosine_of_diffusers() -> None:
    table = DDIMScheduler(beta_schedule="squaredcos_cap_v2").alphas_cumprod.double().numpy()
    np.testing.assert_allclose(dl.NoiseSchedule.cosine().alpha_bar[1:], table, rtol=1e-4, atol=1e-8)


def test_cosine_follows_its_curve_until_the_last_beta_is_capped() -> None:
    T, s = 50, 0.008
    curve = [math.cos((t / T + s) / (1 + s) * math.pi / 2) ** 2 for t in range(T + 1)]
    values = dl.NoiseSchedule.cosine(T).alpha_bar
    assert values[:-1].tolist() == pytest.approx([f / curve[0] for f in curve[:-1]], rel=1e-12)
    assert values[-1] == pytest.approx(values[-2] * 0.001, rel=1e-12)


def test_sigmoid_betas() -> None:
    betas = (
        1
        - dl.NoiseSchedule.sigmoid(5, 0.1, 0.5, span=4).alpha_bar[1:]
        / dl.NoiseSchedule.sigmoid(5, 0.1, 0.5, span=4).alpha_bar[:-1]
    )
    wanted = [0.1 + 0.4 / (1 + math.exp(-x)) for x in (-4, -2, 0, 2, 4)]
    assert betas.tolist() == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("T", [1, 2, 7, 1000])
def test_flow_is_the_straight_line_from_data_to_noise(T: int) -> None:
    """(1 - s) x_0 + s eps, scaled to variance 1, with s as the definition has it: even, from log-SNR 12 to -20."""
    a = dl.NoiseSchedule.flow(T).alpha_bar[1:]
    s = (1 - a) ** 0.5 / (a**0.5 + (1 - a) ** 0.5)  # the share of noise where the weights add up to 1
    wanted = [1 / (1 + math.e**6) + i * (1 / (1 + math.e**-10) - 1 / (1 + math.e**6)) / max(T - 1, 1) for i in range(T)]
    assert s.tolist() == pytest.approx(wanted if T > 1 else [1 / (1 + math.e**-10)], abs=1e-12)
    assert log_snr(a[[0, -1]]).tolist() == pytest.approx([12, -20] if T > 1 else [-20, -20], abs=1e-9)


def test_zero_snr_is_diffusers_rescaling_but_for_its_end() -> None:
    """Lin et al. shift the end to 0; ours ends at log-SNR -20: the difference is at most that end's root."""
    theirs = DDIMScheduler(beta_schedule="linear", rescale_betas_zero_snr=True).alphas_cumprod.double().numpy()
    ours = dl.NoiseSchedule.zero_snr().alpha_bar[1:]
    np.testing.assert_allclose(ours**0.5, theirs**0.5, rtol=0, atol=1.1 * math.exp(-10))
    assert ours[0] == pytest.approx(1 - 1e-4, rel=1e-15)


@pytest.mark.parametrize("T", [1, 2, 40, 1000])
def test_zero_snr_ends_where_it_says_and_keeps_the_shape_of_linear(T: int) -> None:
    root, linear = dl.NoiseSchedule.zero_snr(T).alpha_bar[1:] ** 0.5, np.array(oracles.linear_alpha_bar(T)[1:]) ** 0.5
    assert log_snr(root[-1] ** 2) == pytest.approx(-20, abs=1e-9)
    if T > 1:
        np.testing.assert_allclose(np.ptp(root) * (linear[0] - linear), np.ptp(linear) * (root[0] - root), atol=1e-12)


@given(st.lists(st.floats(1e-6, 0.9), min_size=1, max_size=60))
@settings(max_examples=60)
def test_any_betas_give_their_products(betas: list[float]) -> None:
    schedule = dl.NoiseSchedule.from_betas(betas)
    assert len(betas) == schedule.T
    for t in range(1, len(betas) + 1):
        assert schedule.alpha_bar[t] == pytest.approx(math.prod(1 - beta for beta in betas[:t]), rel=1e-12)


def test_betas_may_come_as_arrays_tuples_and_tensors() -> None:
    wanted = dl.NoiseSchedule.from_betas([0.1, 0.2]).alpha_bar
    for betas in ((0.1, 0.2), np.array([0.1, 0.2]), torch.tensor([0.1, 0.2], dtype=torch.float64)):
        np.testing.assert_array_equal(dl.NoiseSchedule.from_betas(betas).alpha_bar, wanted)


def test_a_schedule_cannot_be_changed() -> None:
    source = np.array([1.0, 0.5])
    schedule = dl.NoiseSchedule(source)
    source[1] = 0.7
    assert schedule.alpha_bar[1] == 0.5
    with pytest.raises(ValueError, match="read-only"):
        schedule.alpha_bar[1] = 0.1
    with pytest.raises(AttributeError):
        schedule.alpha_bar = source  # type: ignore[misc]


def test_log_snr() -> None:
    assert log_snr(0.5) == pytest.approx(0)
    assert log_snr([0.9]).tolist() == pytest.approx([math.log(9)])
    assert log_snr(1.0) == math.inf


@pytest.mark.parametrize(
    ("betas", "names"),
    [
        ([], "at least one"),
        ([[0.1, 0.2]], r"\(1, 2\)"),
        ([0.1, 0.0], "beta_2 = 0.0"),
        ([0.1, 0.2, 1.0], "beta_3 = 1.0"),
        ([-0.1], "beta_1 = -0.1"),
        ([0.1, math.nan, 0.2], "betas must be finite, got nan"),
        ([math.inf], "got inf"),
        ([1e-17], "decrease strictly"),
        ([0.9999] * 200, "falls to 0.0 at T = 200"),
    ],
)
def test_bad_betas(betas: list, names: str) -> None:
    with pytest.raises(ValueError, match=names):
        dl.NoiseSchedule.from_betas(betas)


@pytest.mark.parametrize("betas", ["abc", [0.1, "x"], ["0.1"], [None], [1j], [[0.1], [0.1, 0.2]], object()])
def test_betas_that_are_no_numbers(betas: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        dl.NoiseSchedule.from_betas(betas)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("T", "error", "names"),
    [
        (0, ValueError, "0"),
        (-3, ValueError, "-3"),
        (10.0, TypeError, "10.0"),
        ("9", TypeError, "'9'"),
        (True, TypeError, "True"),
    ],
)
def test_bad_T(kind: str, T: object, error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=f"T must be.*{names}"):
        getattr(dl.NoiseSchedule, kind)(T)


@pytest.mark.parametrize(
    ("make", "error", "names"),
    [
        (lambda: dl.NoiseSchedule.linear(10, beta_start=0.0), ValueError, "beta_start .*got 0.0"),
        (lambda: dl.NoiseSchedule.linear(10, beta_end=1.0), ValueError, "beta_end .*got 1.0"),
        (lambda: dl.NoiseSchedule.linear(10, beta_end=math.nan), ValueError, "beta_end.*nan"),
        (lambda: dl.NoiseSchedule.linear(10, beta_end="0.1"), TypeError, "beta_end.*'0.1'"),  # type: ignore[arg-type]
        (lambda: dl.NoiseSchedule.scaled_linear(10, beta_start=-0.1), ValueError, "-0.1"),
        (lambda: dl.NoiseSchedule.sigmoid(10, span=math.inf), ValueError, "span.*inf"),
        (lambda: dl.NoiseSchedule.cosine(10, s=-0.5), ValueError, "s must.*-0.5"),
        (lambda: dl.NoiseSchedule.cosine(10, beta_max=1.0), ValueError, "beta_max .*got 1.0"),
        (lambda: dl.NoiseSchedule.zero_snr(10, beta_start=-0.1), ValueError, "beta_start .*got -0.1"),
        (lambda: dl.NoiseSchedule.named("quartic"), ValueError, "'quartic'"),
        (lambda: dl.NoiseSchedule(np.array([0.9, 0.5])), ValueError, "0.9"),
        (lambda: dl.NoiseSchedule(np.array([1.0])), ValueError, r"\(1,\)"),
        (lambda: dl.NoiseSchedule(np.array([1.0, 0.5, 0.5])), ValueError, "decrease strictly"),
        (lambda: dl.NoiseSchedule(np.array([1.0, 0.5, 0.0])), ValueError, "stay above 0"),  # x_0 is divided by its root
        (lambda: dl.NoiseSchedule(np.array([1.0, math.nan])), ValueError, "nan"),
    ],
)
def test_bad_parameters(make, error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        make()
