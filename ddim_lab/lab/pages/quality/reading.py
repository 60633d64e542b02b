"""The measured table as the page finds it, read anew when its file changes; what is wrong with it is said in words."""

import json
from pathlib import Path
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from ddim_lab.quality import table
from ddim_lab.quality.grid import Measured, path

COMMAND = "python -m ddim_lab quality"
Reading = tuple[Measured, tuple[str, ...]]


def read() -> Reading:
    """The table, empty where there is none, and what to tell about it."""
    file = path()
    try:
        state = file.stat()
    except OSError:
        return _read(file, 0, 0)
    return _read(file, state.st_mtime_ns, state.st_size)


@cached(LRUCache(4), lock=Lock())
def _read(file: Path, changed: int, size: int) -> Reading:
    try:
        measured = Measured(table.load(file))
    except (OSError, ValueError) as error:
        return Measured(None), (f"{error}. The paper's table, and digits of any cell, are here all the same.",)
    problems = []
    if measured.refused:
        problems.append(f"{measured.refused} entries of {file.name} are no measurements and were left out.")
    if not measured.entries:
        problems.append(f"{file.name} holds no measured cell yet: `{COMMAND}` fills it, cell by cell.")
    if (shipped := shipped_weights()) and measured.made["weights"] != shipped:
        problems.append(
            f"This table was measured with other weights ({measured.made['weights'][:8]}) than those that draw here "
            f"({shipped[:8]}): `{COMMAND}` measures it again."
        )
    return measured, tuple(problems)


def shipped_weights() -> str | None:
    """The checksum of the network that draws here; None if its card cannot be read."""
    from ddim_lab.files import ASSETS

    try:
        return str(json.loads((ASSETS / "unet.json").read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def provenance(measured: Measured) -> list[list[str]]:
    """How the table was made, as names and texts; empty where nothing was measured."""
    made = measured.made
    if not made:
        return []
    sampling, data = _object(made.get("sampling")), _object(made.get("data"))
    sizes = sorted({entry["n"] for entry in measured.entries.values()})
    rows = [
        ["digits a cell", " or ".join(f"{n:,}" for n in sizes) or "none yet"],
        ["cells measured", str(len(measured.entries))],
        ["sampling", ", ".join(f"{name} {value}" for name, value in sampling.items())],
        ["machine", "; ".join(_machine(machine) for machine in made.get("machines", ()) if isinstance(machine, dict))],
        ["time", _hours(made.get("seconds", 0))],
        ["weights", str(made.get("weights", ""))],
        ["judge", str(made.get("judge", ""))],
        ["real digits", f"{data.get('name', '')}, {data.get('sha256', '')}"],
        ["measured by", COMMAND],
    ]
    return [[name, text] for name, text in rows if text.strip(", ")]


def _machine(told: dict[str, Any]) -> str:
    versions = _object(told.get("versions"))
    words = [told.get("hardware") if told.get("device") == "cuda" else told.get("processor"), told.get("engine")]
    words += [f"{name} {number}" for name, number in versions.items()]
    return ", ".join(str(word) for word in words if word)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _hours(seconds: Any) -> str:
    if not isinstance(seconds, (int, float)):
        return ""
    return f"{seconds / 3600:.1f} hours" if seconds >= 5400 else f"{seconds / 60:.0f} minutes"
