"""x0, eps and v are one thing: each agrees with the sampler, with the network's own v, and with the others."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab.model import parameterization

LEVELS = st.floats(1e-6, 1 - 1e-6)
numbers = st.floats(-3, 3)


@given(numbers, numbers, LEVELS)
def test_each_form_gives_the_others(x_0, eps, a):
    x_t = parameterization.noised(x_0, eps, a)
    v = math.cos(math.acos(a**0.5)) * eps - math.sin(math.acos(a**0.5)) * x_0
    for kind, value in (("x0", x_0), ("eps", eps), ("v", v)):
        found = parameterization.forms(x_t, kind, value, a)
        blown_up = max(1, parameterization.x0_error(kind, a), ((a / (1 - a)) ** 0.5 if kind == "x0" else 1))
        assert (found.x0, found.eps, found.v) == pytest.approx((x_0, eps, v), abs=1e-12 * blown_up)


@given(numbers, numbers, LEVELS)
def test_a_turn_changes_no_length(x_0, eps, a):
    found = parameterization.forms(
        parameterization.noised(x_0, eps, a),
        "v",
        parameterization.forms(parameterization.noised(x_0, eps, a), "x0", x_0, a).v,
        a,
    )
    assert found.x_t**2 + found.v**2 == pytest.approx(x_0**2 + eps**2, rel=1e-6, abs=1e-9)


def test_x0_is_the_samplers():
    x_t, eps = torch.randn(2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    step = dl.step(x_t, eps, 0.3, 0.5)
    torch.testing.assert_close(parameterization.forms(x_t, "eps", eps, 0.3).x0, step.x0)


def test_v_is_the_networks():
    denoiser = dl.load_denoiser("cpu", engine="torch")
    x_t, a = dl.initial_noise(2, (1, 28, 28)), 0.3
    level = torch.full((2,), math.log(a / (1 - a)))
    v = denoiser.engine(x_t, level, torch.full((2,), 10))
    torch.testing.assert_close(parameterization.forms(x_t, "v", v, a).eps, denoiser(x_t, a), rtol=0, atol=1e-5)


@pytest.mark.parametrize(("kind", "factor"), [("eps", (0.7 / 0.3) ** 0.5), ("v", 0.7**0.5), ("x0", 1.0)])
def test_how_an_error_reaches_x0(kind, factor):
    assert parameterization.x0_error(kind, 0.3) == pytest.approx(factor, rel=1e-14)


def test_a_bad_level_or_kind_is_refused_in_words():
    with pytest.raises(ValueError, match=r"alpha_bar_t must lie in \(0, 1\), got 1.0"):
        parameterization.noised(0.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="kind must be one of x0, eps, v"):
        parameterization.forms(0.0, "score", 1.0, 0.5)
