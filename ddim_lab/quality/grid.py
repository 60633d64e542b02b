"""The measured table as a grid: rows eta and sigma-hat, columns S, one measure at a time, and what can be told apart.

NumPy only, so that a page shows it at once. Of two values the better one is certain only where their 95 % intervals
do not overlap; the same starts and noises were used in all cells, so this errs on the side of caution.
"""

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ddim_lab.quality import table
from ddim_lab.quality.cell import ROWS, SOLVED, SPACINGS, STEPS, AnyRow, Cell, T


@dataclass(frozen=True)
class Kind:
    """A measure. `better`: "less", "more", or "one" where 1 is best. `relative`: whether value / floor means anything.

    `same_n`: the value depends on the number of pictures, so only cells with as many compare.
    """

    key: str
    name: str
    hint: str
    better: str
    relative: bool
    same_n: bool
    axis: str  # "log", "linear", or "root" for what scatters about 0


KINDS = (
    Kind("frechet", "Fréchet distance", "to real digits; less is better", "less", True, True, "log"),
    Kind("kernel", "Kernel distance", "to real digits, in thousandths; about 0 is best", "less", False, False, "root"),
    Kind("accuracy", "Right digit", "a judge sees the digit asked; more is better", "more", True, False, "linear"),
    Kind("precision", "Precision", "looks like a real digit; more is better", "more", True, False, "linear"),
    Kind("recall", "Recall", "real digits that it covers; more is better", "more", True, True, "linear"),
    Kind(
        "variance_ratio", "Variety", "pixel variance over that of real digits; 1 is best", "one", False, False, "linear"
    ),
)


@dataclass(frozen=True)
class Value:
    """A measured value, its 95 % interval, the pictures it was measured on, and what real test digits give."""

    value: float
    low: float
    high: float
    n: int
    floor: float | None

    def over_floor(self) -> "Value | None":
        """In units of the floor; None where there is none."""
        if not self.floor or self.floor <= 0:
            return None
        return Value(self.value / self.floor, self.low / self.floor, self.high / self.floor, self.n, 1.0)


def path() -> Path:
    """The table's file: DDIM_QUALITY of the environment if that is set, else the shipped one."""
    return Path(os.environ.get("DDIM_QUALITY") or table.PATH)


def kind(key: str) -> Kind:
    """The measure called `key`. Raises ValueError, naming those there are."""
    for measure in KINDS:
        if measure.key == key:
            return measure
    raise ValueError(f"there is no measure {key!r}; known are {', '.join(measure.key for measure in KINDS)}")


class Measured:
    """A table as `table.load` gives it; entries that are no measurement are left out and counted in `refused`."""

    def __init__(self, content: Mapping[str, Any] | None):
        self.made: Mapping[str, Any] = content["made"] if content else {}
        self.floor: Mapping[str, Any] | None = content["floor"] if content else None
        self.entries: dict[Cell, Mapping[str, Any]] = {}
        self.refused = 0
        for entry in content["cells"] if content else ():
            try:
                cell = _cell(entry)
                if entry.get("schedule", "linear") == "linear" and entry.get("T", T) == T:
                    [_value(entry, measure, None) for measure in KINDS]
                    self.entries[cell] = entry
            except (TypeError, ValueError, KeyError, AttributeError):
                self.refused += 1
        self.reconstruction: list[Mapping[str, Any]] = []
        for row in content["reconstruction"] if content else ():
            try:
                measured(row["mse"])
                self.reconstruction.append(row)
            except (TypeError, ValueError, KeyError):
                self.refused += 1

    @classmethod
    def load(cls) -> "Measured":
        """The table of `path()`. Raises OSError or ValueError, in words, if it is missing or damaged."""
        return cls(table.load(path()))

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The columns: every S that there is, and those that should be."""
        return tuple(sorted({*STEPS, T, *(cell.run.S for cell in self.entries)}))

    @cached_property
    def rows(self) -> tuple[AnyRow, ...]:
        """The rows: those of the paper, and of other solvers those of which anything was measured."""
        there = {cell.row for cell in self.entries}
        return (*ROWS, *(row for row in SOLVED if row in there))

    def value(self, cell: Cell, of: Kind) -> Value | None:
        """What was measured there; None where nothing was."""
        entry = self.entries.get(cell)
        return None if entry is None else _value(entry, of, self.floor)

    def all_values(self, of: Kind, spacing: str | None = None) -> dict[Cell, Value]:
        """Every cell's value, of one spacing or of all."""
        return {cell: _value(entry, of, self.floor) for cell, entry in self._entries(spacing)}

    def usual_n(self, spacing: str | None = None) -> int | None:
        """How many pictures most cells have."""
        return usual(entry["n"] for _, entry in self._entries(spacing))

    def _entries(self, spacing: str | None) -> list[tuple[Cell, Mapping[str, Any]]]:
        return [(cell, entry) for cell, entry in self.entries.items() if spacing in (None, cell.spacing)]


