"""Sheets and films of one's own tensors: the files hold the tensors' grey levels, and nonsense is refused in words."""

import re

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

import ddim_lab as dl

LEVELS = torch.arange(256, dtype=torch.float32)


def ramp(n: int, size: int = 4) -> torch.Tensor:
    """n pictures, each of one grey level, all different: (n, 1, size, size)."""
    return (LEVELS[:n] / 127.5 - 1).reshape(n, 1, 1, 1).expand(n, 1, size, size)


def test_a_sheet_holds_every_level_in_reading_order(tmp_path):
    path = dl.figures.save(tmp_path / "deep" / "sheet.png", ramp(256), columns=16, zoom=1)
    sheet = np.asarray(Image.open(path))
    assert sheet[::6, ::6].flatten().tolist() == list(range(256))  # 4 pixels and a gap of 2
    assert (sheet[:, 4:6] == 255).all()


@pytest.mark.parametrize(("n", "columns"), [(1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (10, 4)])
def test_a_sheet_is_about_square_unless_told(tmp_path, n, columns):
    image = Image.open(dl.figures.save(tmp_path / "x.png", ramp(n, 28), zoom=3))
    assert image.width == 3 * (30 * columns - 2)
    assert image.height == 3 * (30 * -(-n // columns) - 2)


def test_a_film_holds_a_frame_for_each_tensor_and_rests_at_its_end(tmp_path):
    world, schedule = dl.exact.Gaussian(0.3, 0.5), dl.NoiseSchedule.linear()
    x_T = dl.initial_noise(3, (1, 8, 8))
    steps = list(dl.sample(world.eps, x_T, schedule, dl.spacing.trailing(1000, 5)))
    film = Image.open(dl.figures.save(tmp_path / "film.gif", [step.x0 for step in steps], columns=3, zoom=1))
    frames = [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(film)]
    assert len(frames) == 5
    for frame, step in zip(frames, steps, strict=True):
        wanted = np.rint((step.x0[1, 0].clamp(-1, 1).numpy() + 1) * 127.5)
        np.testing.assert_array_equal(frame[:, 10:18], wanted)
    assert film.info["duration"] == 1500


@pytest.mark.parametrize("made", [torch.float64, torch.bfloat16])
def test_dtypes_and_gradients_are_no_trouble(tmp_path, made):
    x = ramp(4).to(made).requires_grad_()
    image = np.asarray(Image.open(dl.figures.save(tmp_path / "x.png", x, columns=4, zoom=1)))
    assert np.abs(image[0, ::6].astype(int) - [0, 1, 2, 3]).max() <= 1


def test_colour_stays_colour(tmp_path):
    x = torch.stack([ramp(6)[:, 0], -ramp(6)[:, 0], ramp(6)[:, 0] + 1], dim=1)
    sheet = np.asarray(Image.open(dl.figures.save(tmp_path / "x.png", x, columns=6, zoom=1)))
    assert sheet.shape == (4, 34, 3)
    assert np.abs(sheet[0, 30] - [5, 250, 132.5]).max() <= 0.5
    film = Image.open(dl.figures.save(tmp_path / "x.gif", [x, x], columns=6, zoom=1)).convert("RGB")
    assert np.abs(np.asarray(film)[0, 30] - [5, 250, 132.5]).max() <= 0.5


@pytest.mark.parametrize(
    ("name", "pictures", "kind", "message"),
    [
        ("x.jpg", ramp(2), ValueError, "must be one of .png, .gif, got '.jpg'"),
        ("x.png", [ramp(2)], TypeError, "pictures must be a torch tensor, got"),
        ("x.png", ramp(2).mul(9).byte(), TypeError, "floating dtype"),
        ("x.png", ramp(2)[0], ValueError, "grey (B, 1, H, W) or colour (B, 3, H, W), got"),
        ("x.gif", ramp(2), TypeError, "a GIF wants a list of tensors"),
        ("x.gif", [], ValueError, "frames of one shape, got none"),
        ("x.gif", [ramp(2), ramp(3)], ValueError, "frames of one shape, got (2, 4, 4), (3, 4, 4)"),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path, name, pictures, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        dl.figures.save(tmp_path / name, pictures)
    assert not list(tmp_path.iterdir())
