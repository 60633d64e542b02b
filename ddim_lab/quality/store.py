"""Where results are kept: each is written as soon as it is there, and what is there is not done again.

A `Store` keeps results under the names of their tasks; a `Table` makes the measured table of them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ddim_lab import files
from ddim_lab.quality import reconstruction, table
from ddim_lab.quality.cell import SPACINGS
from ddim_lab.quality.plan import CellTask, FloorTask, ReconstructionTask, Task, reconstructions


class Store:
    """Results in the file `path`, under what they depend on."""

    def __init__(self, path: Path, *depends: str):
        self.path = path
        try:
            self._all = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        except ValueError as error:
            raise ValueError(f"{path} is no valid JSON: delete it, the evaluation then starts afresh") from error
        self.results: dict[str, Any] = self._all.setdefault("/".join(depends), {})

    def has(self, task: Task) -> bool:
        """Whether the task is done."""
        return task.key in self.results

    def add(self, task: Task, result: dict[str, Any]) -> None:
        """Takes the result of a task in and writes the file."""
        self.results[task.key] = result
        files.write_json(self.path, self._all)


class Table:
    """The table in `path`, of the files and settings in `about`. Measured of others (`fresh`), it starts anew.

    Parts of reconstructions wait in the store `parts` until their row is whole. `digits`: how many a row holds.
    """

    def __init__(self, path: Path, about: dict[str, Any], parts: Store, digits: int):
        self.path, self.parts, self.digits = path, parts, digits
        content = table.load(path) if path.is_file() else None
        self.fresh = content is None or {name: content["made"].get(name) for name in about} != about
        if content is None or self.fresh:
            made = {**about, "machines": [], "seconds": 0}
            content = {"made": made, "floor": None, "cells": [], "reconstruction": []}
        self.made: dict[str, Any] = content["made"]
        self.floor: dict[str, Any] | None = content["floor"]
        self.cells: list[dict[str, Any]] = content["cells"]
        self.rows: list[dict[str, Any]] = content["reconstruction"]
        for task in reconstructions(digits):  # all parts of a row may be there of an earlier table
            self._gather(task)

    def has(self, task: Task) -> bool:
        """Whether the task is done, with as many samples or digits, or more."""
        if isinstance(task, FloorTask):
            return self.floor is not None
        if isinstance(task, CellTask):
            names = {"schedule": task.cell.schedule, "T": task.cell.run.schedule.T, **task.cell.place}
            return any(_of(entry) == _of(names) and entry["n"] >= task.cell.n for entry in self.cells)
        return self.parts.has(task) or self._has_row(task)

    def add(self, task: Task, result: dict[str, Any]) -> None:
        """Takes the result of a task in and writes the file."""
        self.made["seconds"] = round(self.made["seconds"] + result["seconds"], 1)
        if isinstance(task, FloorTask):
            self.floor = self._placed(result)
        elif isinstance(task, CellTask):
            others = [entry for entry in self.cells if _of(entry) != _of(result)]
            self.cells = sorted([*others, self._placed(result)], key=_order)
        else:
            self.parts.add(task, result)
            self._gather(task)
        self.save()

    def save(self) -> None:
        """Writes the table, whole or not at all."""
        content = {"made": self.made, "floor": self.floor, "cells": self.cells, "reconstruction": self.rows}
        files.write_json(self.path, content)

    def _has_row(self, task: ReconstructionTask) -> bool:
        return any(_row(row) == _row(vars(task)) and row["digits"] >= self.digits for row in self.rows)

    def _gather(self, task: ReconstructionTask) -> None:
        """Makes the row of `task`, once all its parts are there, unless a longer one is there."""
        if self._has_row(task):
            return
        parts = [each for each in reconstructions(self.digits) if _row(vars(each)) == _row(vars(task))]
        if all(map(self.parts.has, parts)):
            row = reconstruction.row(task.S, task.implicit, [self.parts.results[part.key] for part in parts])
            others = [entry for entry in self.rows if _row(entry) != _row(row)]
            self.rows = sorted([*others, self._placed(row)], key=_row)

    def _placed(self, result: dict[str, Any]) -> dict[str, Any]:
        """The result with its machine's place in the list of machines."""
        machines = self.made["machines"]
        if result["machine"] not in machines:
            machines.append(result["machine"])
        return {**result, "machine": machines.index(result["machine"])}


def _of(cell: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells a cell of the table from others."""
    named = tuple(cell[name] for name in ("schedule", "T", "spacing", "S", "eta", "sigma_hat"))
    return *named, cell.get("solver", "ddim")


def _order(cell: Mapping[str, Any]) -> tuple[Any, ...]:
    return SPACINGS.index(cell["spacing"]), cell["S"], cell.get("solver", "ddim"), cell["eta"], cell["sigma_hat"]


def _row(row: Mapping[str, Any]) -> tuple[bool, int]:
    """What tells a reconstruction from others."""
    return row["implicit"], row["S"]
