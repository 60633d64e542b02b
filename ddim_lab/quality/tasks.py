"""What the measured table consists of: the work that one process does at a time, and the plan of all of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ddim_lab import checks
from ddim_lab.quality import reconstruction
from ddim_lab.quality.evaluation import Cell, measure

if TYPE_CHECKING:
    from ddim_lab.quality.worker import Worker

T = 1000
STEPS = (5, 10, 20, 50, 100)
SPACINGS = ("trailing", "quadratic", "leading")
RULES = ((0.0, False), (0.2, False), (0.5, False), (1.0, False), (1.0, True))  # eta, sigma-hat
EXPLICIT, IMPLICIT = (10, 20, 50, 100, 200), (10, 20)  # S of the reconstructions
PART = 100  # digits of a reconstruction that are one task
SLOW = 100  # samples of the cells with S = T on a CPU


@dataclass(frozen=True)
class FloorTask:
    """The measures of the real test images."""

    key: str = "floor"
    passes: int = 0

    def compute(self, worker: "Worker") -> dict[str, Any]:
        return worker.reference.floor()


@dataclass(frozen=True)
class CellTask:
    """One cell of the table: its pictures and their measures."""

    cell: Cell

    @property
    def key(self) -> str:
        return self.cell.key

    @property
    def passes(self) -> int:
        """Images that go through the network."""
        return self.cell.passes

    def compute(self, worker: "Worker") -> dict[str, Any]:
        return measure(self.cell, worker.pictures(self.cell), worker.reference)


@dataclass(frozen=True)
class ReconstructionTask:
    """Some digits, encoded and decoded."""

    S: int
    implicit: bool
    first: int
    digits: int

    @property
    def key(self) -> str:
        kind = "implicit" if self.implicit else "explicit"
        return f"reconstruction T={T} S={self.S} {kind} digits={self.first}+{self.digits}"

    @property
    def passes(self) -> int:
        """Images that go through the network; with implicit encoding an estimate."""
        return self.digits * reconstruction.passes(self.S, self.implicit)

    def compute(self, worker: "Worker") -> dict[str, Any]:
        images, labels = (each[self.first : self.first + self.digits] for each in worker.reference.test)
        return reconstruction.reconstruct(worker.denoiser, images, labels, self.S, self.implicit, worker.setup.batch)


Task = FloorTask | CellTask | ReconstructionTask


def cells(samples: int, slow: int) -> list[Cell]:
    """Every eta and sigma-hat at every S and spacing, `samples` digits each, and eta 0 and 1 at S = T with `slow`."""
    checks.integer("samples", samples, 100)
    found = [
        Cell("linear", T, S, eta, samples, spacing, sigma_hat)
        for spacing in SPACINGS
        for S in STEPS
        for eta, sigma_hat in RULES
    ]
    return found + [Cell("linear", T, T, eta, slow) for eta in (0.0, 1.0)]


def reconstructions(digits: int) -> list[ReconstructionTask]:
    """Explicit encoding at every S, implicit at some, of the first `digits` test images, in parts."""
    checks.integer("digits", digits, 1)
    rows = [(S, False) for S in EXPLICIT] + [(S, True) for S in IMPLICIT]
    starts = range(0, digits, PART)
    return [
        ReconstructionTask(S, implicit, first, min(PART, digits - first)) for S, implicit in rows for first in starts
    ]


def plan(samples: int, slow: int, digits: int) -> list[Task]:
    """All tasks of the table."""
    return [FloorTask(), *(CellTask(cell) for cell in cells(samples, slow)), *reconstructions(digits)]
