"""The measured table as a grid: rows eta and sigma-hat, columns S, one measure at a time, and what can be told apart.

NumPy only, so that a page shows it at once. Of two values the better one is certain where the 95 % interval of their
difference leaves 0 out. The same starts and noises are used in all cells: where two hold as many digits, their
difference is that of pairs, and much surer than two intervals beside each other tell.
"""

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ddim_lab.quality import table
from ddim_lab.quality.bootstrap import NORMAL, Measure, apart
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
    unit: int = 1  # what a number is multiplied by before it is written: 100 for a share, in per cent


KINDS = (
    Kind("frechet", "Fréchet distance", "to real digits; less is better", "less", True, True, "log"),
    Kind(
        "kernel",
        "Kernel distance",
        "to real ones, in thousandths; about 0 is best",
        "less",
        False,
        False,
        "root",
        1000,
    ),
    Kind("accuracy", "Right digit", "a judge sees the digit asked; more is better", "more", True, False, "linear", 100),
    Kind("precision", "Precision", "looks like a real digit; more is better", "more", True, False, "linear", 100),
    Kind("recall", "Recall", "real digits that it covers; more is better", "more", True, True, "linear", 100),
    Kind(
        "variance_ratio", "Variety", "pixel variance over that of real digits; 1 is best", "one", False, False, "linear"
    ),
)


@dataclass(frozen=True)
class Value:
    """A measure, the pictures it was taken of, and what real test digits give."""

    of: Measure
    n: int
    floor: float | None

    @property
    def value(self) -> float:
        return self.of.value

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval."""
        return self.of.low

    @property
    def high(self) -> float:
        """The upper end of it."""
        return self.of.high

    def over_floor(self) -> "Value | None":
        """In units of the floor; None where there is none."""
        if not self.floor or self.floor <= 0:
            return None
        value, low, high, spread = (part / self.floor for part in (self.value, self.low, self.high, self.of.spread))
        return Value(Measure(value, low, high, spread, self.of.drawn), self.n, 1.0)


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
        """How many pictures the cells have that hold most of them."""
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
    beside = entry.get(f"{of.key}_floor_at_n")
    if beside is None and floor and isinstance(floor.get(of.key), Mapping):
        beside = floor[of.key].get("value")  # of all test digits: for what does not depend on how many they are
    return Value(measured(entry[of.key]), entry["n"], None if beside is None else float(beside))


def measured(told: Mapping[str, Any]) -> Measure:
    """The measure that is told; without draws in older tables. Raises ValueError if a number is not finite."""
    value, low, high = (float(told[name]) for name in ("value", "low", "high"))
    spread, drawn = float(told.get("spread", (high - low) / (2 * NORMAL))), str(told.get("drawn", ""))
    if not all(map(math.isfinite, (value, low, high, spread, *map(float, drawn.split())))):
        raise ValueError(f"not finite: {dict(told)}")
    return Measure(value, low, high, spread, drawn)


def usual(sizes: Iterable[int]) -> int | None:
    """The size that holds most digits in all: what a table is compared at while it is measured anew. None of none."""
    sizes = list(sizes)
    return max(set(sizes), key=lambda n: n * sizes.count(n)) if sizes else None


def badness(of: Kind, value: Value) -> float:
    """How bad a value is: 0 or less is as good as can be."""
    return abs(value.value - 1) if of.better == "one" else _sign(of, value) * value.value


def _sign(of: Kind, value: Value) -> float:
    """1 where more of the measure is worse, -1 where it is better."""
    return {"less": 1.0, "more": -1.0, "one": math.copysign(1.0, value.value - 1)}[of.better]


def lead(of: Kind, value: Value, other: Value) -> Measure:
    """By how much `value` is better than `other`, with its 95 % interval; below 0 where it is worse.

    In units of the measure; for one whose best is 1, how much nearer to 1.
    """
    return apart(_as_badness(of, other), _as_badness(of, value), same=value.n == other.n)


def _as_badness(of: Kind, value: Value) -> Measure:
    """The measure of how bad it is. The distance to 1 has a corner at 1: the slope at the value stands for it."""
    return Measure(badness(of, value), math.nan, math.nan, _sign(of, value) * value.of.spread, value.of.drawn)


def beats(of: Kind, value: Value, other: Value) -> bool | None:
    """Whether `value` is better than `other`; None where the interval of the difference holds 0."""
    return decided(lead(of, value, other))


def decided(difference: Measure) -> bool | None:
    """Whether a difference is above 0; None where its interval holds 0."""
    return True if difference.low > 0 else False if difference.high < 0 else None


def best(of: Kind, values: Mapping[Cell, Value]) -> Cell | None:
    """The cell with the best value, among those with the usual number of pictures where that matters."""
    n = usual(value.n for value in values.values())
    among = [cell for cell, value in values.items() if not of.same_n or value.n == n]
    return min(among, key=lambda cell: badness(of, values[cell]), default=None)


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
