"""Train the U-Net on MNIST, or on data stored like it.

The same options give the same weights; a killed run goes on from its checkpoint.
"""

import argparse
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from ddim_lab import checks
from ddim_lab.commands import places, training
from ddim_lab.model import loss as objective
from ddim_lab.model import mnist, provenance, weights
from ddim_lab.model.denoiser import pick_device
from ddim_lab.model.network import UNet, UNetConfig
from ddim_lab.model.optimizers import OPTIMIZERS
from ddim_lab.model.training import DenoiserTask, TrainingConfig, TrainingRun
from ddim_lab.schedule import LOG_SNR_MAX, LOG_SNR_MIN, NoiseSchedule

CLASSES_MAX = 256  # labels are bytes


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of every training run, and the U-Net's own: its loss and its width."""
    training.add_options(parser, TrainingConfig.steps, "runs/unet.pt", weights.UNET.name)
    parser.add_argument(
        "--loss", choices=objective.LOSSES, default="v", help="how noise levels are weighed (default: %(default)s)"
    )
    parser.add_argument(
        "--width", type=int, default=UNetConfig.width, help="channels, a multiple of 8 (default: %(default)s)"
    )
    parser.add_argument("--middle", type=int, default=UNetConfig.middle, help="blocks at 7 x 7 (default: %(default)s)")
    parser.add_argument("--classes", type=int, help="labels 0..N - 1 (default: as many as the data have)")
    parser.add_argument(
        "--optimizer",
        choices=OPTIMIZERS,
        default=TrainingConfig.optimizer,
        help="muon orthogonalises the momentum of the inner matrices (default: %(default)s)",
    )
    parser.add_argument(
        "--long-ema", type=float, help="a second, slower average of the weights, say 0.9999, written beside the first"
    )
    parser.add_argument("--show-loss", action="store_true", help="show the weights of --loss, and do not train")


def run(options: argparse.Namespace) -> None:
    """Shows the loss's weights, then trains and writes the weights. Raises ValueError or OSError in words."""
    print(loss_table(options.loss))
    if options.show_loss:
        return
    if checks.integer("width", options.width, 8) % UNetConfig.groups:
        raise ValueError(f"width must be a multiple of {UNetConfig.groups}, got {options.width}")
    if options.classes is not None:
        checks.integer("--classes", options.classes, 1, CLASSES_MAX)
    data = training.check_places(options, "weights of a U-Net")
    if options.long_ema:
        places.check("--long-ema", long_average(options.out), "weights of a U-Net")
    device = pick_device(options.device)
    config = TrainingConfig(
        steps=options.steps,
        batch=options.batch,
        seed=options.seed,
        loss=options.loss,
        optimizer=options.optimizer,
        long_ema=options.long_ema,
        precision=training.precision(options.precision, device),
    )
    images, labels = mnist.load("train", options.data, options.classes or CLASSES_MAX)
    classes = options.classes or int(labels.max()) + 1
    torch.manual_seed(config.seed)
    network = UNet(UNetConfig(width=options.width, middle=checks.integer("middle", options.middle, 1), classes=classes))
    task = DenoiserTask(network, mnist.to_signal(images), labels, device, config.loss, no_label=classes)
    job = TrainingRun(task, config, device, options.checkpoint, provenance.checksum(images, labels))
    print(f"{config.steps:,} steps of {config.batch} images on {device.type}, {config.precision}, loss {config.loss}")
    training.go(job)
    noise_levels = {"shares": objective.DENSITY, "log_snr": [LOG_SNR_MIN, LOG_SNR_MAX]}
    card = {"network": asdict(network.config), **training.card(job, data), "noise_levels": noise_levels}
    weights.save(options.out, job.ema, card)
    if job.long_ema:
        weights.save(long_average(options.out), job.long_ema, card)
    training.written(options.out)


def long_average(out: Path) -> Path:
    """Where the weights of --long-ema go: beside those of --out."""
    return out.with_stem(f"{out.stem}-long-ema")


def loss_table(chosen: str) -> str:
    """gamma of L_gamma (DDIM, Eq. 5) along the linear schedule under each loss, the chosen one marked."""
    t = np.array([1, 10, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
    alpha_bar = NoiseSchedule.linear().alpha_bar[t]
    columns = [objective.gamma(loss, alpha_bar) for loss in objective.LOSSES]
    names = [f"[{loss}]" if loss == chosen else loss for loss in objective.LOSSES]
    lines = [
        "gamma, the weight of the squared eps error at each noise level (DDIM, Eq. 5); [chosen]",
        f"{'t':>6} {'alpha_bar':>10}" + "".join(f"{name:>12}" for name in names),
    ]
    for row, (step, level) in enumerate(zip(t, alpha_bar, strict=True)):
        lines.append(f"{step:>6} {level:>10.3g}" + "".join(f"{column[row]:>12.4g}" for column in columns))
    return "\n".join(lines)
