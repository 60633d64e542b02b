"""What `train` and `train-classifier` share: their options, the bar, Ctrl-C, and the card of the result."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from ddim_lab import files
from ddim_lab.commands import model_card, places
from ddim_lab.model import mnist, provenance, weights
from ddim_lab.model.training import PRECISIONS, TrainingRun

DATA = """folder of four IDX files, gzipped or not: MNIST's, FashionMNIST's, KMNIST's or those of EMNIST's digits, or a
folder in which torchvision keeps one of them as NAME/raw (default: MNIST, downloaded once)"""
CURVE_POINTS = 100  # of the loss curve in a card


def add_data(parser: argparse.ArgumentParser) -> None:
    """Where the data are, and the device."""
    parser.add_argument("--data", type=Path, help=DATA)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: %(default)s)")


def add_options(parser: argparse.ArgumentParser, steps: int, checkpoint: str, out: str) -> None:
    """The options of a training run: `steps`, `checkpoint` and `out` are their defaults."""
    add_data(parser)
    parser.add_argument("--steps", type=int, default=steps, help="length of the run (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=128, help="images a step (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, data order and noise (default: %(default)s)")
    parser.add_argument(
        "--precision",
        choices=("auto", *PRECISIONS),
        default="auto",
        help="auto takes bfloat16 on CUDA and on CPUs that multiply it fast (default: %(default)s)",
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        default=Path(checkpoint),
        help="written every 250 steps; if it is there, the run goes on from it, and a finished one is prolonged "
        "by more --steps (default: %(default)s)",
    )
    parser.add_argument(
        "--out", type=Path, default=files.OUT / out, help="the weights; their card goes beside (default: %(default)s)"
    )


def check_places(options: argparse.Namespace, kind: str) -> str:
    """What the data are called. Raises ValueError or OSError, before any work, unless weights and checkpoint fit.

    Weights stand in only for such of the same `kind` that learned from the same data.
    """
    places.check("--out", options.out, kind)
    data = mnist.called(options.data)
    before = places.learned_from(options.out)
    if before and before != data:
        raise ValueError(f"--out {options.out} learned from {before}, this run from {data}: choose another name")
    if options.checkpoint.resolve() in (options.out.resolve(), weights.card_of(options.out).resolve()):
        raise ValueError(f"--checkpoint must be another file than --out and its card, got {options.checkpoint}")
    places.check_writable(options.checkpoint)
    return data


def precision(chosen: str, device: torch.device) -> str:
    """The precision to train in on `device`: the chosen one, or what "auto" stands for there."""
    return provenance.best_precision(device) if chosen == "auto" else chosen


def go(run: TrainingRun) -> None:
    """Resumes and finishes the run under a progress bar. An interrupt says how to go on."""
    differences = run.resume()
    if run.step:
        print(f"going on from step {run.step:,} of {run.checkpoint}")
    if differences:
        print("this is not where the checkpoint was written: " + "; ".join(differences))
        print("the run goes on, but its weights will not equal, bit for bit, those of an unbroken run")
    with tqdm(total=run.config.steps, initial=run.step, unit="step", dynamic_ncols=True) as bar:

        def report(run: TrainingRun, mean: float) -> None:
            bar.set_postfix_str(f"loss {mean:.4f}", refresh=False)
            bar.update()

        try:
            run.finish(report)
        except KeyboardInterrupt as error:
            raise KeyboardInterrupt(
                f"step {run.step:,} is saved in {run.checkpoint}: the same command goes on from there"
            ) from error


def card(run: TrainingRun, data: str) -> dict[str, Any]:
    """What every card holds: the data by their name, the run, where it ran and how its loss fell."""
    return {
        "parameters": sum(p.numel() for p in run.task.model.parameters()),
        "data": {"name": data + model_card.TRAINING_SET, "images": run.task.examples, "sha256": run.data},
        "training": {**asdict(run.config), "stages": [*run.stages, run.config.steps]},
        "hardware": provenance.fingerprint(run.device),
        "seconds": round(run.seconds),
        "loss_curve": thin(run.history),
    }


def thin(history: list[tuple[int, float]]) -> list[list[float]]:
    """At most CURVE_POINTS of the (step, mean loss) pairs: neighbours are averaged, under the last one's step."""
    width = max(1, -(-len(history) // CURVE_POINTS))
    groups = [history[i : i + width] for i in range(0, len(history), width)]
    return [[group[-1][0], round(float(np.mean([loss for _, loss in group])), 5)] for group in groups]


def written(path: Path) -> None:
    """Says where the result is, and renews the model card if the result is one of the shipped files."""
    print(f"wrote {path} and {weights.card_of(path)}", file=sys.stdout)
    if path.resolve().parent == files.ASSETS:
        model_card.write()
