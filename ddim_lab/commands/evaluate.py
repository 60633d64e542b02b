"""Sample digits at several settings and measure them with the judge. Finished cells are kept: a second call goes on.

It does what `quality` does, by the same processes, with another plan, and writes what the model card shows.
"""

import argparse
from pathlib import Path
from typing import Any

from ddim_lab import files
from ddim_lab.commands import model_card, places, quality
from ddim_lab.model import provenance
from ddim_lab.model.denoiser import OnnxEngine, TorchEngine, pick_device
from ddim_lab.quality import plan
from ddim_lab.quality.cell import SEED
from ddim_lab.quality.store import Store

ON_CPU, ON_GPU = 4000, 10_000  # samples, unless told


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is measured, with which files, and where the results go."""
    quality.add_inputs(parser)
    parser.add_argument("--samples", type=int, help=f"at S = 50 (default: {ON_CPU:,} on a CPU, else {ON_GPU:,})")
    parser.add_argument("--batch", type=int, default=64, help="images a pass (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=files.OUT / "evaluation.json", help="(default: %(default)s)")
    parser.add_argument(
        "--cells", type=Path, default=Path("runs/evaluation.json"), help="finished cells (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> None:
    """Measures every cell that is not kept yet and writes the evaluation. Raises ValueError or OSError in words."""
    places.check("--out", options.out, "an evaluation")
    places.check("--cells", options.cells, "finished cells")
    device = pick_device(options.device)
    tasks = plan.evaluation(quality.samples_on(device.type, options.samples, ON_CPU, ON_GPU))
    setup, about = quality.set_up(options, device.type, options.batch, options.cells.parent / "quality")
    engine = (OnnxEngine if setup.engine == "onnx" else TorchEngine).name
    with quality.alone(options.cells, "--cells"):
        store = Store(options.cells, about["weights"], about["judge"], about["data"]["sha256"], engine, device.type)
        quality.measure(setup, tasks, store, options.cells)
    floor, *cells = ({**store.results[task.key]} for task in tasks)
    result = {
        **{name: about[name] for name in ("weights", "judge", "data")},
        "sampling": {"spacing": "trailing", "guidance": "off", "digits": "i mod 10", "seed": SEED},
        "engine": engine,
        "hardware": _told_once([floor, *cells], {**provenance.fingerprint(device), "threads": 1}),
        "versions": provenance.versions(),
        "seconds": round(sum(entry["seconds"] for entry in (floor, *cells))),
        "floor": floor,
        "cells": cells,
    }
    files.write_json(options.out, result)
    print(model_card.results(result))
    print(f"wrote {options.out}")
    if options.out.resolve().parent == files.ASSETS:
        model_card.write()


def _told_once(entries: list[dict[str, Any]], usual: dict[str, Any]) -> dict[str, Any]:
    """The machine of the first result, taken out of all; one measured on another keeps that as its `hardware`.

    `usual` is that of a result that names none.
    """
    measured = [entry.pop("machine", usual) for entry in entries]
    machines = [{name: machine[name] for name in usual} for machine in measured]
    for entry, machine in zip(entries, machines, strict=True):
        if machine != machines[0]:
            entry["hardware"] = machine
    return machines[0]
