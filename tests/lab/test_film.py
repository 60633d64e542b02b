"""The film and the curves of a run: the core's own numbers and pictures, and no work beyond what is looked at."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given

import ddim_lab as dl
from ddim_lab.lab.live import film, network
from ddim_lab.lab.settings import Settings
from tests.lab import truth
from tests.lab.test_settings import runs


@pytest.mark.parametrize(
    "settings",
    [
        {"eta": 0.8, "S": 5, "images": 4},
        {"S": 4, "spacing": "leading", "T": 250, "schedule": "sigmoid", "guidance": 0.0, "images": 3, "seed": 9},
        {"S": 4, "solver": "dpmpp_2m", "eta": 0.3, "images": 2},
        {"S": 2, "digit": "any", "guidance": 4.0, "images": 2, "schedule": "scaled_linear", "spacing": "linspace"},
    ],
)
def test_the_film_is_what_sample_gives(settings):
    frames = list(film.film(Settings(**settings)))
    assert [frame.j for frame in frames] == list(range(1, settings["S"] + 2))
    x_t, x0 = truth.film(settings)
    for frame in frames:
        assert frame.x_t.dtype == frame.x0.dtype == np.uint8  # what is kept costs a byte a pixel
        truth.assert_same_picture(frame.x_t, x_t[frame.j - 1])
        truth.assert_same_picture(frame.x0, x0[frame.j - 1])


def test_a_draft_is_rows_of_the_whole():
    """Fewer images, never another setting; image 63 and 64 lie in different blocks of the noise."""
    settings = Settings(eta=0.5, S=3, images=64)
    for first, n in ((0, 1), (5, 2), (63, 1)):
        x_t, x0 = truth.film({"eta": 0.5, "S": 3}, n, first)
        for frame in film.film(settings, first, n):
            truth.assert_same_picture(frame.x_t, x_t[frame.j - 1])
            truth.assert_same_picture(frame.x0, x0[frame.j - 1])


@pytest.fixture
def counted(monkeypatch):
    """A denoiser that counts its calls and costs nothing."""
    calls = []

    def model(x_t, alpha_bar_t, label=None, guidance=1.0):
        calls.append((len(x_t), guidance))
        return torch.zeros_like(x_t)

    model.engine = SimpleNamespace(device=torch.device("cpu"), name="counted")
    monkeypatch.setattr(network, "denoiser", lambda: model)
    return calls


def test_what_is_not_looked_at_is_not_computed(counted):
    frames = film.film(Settings(S=1000))
    assert counted == []
    next(frames)
    next(frames)
    frames.close()
    assert counted == [(8, 1.0)] * 2


@given(runs())
def test_curves_are_the_cores_numbers(values):
    settings = Settings(**values)
    curves = json.loads(json.dumps(dict(film.curves(settings.run)), allow_nan=False))
    levels = getattr(dl.NoiseSchedule, values["schedule"])(values["T"]).alpha_bar
    tau = getattr(dl.spacing, values["spacing"])(values["T"], values["S"])
    t, t_prev = tau[::-1], np.array([0, *tau])[-2::-1]
    a, b = levels[t], levels[t_prev]
    c, own = dl.coefficients(a, b, values["eta"], values["sigma_hat"]), dl.coefficients(a, b, values["eta"])
    wanted = {
        "t": t, "t_prev": t_prev, "alpha_bar": a, "alpha_bar_prev": b, "log_snr": np.log(a / (1 - a)),
        "sigma": c.sigma, "k": c.k, "m": c.m, "direction": c.m * np.sqrt(1 - a), "arc_sigma": own.sigma,
        "sigma_bound": np.sqrt(1 - b),
    }  # fmt: skip
    for name, numbers in wanted.items():
        np.testing.assert_allclose(curves[name], numbers, rtol=2e-6, atol=1e-9, err_msg=name)
    np.testing.assert_allclose(np.array(curves["fresh_share"]) * (1 - b), own.sigma**2, rtol=2e-6, atol=1e-12)
    assert curves["eta_bound"][-1] is None  # the transition to t = 0 bounds nothing
    np.testing.assert_allclose(curves["eta_bound"][:-1], np.maximum(dl.eta_max(a[:-1], b[:-1]), 1), rtol=1e-9)


def test_a_noisy_start_is_said_with_its_number():
    assert film.curves(Settings().run)["warning"] is None
    for settings in (Settings(S=3, spacing="leading"), Settings(T=250)):
        top = settings.run.schedule.alpha_bar[settings.run.tau[-1]]
        assert top > 0.001
        assert f"{top:.3g}" in film.curves(settings.run)["warning"]
        assert f"t = {settings.run.tau[-1]}" in film.curves(settings.run)["warning"]


def test_curves_need_neither_torch_nor_streamlit():
    code = (
        "import sys; from ddim_lab.lab.live.film import curves; from ddim_lab.lab.settings import Settings;"
        "curves(Settings(eta=.5).run); print([n for n in ('torch', 'streamlit', 'onnxruntime') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
