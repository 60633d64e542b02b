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
ROWS: tuple[Row, ...] = ((0.0, False), (0.2, False), (0.5, False), (1.0, False), (1.0, True))

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
        T: int = T,
    ) -> "Cell":  # fmt: skip
        """The cell of these names and numbers. Raises TypeError or ValueError, naming the value, if there is none."""
        tau = spacing.named(spacing_name, T, S)
        return cls(Run(_schedule(schedule, T), tau, eta, sigma_hat), spacing_name, schedule, n)

    @property
    def row(self) -> Row:
        """eta and sigma-hat."""
        return self.run.eta, self.run.sigma_hat

    @property
    def title(self) -> str:
        """What it is called among the cells of one spacing."""
        return title(self.row, self.run.S)

    @property
    def place(self) -> dict[str, Any]:
        """Where the table has it, by the names of its entries."""
        return {"spacing": self.spacing, "S": self.run.S, "eta": self.run.eta, "sigma_hat": self.run.sigma_hat}

    @property
    def key(self) -> str:
        """Names the cell in a store."""
        rest = ("" if self.spacing == "trailing" else f" {self.spacing}") + (" sigma-hat" if self.run.sigma_hat else "")
        numbers = f"T={self.run.schedule.T} S={self.run.S} eta={self.run.eta:g} n={self.n} seed={SEED}"
        return f"{self.schedule} {numbers}{rest}"

    @property
    def passes(self) -> int:
        """Images that go through the network."""
        return self.n * self.run.calls


def row_name(row: Row) -> str:
    """What a row of the table is called, in plain letters."""
    eta, sigma_hat = row
    return "sigma-hat" if sigma_hat else f"eta {eta:g}"


def title(row: Row, S: int) -> str:
    """What the cell of this row and column is called."""
    return f"{row_name(row)}, S {S}"
