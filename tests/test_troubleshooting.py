"""docs/troubleshooting.md: each line to check tells a mistake from what is right; the pictures are the command's."""

import functools
import io
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import ddim_lab as dl
from ddim_lab.__main__ import main
from ddim_lab.commands import symptoms
from ddim_lab.model import misused, parameterization
from ddim_lab.model.training import DenoiserTask, TrainingConfig, TrainingRun
from tests import tiny

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
PICTURES = ROOT / "assets" / "symptoms"
ROW = re.compile(r"^\| !\[[^\]]+\]\(\.\./assets/symptoms/(\w+)\.png\).*\| `([^`]+)`[^|]*\|$", re.MULTILINE)
CHECKS = dict(ROW.findall(PAGE))
KEYS = [*(mistake.__name__ for mistake in misused.MISTAKES), *symptoms.AVERAGES]

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def denoiser():
    return dl.load_denoiser(device="cpu", threads=1)


def believed(denoiser, guidance):
    """The predicted x_0 of all steps."""
    asked = functools.partial(denoiser, label=torch.arange(8), guidance=guidance)
    steps = dl.sample(asked, dl.initial_noise(8, (1, 28, 28)), misused.LINEAR, misused.TAU)
    return torch.stack([step.x0 for step in steps])


@pytest.fixture(scope="module")
def well(denoiser):
    """What a line to check may name, where all is well."""
    linear, network, x_T = dl.NoiseSchedule.linear(), tiny.random_unet(tiny.SMALL), dl.initial_noise(8, (1, 28, 28))
    return {
        **{"np": np, "math": math, "torch": torch, "schedule": linear, "tau": misused.TAU, "steps": 1200},
        **{"alphas_cumprod": np.cumprod(1 - np.linspace(1e-4, 0.02, 1000)), "x_T": x_T.numpy()},
        **{
            "x_0": misused.right(denoiser),
            "x0": believed(denoiser, 1.0),
            "x_t": x_T,
            "output_at_T": denoiser(x_T, float(linear.alpha_bar[-1])).numpy(),
            "decay": symptoms.SHORT,
        },
        **{"network": network, "average": {name: value.clone() for name, value in network.state_dict().items()}},
        **{"eta": 1.0, "z": dl.fresh_noise(8, (1, 28, 28), 1)},
    }


def under(key, denoiser, well):
    """The same under the mistake `key`."""
    short, a = dl.NoiseSchedule.linear(250), float(well["schedule"].alpha_bar[-1])
    bad = {
        "pixels_from_zero": lambda: {"x_0": misused.pixels_from_zero(denoiser)},
        "another_schedule": lambda: {"schedule": dl.NoiseSchedule.cosine()},
        "another_length": lambda: {"schedule": short},
        "v_taken_for_eps": lambda: {
            "output_at_T": parameterization.forms(
                well["x_t"], "eps", torch.from_numpy(well["output_at_T"]), a
            ).v.numpy()
        },
        "noisy_start": lambda: {"schedule": short, "tau": dl.spacing.leading(250, misused.FEW)},
        "state_clipped": lambda: {"x_t": well["x_t"].clamp(-1, 1)},
        "guided_hard": lambda: {"x0": believed(denoiser, misused.STRONG)},
        "noise_forgotten": lambda: {"z": torch.zeros(8, 1, 28, 28)},
        "average_too_young": lambda: {"decay": symptoms.LONG},
        "weights_not_averaged": lambda: {"average": {key: value + 0.01 for key, value in well["average"].items()}},
    }
    return well | bad[key]()


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_each_line_tells_the_mistake_from_what_is_right(denoiser, well, key):
    assert eval(CHECKS[key], dict(well))
    assert not eval(CHECKS[key], under(key, denoiser, well))


def test_the_page_has_a_row_for_each_mistake_and_small_pictures():
    assert set(CHECKS) == set(KEYS)
    files = [PICTURES / f"{key}.png" for key in KEYS]
    assert sorted(PICTURES.iterdir()) == sorted(files)
    assert sum(file.stat().st_size for file in files) < 200_000
    for decay in (".99", ".999", ".9995", ".9999"):
        assert f"{math.log(0.5) / math.log(float(decay)):,.0f} for {decay}" in PAGE


@pytest.mark.slow
def test_the_pictures_are_what_the_command_draws(tmp_path):
    assert main(["symptoms", "--out", str(tmp_path), "--no-training"]) == 0
    for mistake in misused.MISTAKES:
        name = f"{mistake.__name__}.png"
        drawn, kept = (np.asarray(Image.open(folder / name)).astype(int) for folder in (tmp_path, PICTURES))
        assert drawn.shape == kept.shape
        assert np.abs(drawn - kept).mean() < 3, name  # engines and processors round otherwise
        assert np.abs(kept[:56] - kept[-56:]).mean() > 8, name  # of 255: a mistake that can be seen


@pytest.mark.slow
def test_averages_are_drawn_of_a_run_that_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(symptoms, "STEPS", 3)
    monkeypatch.setattr(symptoms, "WIDTH", 8)
    monkeypatch.setattr(misused, "MISTAKES", {})
    data = tiny.write_mnist(tmp_path / "data")
    given = ["symptoms", "--out", str(tmp_path / "out"), "--checkpoint", str(tmp_path / "run.pt")]
    assert main([*given, "--data", str(data)]) == 0
    assert {path.stem for path in (tmp_path / "out").iterdir()} == set(symptoms.AVERAGES)
    first = [(tmp_path / "out" / f"{name}.png").read_bytes() for name in symptoms.AVERAGES]
    assert main([*given, "--data", str(data)]) == 0
    assert "going on from step 3" in capsys.readouterr().out
    assert [(tmp_path / "out" / f"{name}.png").read_bytes() for name in symptoms.AVERAGES] == first
    assert Image.open(io.BytesIO(first[0])).size == (476, 116)
    assert main([*given, "--data", str(tmp_path / "nowhere")]) == 0  # what can be drawn is drawn
    assert f"not drawn, for want of a network in training: {', '.join(symptoms.AVERAGES)}" in capsys.readouterr().err


def test_an_average_without_warm_up_keeps_the_weights_it_began_with():
    images, labels = tiny.digits(16)
    signal = (images[:, None] / 127.5 - 1).astype(np.float32)
    begun = tiny.random_unet(tiny.SMALL).requires_grad_(True)
    before = {name: value.clone() for name, value in begun.state_dict().items()}
    cpu = torch.device("cpu")
    config = TrainingConfig(steps=3, batch=8, ema=0.9999, ema_warmup=False, decay=0.0)
    run = TrainingRun(DenoiserTask(begun, signal, labels, cpu), config, cpu)
    for _ in range(3):
        run.advance()
    for name, value in before.items():
        if value.is_floating_point():
            moved, held = ((state[name] - value).abs().max() for state in (run.task.model.state_dict(), run.ema))
            assert held <= 3.1e-4 * moved + 1e-7
