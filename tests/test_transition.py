"""k, m, sigma and the bound of eta: marginal conditions, the DDPM posterior, diffusers' variances, what is refused."""

import math

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ddim_lab as dl
from tests import oracles

LEVELS = np.array(oracles.linear_alpha_bar(1000))


def signal_levels() -> st.SearchStrategy[tuple[float, float]]:
    """Pairs 0 < a < b <= 1, the extremes included: close to 1, close to 0, close to each other, b exactly 1."""
    near_one = st.floats(-15.5, -0.1).map(lambda p: 1 - 10**p)
    b = st.one_of(st.just(1.0), st.floats(1e-12, 1.0), near_one)
    share = st.one_of(st.floats(1e-9, 1.0), near_one)
    return st.tuples(b, share).map(lambda p: (p[0] * p[1], p[0])).filter(lambda p: 0 < p[0] < p[1])


@given(levels=signal_levels(), share=st.one_of(st.floats(0, 1), st.just(1.0)), hat=st.booleans())
@settings(max_examples=400)
def test_both_marginal_conditions_up_to_the_bound(levels: tuple[float, float], share: float, hat: bool) -> None:
    a, b = levels
    bound = dl.eta_max(a, b)
    eta = share * bound if b < 1 else share * 1e9
    c = dl.coefficients(a, b, eta)
    assert abs(c.k + c.m * math.sqrt(a) - math.sqrt(b)) <= 1e-14
    assert abs(c.m**2 * (1 - a) + c.sigma**2 - (1 - b)) <= 1e-14
    assert c.m >= 0
    assert c.sigma >= 0
    if hat:
        d = dl.coefficients(a, b, 1.0, sigma_hat=True)
        assert (d.k, d.m) == pytest.approx((dl.coefficients(a, b, 1.0).k, dl.coefficients(a, b, 1.0).m), abs=1e-15)
        assert d.sigma == pytest.approx(math.sqrt((b - a) / b) if b < 1 else 0, rel=1e-12)


@given(levels=signal_levels(), eta=st.floats(0, 1))
@settings(max_examples=200)
def test_sigma_is_eta_times_the_posterior_deviation(levels: tuple[float, float], eta: float) -> None:
    a, b = levels
    posterior = math.sqrt((1 - b) / (1 - a) * (b - a) / b)
    assert dl.coefficients(a, b, eta).sigma == pytest.approx(min(eta * posterior, math.sqrt(1 - b)), rel=1e-12)


def test_ddpm_posterior_at_eta_1() -> None:
    """Ho et al., Eqs. 6 and 7, from the betas themselves."""
    betas = np.linspace(1e-4, 0.02, 1000)
    schedule = dl.NoiseSchedule.from_betas(betas)
    a, b = schedule.alpha_bar[1:], schedule.alpha_bar[:-1]
    c = dl.coefficients(a, b, 1.0)
    np.testing.assert_allclose(c.k, np.sqrt(b) * betas / (1 - a), rtol=1e-8)
    np.testing.assert_allclose(c.m, np.sqrt(1 - betas) * (1 - b) / (1 - a), rtol=1e-8, atol=1e-15)
    np.testing.assert_allclose(np.square(c.sigma), betas * (1 - b) / (1 - a), rtol=1e-8, atol=1e-15)
    np.testing.assert_allclose(np.square(dl.coefficients(a, b, 1.0, sigma_hat=True).sigma)[1:], betas[1:], rtol=1e-9)


@pytest.mark.parametrize(
    ("t", "t_prev", "variance"), [(420, 400, 0.14771), (980, 960, 0.32460), (487, 486, 0.00979), (999, 998, 0.02)]
)
def test_variances_that_diffusers_tests_against(t: int, t_prev: int, variance: float) -> None:
    c = dl.coefficients(LEVELS[t + 1], LEVELS[t_prev + 1], 1.0)  # diffusers counts from 0
    assert c.sigma**2 == pytest.approx(variance, abs=1e-5)


def test_point_p() -> None:
    c = dl.coefficients(0.5, 0.7, 0.1 / math.sqrt(0.3 / 0.5 * (1 - 0.5 / 0.7)))
    assert (c.k, c.m, c.sigma) == pytest.approx((0.298143, 0.761577, 0.1), abs=1e-6)


@pytest.mark.parametrize("arguments", [(0.5, 0.7), (0.5, 1), (0.5, 0.7, 0), (0.5, 0.7, 1.0, True), (0.5, 0.7, 1.05)])
def test_floats_in_floats_out(arguments: tuple) -> None:
    c = dl.coefficients(*arguments)
    assert [type(value) for value in (c.k, c.m, c.sigma)] == [float] * 3
    assert type(dl.eta_max(*arguments[:2])) is float


def test_arrays_broadcast_and_equal_the_single_calls() -> None:
    a, b, eta = LEVELS[[900, 500, 1]], LEVELS[[800, 499, 0]], np.array([[0.0], [0.7], [1.0]])
    c = dl.coefficients(a, b, eta)
    for name in ("k", "m", "sigma"):
        values = getattr(c, name)
        assert values.shape == (3, 3)
        assert values.dtype == np.float64
        single = [[getattr(dl.coefficients(a[j], b[j], eta[i, 0]), name) for j in range(3)] for i in range(3)]
        np.testing.assert_array_equal(values, single)
        values[:] = 0  # the arrays are the caller's own
    np.testing.assert_array_equal(dl.eta_max(a, b), [dl.eta_max(x, y) for x, y in zip(a, b, strict=True)])
    assert dl.coefficients([0.5], [0.7]).k.shape == (1,)  # type: ignore[union-attr]
    assert dl.coefficients(np.float32(0.5), 1.0).k == dl.coefficients(0.5, 1.0).k