def _cell(entry: Mapping[str, Any]) -> Cell:
    S, n, eta = entry["S"], entry["n"], float(entry["eta"])
    if not (
        isinstance(S, int) and isinstance(n, int) and 1 <= S <= T and n > 0 and isinstance(entry["sigma_hat"], bool)
    ):
        raise ValueError("S, n and sigma_hat are no numbers of a cell")
    cell = Cell.named(entry["spacing"], S, eta, entry["sigma_hat"], n, solver=entry.get("solver", "ddim"))
    if cell.row not in (*ROWS, *SOLVED) or entry["spacing"] not in SPACINGS:
        raise ValueError("a cell of no row of the table")
    return cell


def _value(entry: Mapping[str, Any], of: Kind, floor: Mapping[str, Any] | None) -> Value:
    low, value, high = measured(entry[of.key])
    beside = entry.get(f"{of.key}_floor_at_n")
    if beside is None and floor and isinstance(floor.get(of.key), Mapping):
        beside = floor[of.key].get("value")  # of all test digits: for what does not depend on how many they are
    return Value(value, low, high, entry["n"], None if beside is None else float(beside))


def measured(told: Mapping[str, Any]) -> tuple[float, float, float]:
    """low, value, high. Raises ValueError if one is no finite number."""
    numbers = float(told["low"]), float(told["value"]), float(told["high"])
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"not finite: {dict(told)}")
    return numbers


def usual(sizes: Iterable[int]) -> int | None:
    """The size that most have; None of none."""
    sizes = list(sizes)
    return max(set(sizes), key=sizes.count) if sizes else None


def badness(of: Kind, value: Value) -> tuple[float, float, float]:
    """low, value, high of how bad a value is: 0 or less is as good as can be."""
    if of.better == "less":
        return value.low, value.value, value.high
    if of.better == "more":
        return -value.high, -value.value, -value.low
    low, high = sorted((abs(value.low - 1), abs(value.high - 1)))
    return (0.0 if value.low <= 1 <= value.high else low), abs(value.value - 1), high


def beats(of: Kind, value: Value, other: Value) -> bool | None:
    """Whether `value` is better than `other`; None where the intervals overlap."""
    (low, _, high), (other_low, _, other_high) = badness(of, value), badness(of, other)
    if high < other_low:
        return True
    return False if other_high < low else None


def best(of: Kind, values: Mapping[Cell, Value]) -> Cell | None:
    """The cell with the best value, among those with the usual number of pictures where that matters."""
    n = usual(value.n for value in values.values())
    among = [cell for cell, value in values.items() if not of.same_n or value.n == n]
    return min(among, key=lambda cell: badness(of, values[cell])[1], default=None)


def marks(of: Kind, values: Mapping[Cell, Value]) -> dict[Cell, str]:
    """For each cell: "best"; "tied" where it cannot be told from the best; "other n" where it does not compare; ""."""
    top = best(of, values)
    if top is None:
        return {}

    def mark(cell: Cell, value: Value) -> str:
        if cell == top:
            return "best"
        if of.same_n and value.n != values[top].n:
            return "other n"
        return "tied" if beats(of, values[top], value) is None else ""

    return {cell: mark(cell, value) for cell, value in values.items()}
