"""Sample digits at several settings and measure them with the judge. Finished cells are kept: a second call goes on."""

import argparse
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ddim_lab import files
from ddim_lab.commands import model_card, training
from ddim_lab.model import mnist, provenance, weights
from ddim_lab.model.classifier import load_classifier
from ddim_lab.model.denoiser import load_denoiser, pick_device
from ddim_lab.quality import evaluation

ON_CPU, ON_GPU = 4000, 10_000  # samples, unless told


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is measured, with which files, and where the results go."""
    training.add_data(parser)
    parser.add_argument("--samples", type=int, help=f"at S = 50 (default: {ON_CPU:,} on a CPU, else {ON_GPU:,})")
    parser.add_argument("--batch", type=int, default=64, help="images a pass (default: %(default)s)")
    parser.add_argument("--weights", type=Path, default=weights.UNET, help="the U-Net (default: assets)")
    parser.add_argument("--judge", type=Path, default=weights.CLASSIFIER, help="the classifier (default: assets)")
    parser.add_argument("--out", type=Path, default=files.ASSETS / "evaluation.json", help="(default: assets)")
    parser.add_argument(
        "--cells", type=Path, default=Path("runs/evaluation.json"), help="finished cells (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> None:
    """Measures every cell that is not kept yet and writes the evaluation. Raises ValueError or OSError in words."""
    device = pick_device(options.device)
    usual = ON_CPU if device.type == "cpu" else ON_GPU
    cells = evaluation.plan(usual if options.samples is None else options.samples)
    denoiser = load_denoiser(device.type, path=options.weights)
    judge = load_classifier(device, options.judge)
    reference = evaluation.Reference(judge, mnist.load("train", options.data), mnist.load("test", options.data))
    shas = [weights.load(path)[1]["sha256"] for path in (options.weights, options.judge)]
    data = provenance.checksum(*reference.train, *reference.test)
    store = evaluation.Store(options.cells, *shas, data, denoiser.engine.name, device.type)
    with tqdm(total=sum(cell.passes for cell in cells), unit="pass", unit_scale=True, dynamic_ncols=True) as bar:
        bar.set_description("real digits")
        floor = store.get("floor", reference.floor)
        results = [_cell(cell, denoiser, options.batch, reference, store, bar) for cell in cells]
    result = {
        "weights": shas[0],
        "judge": shas[1],
        "data": {"name": "MNIST", "sha256": data},
        "sampling": {"spacing": "trailing", "guidance": "off", "digits": "i mod 10", "seed": evaluation.SEED},
        "engine": denoiser.engine.name,
        "hardware": provenance.fingerprint(device),
        "versions": provenance.versions(),
        "seconds": round(sum(entry["seconds"] for entry in [floor, *results])),
        "floor": floor,
        "cells": results,
    }
    files.write_json(options.out, result)
    print(model_card.results(result))
    print(f"wrote {options.out}")
    if options.out.resolve().parent == files.ASSETS:
        model_card.write()


def _cell(
    cell: evaluation.Cell,
    denoiser: Any,
    batch: int,
    reference: evaluation.Reference,
    store: evaluation.Store,
    bar: Any,
) -> dict[str, Any]:
    bar.set_description(f"{cell.schedule} T={cell.T} S={cell.S} eta={cell.eta:g}")
    if cell.key in store.done:
        bar.update(cell.passes)
    return store.get(
        cell.key,
        lambda: evaluation.measure(cell, evaluation.generate(denoiser, cell, batch, bar.update), reference),
    )
