"""Measure eta and sigma-hat against S and spacing, and what is lost by encoding, into assets/quality.json.

Results are kept one by one: Ctrl-C stops, and the same command goes on. Numbers are the same, bit for bit, however
many processes or machines share the work.
"""

import argparse
import hashlib
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ddim_lab import checks
from ddim_lab.commands import training
from ddim_lab.model import mnist, provenance, weights
from ddim_lab.model.denoiser import load_denoiser, pick_device
from ddim_lab.quality import evaluation, executors, table, tasks
from ddim_lab.quality.book import Book
from ddim_lab.quality.reference import VERSION
from ddim_lab.quality.worker import Setup

ON_CPU, ON_GPU = 300, 10_000  # samples a cell, unless told


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is measured, by whom, with which files, and where the results go."""
    training.add_data(parser)
    parser.add_argument("--samples", type=int, help=f"a cell (default: {ON_CPU} on a CPU, else {ON_GPU:,})")
    parser.add_argument("--digits", type=int, default=1000, help="test digits to reconstruct (default: %(default)s)")
    parser.add_argument("--jobs", type=int, help="processes (default: one a core; one on a GPU)")
    parser.add_argument("--ray", metavar="ADDRESS", help="a Ray cluster does the work; 'local' starts one here")
    parser.add_argument("--batch", type=int, help="images a pass (default: 50 on a CPU, else 500)")
    parser.add_argument("--weights", type=Path, default=weights.UNET, help="the U-Net (default: assets)")
    parser.add_argument("--judge", type=Path, default=weights.CLASSIFIER, help="the classifier (default: assets)")
    parser.add_argument("--out", type=Path, default=table.PATH, help="the table (default: assets)")
    parser.add_argument(
        "--scratch",
        type=Path,
        default=Path("runs/quality"),
        help="pictures and unfinished work, kept (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> None:
    """Does every task whose result is not there yet. Raises ValueError or OSError in words."""
    device = pick_device(options.device).type
    usual = ON_CPU if device == "cpu" else ON_GPU
    samples = usual if options.samples is None else options.samples
    plan = tasks.plan(samples, min(samples, tasks.SLOW) if device == "cpu" else samples, options.digits)
    setup, about = _setup(options, device)
    parts = evaluation.Store(options.scratch / "parts.json", setup.name)
    book = Book(options.out, about, parts, options.digits)
    if book.fresh and options.out.is_file():
        print(f"{options.out} is of other files or older measures: it starts anew with the first result")
    left = [task for task in plan if not book.has(task)]
    with (
        _stoppable(),
        tqdm(total=_passes(plan), initial=_passes(plan) - _passes(left), unit="pass", unit_scale=True) as bar,
    ):
        try:
            for task, result in _executor(options, setup, left, device):
                book.add(task, result)
                bar.set_postfix_str(task.key, refresh=False)
                bar.update(task.passes)
        except KeyboardInterrupt as error:
            raise KeyboardInterrupt(f"what is done is in {options.out}: the same command goes on") from error
    book.save()
    print(f"{len(book.cells)} cells and {len(book.rows)} reconstructions in {options.out}")


@contextmanager
def _stoppable() -> Iterator[None]:
    """Within this context SIGTERM stops as Ctrl-C does: the processes that work end with this one."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _executor(options: argparse.Namespace, setup: Setup, left: list[tasks.Task], device: str) -> executors.Done:
    if options.ray:
        from ddim_lab.quality import cluster

        return cluster.over_ray(options.ray, setup, left)
    usual = os.cpu_count() or 1 if device == "cpu" else 1
    jobs = usual if options.jobs is None else checks.integer("jobs", options.jobs, 1)
    return executors.processes(setup, left, jobs)


def _setup(options: argparse.Namespace, device: str) -> tuple[Setup, dict[str, Any]]:
    """What workers need, and what the table is about."""
    unet, judge = _model(options.weights), _model(options.judge)
    train, test = mnist.load("train", options.data), mnist.load("test", options.data)
    about = {
        "weights": hashlib.sha256(unet[0]).hexdigest(),
        "judge": hashlib.sha256(judge[0]).hexdigest(),
        "data": {"name": "MNIST", "sha256": provenance.checksum(*train, *test)},
        "sampling": {"schedule": "linear", "T": tasks.T, "guidance": "off", "digits": "i mod 10"}
        | {"seed": evaluation.SEED, "reconstruction": "trailing, eta 0, each as the digit it is"},
    }
    name = load_denoiser(device, path=options.weights).engine.name
    engine = "onnx" if name == "ONNX Runtime" else "torch"
    batch = options.batch or (50 if device == "cpu" else 500)
    key = hashlib.sha256(json.dumps([about, engine, device, batch]).encode()).hexdigest()[:16]
    setup = Setup(key, unet, judge, train, test, engine, device, batch, options.scratch.absolute() / key)
    return setup, {**about, "measures": VERSION}


def _model(path: Path) -> tuple[bytes, bytes]:
    weights.load(path)  # raises where it is missing or damaged
    return path.read_bytes(), weights.card_of(path).read_bytes()


def _passes(of: list[tasks.Task]) -> int:
    return sum(task.passes for task in of)
