"""The sheet of digits: its tiles are what `dl.sample` gives, and nonsense ends in one line."""

import dataclasses
import functools

import numpy as np
import pytest
import torch
from PIL import Image

import ddim_lab as dl
from ddim_lab.__main__ import main
from ddim_lab.figures.pixels import to_grey
from ddim_lab.model.denoiser import Denoiser
from ddim_lab.sampler import last
from tests import tiny

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_tile_is_the_digit_sampled_alone(tmp_path):
    out = tmp_path / "sheet.png"
    assert main(["draw", "--rows", "1", "--S", "3", "--eta", "1", "--seed", "4", "--out", str(out)]) == 0
    drawn = np.asarray(Image.open(out).resize((280, 28), Image.Resampling.BOX))[:, 7 * 28 : 8 * 28]  # the seven
    x_T = dl.initial_noise(1, (1, 28, 28), seed=4, first=7)
    schedule, tau = dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 3)
    model = functools.partial(dl.load_denoiser(), label=torch.tensor([7]))
    alone = to_grey(last(dl.sample(model, x_T, schedule, tau, eta=1.0, seed=4, first=7)).x_prev)[0]
    assert np.abs(drawn.astype(int) - alone).mean() < 6  # enlarged and made small again: a digit's edges are softer
    assert np.corrcoef(drawn.ravel(), alone.ravel())[0, 1] > 0.99


@pytest.mark.parametrize(("options", "label", "guidance"), [
    (["--label", "2", "--guidance", "2.5"], 2, 2.5), ([], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0], 1.0),
])  # fmt: skip
def test_the_network_is_asked_for_label_and_guidance(tmp_path, monkeypatch, options, label, guidance):
    """The network of --weights, which has three classes here."""
    path, out, asked = tmp_path / "mine.safetensors", tmp_path / "sheet.png", []
    tiny.save_random_unet(path, dataclasses.replace(tiny.SMALL, classes=3))
    eps = Denoiser.__call__

    def spied(self, x, level, label=None, guidance=1.0):
        asked.append((self.engine.network.config.classes, torch.as_tensor(label).tolist(), guidance))
        return eps(self, x, level, label, guidance)

    monkeypatch.setattr(Denoiser, "__call__", spied)
    assert main(["draw", "--rows", "1", "--S", "2", "--weights", str(path), "--out", str(out), *options]) == 0
    assert asked == [(3, label, guidance)] * 2
    assert Image.open(out).size == (560, 56)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--label", "11"], "label must lie within 0..9"),
        (["--rows", "0"], "--rows must be within 1..100"),
        (["--eta", "9"], "eta"),
        (["--S", "0"], "S "),
    ],
)
def test_nonsense_ends_in_one_line(tmp_path, wrong, said, capsys):
    assert main(["draw", "--rows", "1", *wrong, "--out", str(tmp_path / "no.png")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "no.png").exists()