@given(levels=signal_levels())
@example(levels=(0.4303230994065443, 1 - 2**-53))  # where the formula alone gives a bound below 1
@settings(max_examples=300)
def test_the_bound_admits_ddpm_and_nothing_beyond_it(levels: tuple[float, float]) -> None:
    a, b = levels
    bound = dl.eta_max(a, b)
    assert bound >= 1
    if b == 1:
        assert bound == math.inf
        assert dl.coefficients(a, b, 1e300) == dl.coefficients(a, b, 0.0)
        return
    if (1 - b) > 1e-6 and (b - a) / b > 1e-6:  # elsewhere 1 - b itself is but a few bits
        assert bound == pytest.approx(math.sqrt((1 - a) / (1 - a / b)), rel=1e-8)
    dl.coefficients(a, b, 1.0, sigma_hat=True)
    at_bound, clamped = dl.coefficients(a, b, bound), dl.coefficients(a, b, bound * (1 + 0.9e-12))
    assert at_bound.m <= 3e-8 * math.sqrt(1 / (1 - a)), "all the noise is fresh there"
    assert clamped.sigma == pytest.approx(math.sqrt(1 - b), rel=1e-12)
    with pytest.raises(ValueError, match="beyond the bound"):
        dl.coefficients(a, b, bound * (1 + 3e-12))


def test_bounds_of_whole_runs() -> None:
    alpha_bar = dl.NoiseSchedule.linear().alpha_bar
    for S, wanted in ((2, 1.0002), (5, 1.0134), (10, 1.0825), (20, 1.1625), (50, 1.1901), (1000, 1.3542)):
        tau = [0, *dl.spacing.trailing(1000, S)]
        assert np.min(dl.eta_max(alpha_bar[tau[1:]], alpha_bar[tau[:-1]])) == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize(
    ("arguments", "error", "names"),
    [
        ((0.7, 0.5), ValueError, "0.7 and 0.5"),
        ((0.5, 0.5), ValueError, "0.5 and 0.5"),
        ((1.0, 1.0), ValueError, "1.0 and 1.0"),
        ((0.0, 0.5), ValueError, "alpha_bar_t 0.0"),
        ((-0.1, 0.5), ValueError, "-0.1"),
        ((0.5, 1.1), ValueError, "1.1"),
        ((math.nan, 0.5), ValueError, "alpha_bar_t.*nan"),
        ((0.5, math.inf), ValueError, "alpha_bar_prev.*inf"),
        (("0.5", 0.7), TypeError, "alpha_bar_t.*'0.5'"),
        ((0.5, None), TypeError, "alpha_bar_prev.*None"),
        ((0.5, 0.7j), TypeError, "alpha_bar_prev.*0.7j"),
        (([0.1, 0.6], [0.5, 0.5]), ValueError, "0.6 and 0.5"),
        (([0.1, 0.2], [0.5, 0.5, 0.5]), ValueError, r"\(2,\).*\(3,\)"),
    ],
)
def test_bad_levels(arguments: tuple, error: type[Exception], names: str) -> None:
    for function in (dl.coefficients, dl.eta_max):
        with pytest.raises(error, match=names):
            function(*arguments)


@pytest.mark.parametrize(
    ("eta", "hat", "error", "names"),
    [
        (-0.1, False, ValueError, "eta must be at least 0, got -0.1"),
        (1.6, False, ValueError, "eta = 1.6 is beyond the bound 1.3228"),
        (math.nan, False, ValueError, "eta.*nan"),
        (math.inf, False, ValueError, "eta.*inf"),
        ("1", False, TypeError, "eta.*'1'"),
        (True, False, TypeError, "eta.*True"),
        (None, False, TypeError, "eta.*None"),
        (0.5, True, ValueError, "sigma_hat.*eta = 0.5"),
        (0.0, True, ValueError, "sigma_hat.*eta = 0.0"),
        (1.0, 1, TypeError, "sigma_hat.*1"),
        (1.0, "yes", TypeError, "sigma_hat.*'yes'"),
        ([1.0, 0.9], True, ValueError, "eta = 0.9"),
        ([0.0, 1.7, 1.8], False, ValueError, "eta = 1.7 .*transition 1"),
        ([0.0, -1.0], False, ValueError, "-1.0"),
    ],
)
def test_bad_eta(eta: object, hat: object, error: type[Exception], names: str) -> None:
    with pytest.raises(error, match=names):
        dl.coefficients(0.5, 0.7, eta, hat)  # type: ignore[arg-type]


def test_an_eta_for_other_transitions_is_refused() -> None:
    with pytest.raises(ValueError, match=r"eta \(3,\) and the transitions \(2,\) must have shapes that fit"):
        dl.coefficients([0.1, 0.2], [0.3, 0.4], [0.1, 0.2, 0.3])


def test_a_tensor_that_records_gradients_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"alpha_bar_t .*requires grad: pass .detach\(\)"):
        dl.coefficients(torch.tensor(0.5, requires_grad=True), 0.7)  # type: ignore[arg-type]
    c = dl.coefficients(torch.tensor([0.5], dtype=torch.float64), 0.7)  # type: ignore[arg-type]
    assert c.k == pytest.approx([dl.coefficients(0.5, 0.7).k])
