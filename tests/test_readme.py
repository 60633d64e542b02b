"""The README's Python runs as it stands there, and does what is said of it.

Blocks run one after the other in one session, from a user's folder; those that need a network of the reader's are
marked `<!-- tests: NAME -->` and run by themselves.
"""

import re
import sys
from pathlib import Path

import pytest
import torch
from diffusers import DDIMScheduler, UNet2DModel
from PIL import Image

import ddim_lab as dl
from tests import networks

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("one_thread")


def blocks() -> list[str]:
    """Those without a mark."""
    unmarked = re.sub(r"<!-- tests: [\w. ]+ -->\n```python\n.*?```", "", README, flags=re.DOTALL)
    return re.findall(r"^```python\n(.*?)^```", unmarked, re.DOTALL | re.MULTILINE)


@pytest.mark.slow
def test_every_block_of_python_runs(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    session: dict = {"__name__": "readme"}
    for number, block in enumerate(blocks(), start=1):
        exec(compile(block, f"README.md, block {number}", "exec"), session)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[:10]]
    assert [int(t) for t, *_ in lines] == list(range(1000, 0, -100))  # the four lines print a line a step
    assert session["kept"].t == 600
    assert Image.open(tmp_path / "sheet.png").width == 4 * (30 * 3 - 2)
    assert getattr(Image.open(tmp_path / "film.gif"), "n_frames", 0) == 10
    check_gradient(session)


def check_gradient(session: dict) -> None:
    """Of the mean square of the belief, which follows from v without any step."""
    a, network = float(session["a"]), session["network"].engine.network
    leaf = session["x_t"].detach().clone().requires_grad_()
    v = network(leaf, torch.full((len(leaf),), dl.schedule.log_snr(a)).float(), torch.full((len(leaf),), 3))
    (a**0.5 * leaf - (1 - a) ** 0.5 * v).square().mean().backward()
    torch.testing.assert_close(session["x_t"].grad, leaf.grad, rtol=1e-3, atol=1e-6)


def lines(name: str) -> str:
    """The block of Python that the README marks with `name`."""
    block = re.search(rf"<!-- tests: {re.escape(name)} -->\n```python\n(.*?)```", README, re.DOTALL)
    assert block, name
    return block[1]


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A learner's folder: the course's network, its weights, and the README's mine.py."""
    (tmp_path / "course.py").write_text("from tests.networks import CourseUNet\nUNet = lambda: CourseUNet(1000)\n")
    (tmp_path / "mine.py").write_text(lines("mine.py"))
    torch.save(networks.course_unet(1000).state_dict(), tmp_path / "unet.pt")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("mine", "course"):
        sys.modules.pop(name, None)


def test_own_network_sampled(mine, tmp_path):
    names: dict = {"dl": dl}
    exec("import mine\n" + lines("own network sampled"), names)
    unet, schedule, x = networks.course_unet(1000), dl.NoiseSchedule.linear(), dl.initial_noise(8, (1, 28, 28))
    for t in range(1000, 0, -50):  # DDIM as a course writes it
        a, b = float(schedule.alpha_bar[t]), float(schedule.alpha_bar[t - 50])
        eps = unet(x, torch.full((8,), t - 1))
        x = b**0.5 * (x - (1 - a) ** 0.5 * eps) / a**0.5 + (1 - b) ** 0.5 * eps
    torch.testing.assert_close(names["digits"], x, rtol=1e-4, atol=1e-3)
    assert (tmp_path / "mine.png").read_bytes().startswith(b"\x89PNG")


def test_a_diffusers_model_compared(capsys):
    torch.manual_seed(0)
    blocks = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",), "block_out_channels": (8,)}
    sizes = {"sample_size": 28, "in_channels": 1, "out_channels": 1, "layers_per_block": 1, "norm_num_groups": 4}
    unet = UNet2DModel(**blocks, **sizes, attention_head_dim=8).eval()
    scheduler = DDIMScheduler(clip_sample=False)
    exec(lines("a diffusers model compared"), {"dl": dl, "torch": torch, "unet": unet, "scheduler": scheduler})
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [int(t) for t, _ in told] == list(range(901, 0, -100))
    assert max(float(gap) for _, gap in told) < 2e-3  # float32, with diffusers' own table
