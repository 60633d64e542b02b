"""Draw what common mistakes with one's own network look like: a PNG each, what is right above, the mistake below.

The mistakes in sampling are made with the shipped network. Those of averaging (EMA) need a network in training: a small
one is trained for them, a few minutes on a CPU; Ctrl-C stops it, and the same command goes on.
"""

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ddim_lab import files
from ddim_lab.commands import places

if TYPE_CHECKING:
    from torch import Tensor

    from ddim_lab.model.training import TrainingRun

SCALE = 2  # screen pixels of one pixel of a digit
WIDTH, STEPS, BATCH, RATE = 16, 1200, 64, 8e-3  # of the small network; a high rate, up to the last step
SHORT, LONG = 0.99, 0.9999  # of its two averages: half-lives of 69 and 6,931 steps
AVERAGES = ("average_too_young", "weights_not_averaged")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where the pictures go, and the training data."""
    from ddim_lab.commands import training

    parser.add_argument("--out", type=Path, default=Path("symptoms"), help="a folder (default: %(default)s)")
    parser.add_argument("--data", type=Path, help=training.DATA)
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=Path("runs/symptoms.pt"),
        help="of the small network in training (default: %(default)s)",
    )
    parser.add_argument("--no-training", action="store_true", help="leave the two mistakes of averaging out")


def run(options: argparse.Namespace) -> None:
    """Writes the pictures; says which of them had to be left out, and why. Raises ValueError or OSError in words."""
    from ddim_lab.model import misused
    from ddim_lab.model.denoiser import load_denoiser

    for name in (*(mistake.__name__ for mistake in misused.MISTAKES), *AVERAGES):
        places.check("--out", options.out / f"{name}.png", "a picture")
    denoiser = load_denoiser(device="cpu")
    for mistake, right in misused.MISTAKES.items():
        _write(options.out / f"{mistake.__name__}.png", right(denoiser), mistake(denoiser))
    if options.no_training:
        return
    try:
        job = _trained(options.data, options.checkpoint)
    except (OSError, ValueError, ImportError) as error:
        print(f"not drawn, for want of a network in training: {', '.join(AVERAGES)} ({error})", file=sys.stderr)
        return
    averaged = _pictures(job, job.ema)
    for name, state in zip(AVERAGES, (job.long_ema, job.task.model.state_dict()), strict=True):
        _write(options.out / f"{name}.png", averaged, _pictures(job, state))


def _trained(data: Path | None, checkpoint: Path) -> "TrainingRun":
    """A small network after STEPS steps at the full learning rate, with both its averages."""
    import torch

    from ddim_lab.commands import training
    from ddim_lab.model import mnist, provenance
    from ddim_lab.model.network import UNet, UNetConfig
    from ddim_lab.model.training import DenoiserTask, TrainingConfig, TrainingRun

    places.check_writable(checkpoint)
    images, labels = mnist.load("train", data)
    config = TrainingConfig(
        steps=STEPS, batch=BATCH, learning_rate=RATE, decay=0.0, ema=SHORT, long_ema=LONG, ema_warmup=False
    )
    torch.manual_seed(config.seed)
    cpu = torch.device("cpu")
    task = DenoiserTask(UNet(UNetConfig(width=WIDTH)), mnist.to_signal(images), labels, cpu)
    job = TrainingRun(task, config, cpu, checkpoint, provenance.checksum(images, labels))
    training.go(job)
    return job


def _pictures(job: "TrainingRun", state: "dict[str, Tensor]") -> "Tensor":
    import torch

    from ddim_lab.model import misused
    from ddim_lab.model.denoiser import Denoiser, TorchEngine
    from ddim_lab.model.network import UNet, UNetConfig

    network = UNet(UNetConfig(width=WIDTH)).eval().requires_grad_(False)
    network.load_state_dict(state)
    return misused.right(Denoiser(TorchEngine(network, torch.device("cpu"))))


def _write(path: Path, right: "Tensor", mistake: "Tensor") -> None:
    import torch
    from PIL import Image

    from ddim_lab.figures.pixels import sheet, to_grey

    grey = sheet(to_grey(torch.cat([right, mistake])), len(right))
    picture = Image.fromarray(grey).resize((SCALE * grey.shape[1], SCALE * grey.shape[0]), Image.Resampling.NEAREST)
    png = io.BytesIO()
    picture.save(png, "PNG", optimize=True)
    files.write(path, png.getvalue())
    print(f"wrote {path}")
