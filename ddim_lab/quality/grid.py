"""The measured table as a grid: rows eta and sigma-hat, columns S, one measure at a time, and what can be told apart.

Plain Python, so that a page shows it at once. Of two values the better one is certain only where their 95 % intervals
do not overlap; the same starts and noises were used in all cells, so this errs on the side of caution.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ddim_lab.quality import table

T = 1000
SPACINGS = ("trailing", "quadratic", "leading")
STEPS = (5, 10, 20, 50, 100)  # and T, which is measured for eta 0 and 1 alone
ROWS = ((0.0, False), (0.2, False), (0.5, False), (1.0, False), (1.0, True))  # eta, sigma-hat


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


@dataclass(frozen=True, order=True)
class Place:
    """A cell of the table by what it is."""

    spacing: str
    S: int
    eta: float
    sigma_hat: bool

    @property
    def name(self) -> str:
        return f"{row_name(self.eta, self.sigma_hat)}, S {self.S}"


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


def row_name(eta: float, sigma_hat: bool) -> str:
    """What a row of the table is called, in plain letters."""
    return "sigma-hat" if sigma_hat else f"eta {eta:g}"


def kind(key: str) -> Kind:
    """The measure called `key`. Raises ValueError, naming those there are."""
    for one in KINDS:
        if one.key == key:
            return one
    raise ValueError(f"there is no measure {key!r}; known are {', '.join(one.key for one in KINDS)}")


class Measured:
    """A table as `table.load` gives it; entries that are no measurement are left out and counted in `refused`."""

    def __init__(self, content: Mapping[str, Any] | None):
        self.made: Mapping[str, Any] = content["made"] if content else {}
        self.floor: Mapping[str, Any] | None = content["floor"] if content else None
        self.entries: dict[Place, Mapping[str, Any]] = {}
        self.refused = 0
        for entry in content["cells"] if content else ():
            try:
                place = _place(entry)
                if entry.get("schedule", "linear") == "linear" and entry.get("T", T) == T:
                    [_value(entry, one, None) for one in KINDS]
                    self.entries[place] = entry
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
        return tuple(sorted({*STEPS, T, *(place.S for place in self.entries)}))

    def value(self, place: Place, of: Kind) -> Value | None:
        """What was measured there; None where nothing was."""
        entry = self.entries.get(place)
        return None if entry is None else _value(entry, of, self.floor)

    def all_values(self, of: Kind, spacing: str | None = None) -> dict[Place, Value]:
        """Every cell's value, of one spacing or of all."""
        found = {}
        for place, entry in self.entries.items():
            if spacing is None or place.spacing == spacing:
                found[place] = _value(entry, of, self.floor)
        return found

    def usual_n(self, spacing: str | None = None) -> int | None:
        """How many pictures most cells have."""
        sizes = [entry["n"] for place, entry in self.entries.items() if spacing is None or place.spacing == spacing]
        return max(set(sizes), key=sizes.count) if sizes else None


def _place(entry: Mapping[str, Any]) -> Place:
    S, n, eta = entry["S"], entry["n"], float(entry["eta"])
    if not (
        isinstance(S, int) and isinstance(n, int) and 1 <= S <= T and n > 0 and isinstance(entry["sigma_hat"], bool)
    ):
        raise ValueError("S, n and sigma_hat are no numbers of a cell")
    if (eta, entry["sigma_hat"]) not in ROWS or entry["spacing"] not in SPACINGS:
        raise ValueError("a cell of no row of the table")
    return Place(entry["spacing"], S, eta, entry["sigma_hat"])


def _value(entry: Mapping[str, Any], of: Kind, floor: Mapping[str, Any] | None) -> Value:
    low, value, high = measured(entry[of.key])
    beside = entry.get(f"{of.key}_floor_at_n")
    if beside is None and floor and isinstance(floor.get(of.key), Mapping):
        beside = floor[of.key].get("value")  # of all test digits: for what does not depend on how many they are
    return Value(value, low, high, entry["n"], None if beside is None else float(beside))


def measured(told: Mapping[str, Any]) -> tuple[float, float, float]:
    """low, value, high. Raises ValueError if one is no finite number."""
    found = float(told["low"]), float(told["value"]), float(told["high"])
    if not all(map(math.isfinite, found)):
        raise ValueError(f"not finite: {dict(told)}")
    return found


def badness(of: Kind, one: Value) -> tuple[float, float, float]:
    """low, value, high of how bad a value is: 0 or less is as good as can be."""
    if of.better == "less":
        return one.low, one.value, one.high
    if of.better == "more":
        return -one.high, -one.value, -one.low
    low, high = sorted((abs(one.low - 1), abs(one.high - 1)))
    return (0.0 if one.low <= 1 <= one.high else low), abs(one.value - 1), high


def beats(of: Kind, one: Value, other: Value) -> bool | None:
    """Whether `one` is better than `other`; None where the intervals overlap."""
    (low, _, high), (other_low, _, other_high) = badness(of, one), badness(of, other)
    if high < other_low:
        return True
    return False if other_high < low else None


def best(of: Kind, values: Mapping[Place, Value]) -> Place | None:
    """The cell with the best value, among those with the usual number of pictures where that matters."""
    sizes = [one.n for one in values.values()]
    usual = max(set(sizes), key=sizes.count) if sizes else None
    among = [place for place, one in values.items() if not of.same_n or one.n == usual]
    return min(among, key=lambda place: badness(of, values[place])[1], default=None)


def marks(of: Kind, values: Mapping[Place, Value]) -> dict[Place, str]:
    """For each cell: "best"; "tied" where it cannot be told from the best; "other n" where it does not compare; ""."""
    top = best(of, values)
    found = {}
    for place, one in values.items():
        if place == top:
            found[place] = "best"
        elif top is not None and of.same_n and one.n != values[top].n:
            found[place] = "other n"
        else:
            found[place] = "tied" if top is not None and beats(of, values[top], one) is None else ""
    return found
