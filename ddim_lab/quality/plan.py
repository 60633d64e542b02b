"""What is measured: the work that one process does at a time, and which of it the table and the evaluation need."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ddim_lab import checks
from ddim_lab.quality import reconstruction
from ddim_lab.quality.cell import ROWS, SOLVED, SPACINGS, STEPS, Cell, T
from ddim_lab.quality.drawing import wanted_digits
from ddim_lab.schedule import NoiseSchedule

if TYPE_CHECKING:
    from ddim_lab.quality.worker import Worker

EXPLICIT, IMPLICIT = (10, 20, 50, 100, 200), (10, 20)  # S of the reconstructions
PART = 100  # digits of a reconstruction that are one task
FEWER = 1000  # samples of the table's cells that are beside the paper's rows: other spacings, and S = T
SMALL = 2000  # samples of those cells of the evaluation that the bars are not about


@dataclass(frozen=True)
class FloorTask:
    """The measures of the real test images."""

    key: str = "floor"
    passes: int = 0

    def compute(self, worker: "Worker") -> dict[str, Any]:
        return worker.reference.floor()


@dataclass(frozen=True)
class CellTask:
    """A cell's pictures and their measures, each with what as many real test images give."""

    cell: Cell

    @property
    def key(self) -> str:
        return self.cell.key

    @property
    def passes(self) -> int:
        """Images that go through the network."""
        return self.cell.passes

    def compute(self, worker: "Worker") -> dict[str, Any]:
        cell, run, reference = self.cell, self.cell.run, worker.reference
        return {
            **{"schedule": cell.schedule, "T": run.schedule.T, **cell.place, "n": cell.n},
            "alpha_bar_T": float(run.schedule.alpha_bar[-1]),
            **reference.measure(worker.pictures(cell), wanted_digits(cell.n)),
            **{f"{name}_floor_at_n": value for name, value in reference.floor_at(cell.n).items()},
        }


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


def table(samples: int, digits: int) -> list[Task]:
    """The table: the floor, every cell, and what encoding loses of `digits` test images."""
    return [FloorTask(), *map(CellTask, cells(samples)), *reconstructions(digits)]


def evaluation(samples: int) -> list[Task]:
    """The floor; S = 50 at eta 0 and 1 with all `samples`; fewer steps and other noise schedules with 2,000."""
    checks.integer("samples", samples, 100)
    small = min(samples, SMALL)
    chosen = [Cell.named("trailing", 50, eta, n=samples) for eta in (0.0, 1.0)]
    chosen += [Cell.named("trailing", S, eta, n=small) for S in (10, 20) for eta in (0.0, 1.0)]
    chosen += [
        Cell.named("trailing", 50, 0.0, n=small, schedule=kind) for kind in NoiseSchedule.KINDS if kind != "linear"
    ]
    return [FloorTask(), *map(CellTask, chosen)]


def cells(samples: int) -> list[Cell]:
    """Every row at every S with trailing steps, `samples` digits each; other spacings, and S = T, with FEWER at most.

    In the order in which they decide most for their time: few steps first, trailing steps first.
    """
    checks.integer("samples", samples, 100)
    fewer = min(samples, FEWER)
    sizes = {spacing: samples if spacing == SPACINGS[0] else fewer for spacing in SPACINGS}
    rows = [Cell.of(by, S, row, n) for by, n in sizes.items() for S in STEPS for row in (*ROWS, *SOLVED)]
    return rows + [Cell.named(SPACINGS[0], T, eta, n=fewer) for eta in (0.0, 1.0)]


def reconstructions(digits: int) -> list[ReconstructionTask]:
    """Explicit encoding at every S, implicit at some, of the first `digits` test images, in parts."""
    checks.integer("digits", digits, 1)
    rows = [(S, False) for S in EXPLICIT] + [(S, True) for S in IMPLICIT]
    starts = range(0, digits, PART)
    return [
        ReconstructionTask(S, implicit, first, min(PART, digits - first)) for S, implicit in rows for first in starts
    ]
