"""A tiny sweep that the tests of the command and of the executors share."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from ddim_lab.model import mnist, weights
from ddim_lab.model.classifier import Classifier
from ddim_lab.quality.cell import Cell
from ddim_lab.quality.plan import CellTask, FloorTask, ReconstructionTask, Task
from ddim_lab.quality.worker import Setup
from tests import tiny

DIGITS = 20  # that are reconstructed
CELLS = [
    Cell.named("trailing", 2, 0.0, n=40),
    Cell.named("leading", 3, 1.0, True, n=40),
]
TASKS: list[Task] = [
    FloorTask(),
    *(CellTask(cell) for cell in CELLS),
    ReconstructionTask(2, False, 0, DIGITS),
    ReconstructionTask(2, True, 0, DIGITS),
]


def files(folder: Path) -> tuple[Path, Path, Path]:
    """A small network, a small judge and small data: their paths."""
    tiny.save_random_unet(folder / "unet.safetensors", tiny.SMALL)
    judge = Classifier(8)
    weights.save(folder / "judge.safetensors", judge.state_dict(), {"network": {"width": 8}})
    data = tiny.write_mnist(folder / "mnist", train=100, test=60)
    return folder / "unet.safetensors", folder / "judge.safetensors", data


def setup(folder: Path) -> Setup:
    unet, judge, data = files(folder)
    models = [(path.read_bytes(), weights.card_of(path).read_bytes()) for path in (unet, judge)]
    return Setup(str(folder), *models, mnist.load("train", data), mnist.load("test", data), "torch", "cpu", 25)  # pyright: ignore


def numbers(result):
    """What of a result must be the same wherever it is computed."""
    return {name: value for name, value in result.items() if name != "seconds"}


@dataclass(frozen=True)
class Noted:
    """A task that notes in a file each time it begins; a `fatal` one kills its process at the end of its first time."""

    task: Task
    notes: Path
    fatal: bool = False

    @property
    def key(self) -> str:
        return self.task.key

    def compute(self, worker):
        again = self.notes.is_file() and self.key in self.notes.read_text().splitlines()
        with self.notes.open("a") as file:
            file.write(f"{self.key}\n")
        result = self.task.compute(worker)
        if self.fatal and not again:
            os.kill(os.getpid(), signal.SIGKILL)  # the machine fails before the result is handed over
        return result


def same(a, b) -> bool:
    """Whether nested results are equal, bit for bit."""
    return repr(numbers(a)) == repr(numbers(b))  # repr of a float is exact
