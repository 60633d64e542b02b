"""One process that measures: it holds the network, the judge and the real digits, and does one task after another.

Everything a number depends on arrives with the task, so that it is the same, bit for bit, in whichever process.
"""

import io
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ddim_lab import files
from ddim_lab.model import provenance, weights
from ddim_lab.model.classifier import Classifier, load_classifier, look
from ddim_lab.model.denoiser import Denoiser, load_denoiser
from ddim_lab.quality.cell import Cell
from ddim_lab.quality.drawing import batches, draw
from ddim_lab.quality.plan import Task
from ddim_lab.quality.reference import Pictures, Reference

Split = tuple[Pictures, NDArray[np.uint8]]
THREADS: dict[str, str] = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)  # of a worker


@dataclass(frozen=True, eq=False)
class Setup:
    """What a worker needs, by content: it may run on another machine."""

    name: str  # of this content
    unet: tuple[bytes, bytes]  # weights and card
    classifier: tuple[bytes, bytes]
    train: Split
    test: Split
    engine: str
    device: str
    batch: int
    scratch: Path | None = None  # where finished batches are kept

    def load_denoiser(self) -> Denoiser:
        with tempfile.TemporaryDirectory() as folder:
            return load_denoiser(self.device, self.engine, _unpacked(Path(folder), self.unet), threads=1)

    def load_classifier(self) -> Classifier:
        with tempfile.TemporaryDirectory() as folder:
            return load_classifier(self.device, _unpacked(Path(folder), self.classifier))


class Worker:
    """Does tasks. One thread a process: numbers depend on it, and two processes use two cores better."""

    def __init__(self, setup: Setup):
        torch.set_num_threads(1)
        self.setup = setup

    @cached_property
    def denoiser(self) -> Denoiser:
        return self.setup.load_denoiser()

    @cached_property
    def reference(self) -> Reference:
        classifier = self.setup.load_classifier()
        features = _kept(self._path("features"), lambda: look(classifier, self.setup.train[0])[0])
        return Reference(classifier, self.setup.train, self.setup.test, features)

    @cached_property
    def machine(self) -> dict[str, Any]:
        """What the numbers depend on beside the files."""
        hardware, setup = provenance.fingerprint(torch.device(self.setup.device)), self.setup
        return {**hardware, "engine": setup.engine, "batch": setup.batch, "versions": provenance.versions()}

    def pictures(self, cell: Cell) -> Pictures:
        """The cell's digits (n, 28, 28). Batches that an earlier run finished, of however many, are not drawn again."""
        drawn = []
        for first, n in batches(cell.n, self.setup.batch):
            path = self._path(f"{cell.name.replace(' ', '_')}_{first}+{n}")
            drawn.append(_kept(path, lambda first=first, n=n: draw(self.denoiser, cell, first, n)))
        return np.concatenate(drawn)

    def _path(self, name: str) -> Path | None:
        return self.setup.scratch and self.setup.scratch / f"{name}.npy"


_worker: Worker | None = None  # of this process


def compute(setup: Setup, task: Task) -> dict[str, Any]:
    """The result of the task, with its seconds and the machine it was done on."""
    global _worker
    if _worker is None or _worker.setup.name != setup.name:
        _worker = Worker(setup)
    started = time.perf_counter()
    result = task.compute(_worker)
    return {**result, "seconds": round(time.perf_counter() - started, 1), "machine": _worker.machine}


def _kept(path: Path | None, compute: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    if path is None:
        return compute()
    if not path.is_file():
        content = io.BytesIO()
        np.save(content, compute())
        files.write(path, content.getbuffer())
    return np.load(path)


def _unpacked(folder: Path, content: tuple[bytes, bytes]) -> Path:
    path = folder / "model.safetensors"
    path.write_bytes(content[0])
    weights.card_of(path).write_bytes(content[1])
    return path
