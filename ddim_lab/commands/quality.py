"""Measure eta, sigma-hat and 2M against S and spacing, and what is lost by encoding, into assets/quality.json.

Results are kept one by one: Ctrl-C stops, and the same command goes on. Numbers are the same, bit for bit, however
many processes or machines share the work.
"""

import argparse
import hashlib
import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ddim_lab import checks, files
from ddim_lab.commands import places, training
from ddim_lab.model import mnist, provenance, weights
from ddim_lab.model.denoiser import load_denoiser, pick_device
from ddim_lab.quality import executors, plan, table
from ddim_lab.quality.cell import SEED, T
from ddim_lab.quality.reference import VERSION
from ddim_lab.quality.store import Store, Table
from ddim_lab.quality.worker import Setup

ON_CPU, ON_GPU = 5000, 10_000  # samples a cell with trailing steps, unless told


def add_options(parser: argparse.ArgumentParser) -> None:
    """What is measured, by whom, with which files, and where the results go."""
    add_inputs(parser)
    parser.add_argument(
        "--samples",
        type=int,
        help=f"a cell with trailing steps; others have {plan.FEWER:,} at most "
        f"(default: {ON_CPU:,} on a CPU, else {ON_GPU:,})",
    )
    parser.add_argument("--digits", type=int, default=1000, help="test digits to reconstruct (default: %(default)s)")
    parser.add_argument("--jobs", type=int, help="processes (default: one a core; one on a GPU)")
    parser.add_argument("--ray", metavar="ADDRESS", help="a Ray cluster does the work; 'local' starts one here")
    parser.add_argument("--batch", type=int, help="images a pass (default: 50 on a CPU, else 500)")
    parser.add_argument(
        "--out", type=Path, default=files.OUT / table.PATH.name, help="the table (default: %(default)s)"
    )
    parser.add_argument(
        "--scratch",
        type=Path,
        default=Path("runs/quality"),
        help="pictures and unfinished work, kept (default: %(default)s)",
    )


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Which files are measured, and where."""
    training.add_data(parser)
    parser.add_argument("--weights", type=Path, default=weights.UNET, help="the U-Net (default: assets)")
    parser.add_argument("--judge", type=Path, default=weights.CLASSIFIER, help="the classifier (default: assets)")


def run(options: argparse.Namespace) -> None:
    """Does every task whose result is not there yet. Raises ValueError or OSError in words."""
    places.check("--out", options.out, "a quality table")
    places.check_writable(options.scratch / "parts.json")
    device = pick_device(options.device).type
    samples = samples_on(device, options.samples, ON_CPU, ON_GPU)
    tasks = plan.table(samples, options.digits)
    setup, about = set_up(options, device, options.batch or (50 if device == "cpu" else 500), options.scratch)
    with alone(options.out, "--out"), alone(options.scratch / "parts.json", "--scratch"):
        parts = Store(options.scratch / "parts.json", setup.name)
        measured = Table(options.out, {**about, "measures": VERSION}, parts, options.digits)
        if measured.fresh and options.out.is_file():
            print(f"{options.out} is of other files or older measures: it starts anew with the first result")
        measure(setup, tasks, measured, options.out, options.jobs, options.ray)
        measured.save()
    print(f"{len(measured.cells)} cells and {len(measured.rows)} reconstructions in {options.out}")


def alone(path: Path, option: str) -> AbstractContextManager[None]:
    """Within it `path` is this command's. Raises BlockingIOError in words, when entered, if another has it."""
    return files.locked(path, f"another measurement is writing {path}: wait for it, or give another {option}")


def samples_on(device: str, wanted: int | None, on_cpu: int, on_gpu: int) -> int:
    """The samples wanted, or what is usual on that device."""
    return (on_cpu if device == "cpu" else on_gpu) if wanted is None else wanted


def measure(
    setup: Setup, tasks: Sequence[plan.Task], store: Store | Table, kept: Path, jobs: int | None = None,
    ray: str | None = None,
) -> None:  # fmt: skip
    """Does what the store lacks of the tasks, in `jobs` processes (None: one a core, or one on a GPU) or over Ray.

    Raises KeyboardInterrupt that names the file `kept`, in which results are.
    """
    left = [task for task in tasks if not store.has(task)]
    total = sum(task.passes for task in tasks)
    with (
        _stoppable(),
        tqdm(total=total, initial=total - sum(task.passes for task in left), unit="pass", unit_scale=True) as bar,
    ):
        try:
            for task, result in _executor(setup, left, jobs, ray):
                store.add(task, result)
                bar.set_postfix_str(task.key, refresh=False)
                bar.update(task.passes)
        except KeyboardInterrupt as error:
            raise KeyboardInterrupt(f"what is done is in {kept}: the same command goes on") from error


@contextmanager
def _stoppable() -> Iterator[None]:
    """Within this context SIGTERM stops as Ctrl-C does: the processes that work end with this one."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _executor(setup: Setup, left: list[plan.Task], jobs: int | None, ray: str | None) -> executors.Done:
    if ray:
        from ddim_lab.quality import cluster

        return cluster.over_ray(ray, setup, left)
    usual = os.cpu_count() or 1 if setup.device == "cpu" else 1
    return executors.processes(setup, left, usual if jobs is None else checks.integer("jobs", jobs, 1))


def set_up(options: argparse.Namespace, device: str, batch: int, scratch: Path) -> tuple[Setup, dict[str, Any]]:
    """What workers need, and what the results are about."""
    unet, classifier = _model(options.weights), _model(options.judge)
    train, test = mnist.load("train", options.data), mnist.load("test", options.data)
    about = {
        "weights": hashlib.sha256(unet[0]).hexdigest(),
        "judge": hashlib.sha256(classifier[0]).hexdigest(),
        "data": {"name": mnist.called(options.data), "sha256": provenance.checksum(*train, *test)},
        "sampling": {"schedule": "linear", "T": T, "guidance": "off", "digits": "i mod 10", "seed": SEED}
        | {"reconstruction": "trailing, eta 0, each as the digit it is"},
    }
    learned = {name: places.learned_from(path) for name, path in (("U-Net", options.weights), ("judge", options.judge))}
    known = {**{name: data for name, data in learned.items() if data}, "pictures beside": about["data"]["name"]}
    if len(set(known.values())) > 1:
        told = ", ".join(f"{name}: {data}" for name, data in known.items())
        print(f"what is measured here is of different data ({told})")
    name = load_denoiser(device, path=options.weights).engine.name
    engine = "onnx" if name == "ONNX Runtime" else "torch"
    key = hashlib.sha256(json.dumps([about, engine, device, batch]).encode()).hexdigest()[:16]
    return Setup(key, unet, classifier, train, test, engine, device, batch, scratch.absolute() / key), about


def _model(path: Path) -> tuple[bytes, bytes]:
    blob, card = weights.read(path)
    return blob, json.dumps(card).encode()
