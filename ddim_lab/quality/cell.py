"""A cell: a run, and how many digits are drawn with it; and which cells the measured table has. NumPy only."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ddim_lab import spacing
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule

SEED = 0  # x_T and z of image i are those of (SEED, i) in every cell, so cells differ in their run alone
T = 1000
SPACINGS = ("trailing", "quadratic", "leading")
STEPS = (5, 10, 20, 50, 100)  # and T, for eta 0 and 1 alone
Row = tuple[float, bool]  # eta, sigma-hat
AnyRow = Row | tuple[float, bool, str]  # and the solver where it is not ddim
ROWS: tuple[Row, ...] = ((0.0, False), (0.2, False), (0.5, False), (1.0, False), (1.0, True))  # of the paper's table
SOLVED: dict[AnyRow, str] = {(0.0, False, "dpmpp_2m"): "2M"}  # the rows of other solvers, and what they are called

_schedule = cache(NoiseSchedule.named)


@dataclass(frozen=True)
class Cell:
    """A run with guidance off, by the names of its noise schedule and spacing, and the `n` digits drawn with it.

    However many digits are drawn, and 0 where that is not said, it is the same cell.
    """

    run: Run
    spacing: str
    schedule: str
    n: int = field(default=0, compare=False)

    @classmethod
    def named(
        cls, spacing_name: str, S: int, eta: float, sigma_hat: bool = False, n: int = 0, schedule: str = "linear",
        T: int = T, solver: str = "ddim",
    ) -> "Cell":  # fmt: skip
        """The cell of these names and numbers. Raises TypeError or ValueError, naming the value, if there is none."""
        tau = spacing.named(spacing_name, T, S)
        return cls(Run(_schedule(schedule, T), tau, eta, sigma_hat, solver=solver), spacing_name, schedule, n)

    @classmethod
    def of(cls, spacing_name: str, S: int, row: AnyRow, n: int = 0) -> "Cell":
        """The cell of a row of the table."""
        eta, sigma_hat, *solver = row
        return cls.named(spacing_name, S, eta, sigma_hat, n, solver=solver[0] if solver else "ddim")

    @property
    def row(self) -> AnyRow:
        """eta, sigma-hat, and the solver where it is not ddim."""
        run = self.run
        plain = run.eta, run.sigma_hat
        return plain if run.solver == "ddim" else (*plain, run.solver)

    @property
    def title(self) -> str:
        """What it is called among the cells of one spacing."""
        return title(self.row, self.run.S)

    @property
    def place(self) -> dict[str, Any]:
        """Where the table has it, by the names of its entries; "solver" is one where it is not ddim."""
        eta, sigma_hat, *solver = self.row
        place = {"spacing": self.spacing, "S": self.run.S, "eta": eta, "sigma_hat": sigma_hat}
        return place | ({"solver": solver[0]} if solver else {})

    @property
    def key(self) -> str:
        """Names the cell, with as many digits as it has, in a store."""
        return self._named(f"n={self.n} ")

    @property
    def name(self) -> str:
        """Names the cell however many digits it has: its first pictures are the same."""
        return self._named("")

    def _named(self, size: str) -> str:
        rest = ("" if self.spacing == "trailing" else f" {self.spacing}") + (" sigma-hat" if self.run.sigma_hat else "")
        rest += "" if self.run.solver == "ddim" else f" {self.run.solver}"
        return f"{self.schedule} T={self.run.schedule.T} S={self.run.S} eta={self.run.eta:g} {size}seed={SEED}{rest}"

    @property
    def passes(self) -> int:
        """Images that go through the network."""
        return self.n * self.run.calls


def row_name(row: AnyRow) -> str:
    """What a row of the table is called, in plain letters."""
    if row in SOLVED:
        return SOLVED[row]
    return "sigma-hat" if row[1] else f"eta {row[0]:g}"


def title(row: AnyRow, S: int) -> str:
    """What the cell of this row and column is called."""
    return f"{row_name(row)}, S {S}"
