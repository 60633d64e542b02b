"""The measured table: a JSON file that grows cell by cell and can be read at any time."""

import json
from pathlib import Path
from typing import Any

from ddim_lab.files import ASSETS

PATH = ASSETS / "quality.json"
CELL = ("spacing", "S", "eta", "sigma_hat", "n", "accuracy", "frechet", "kernel", "precision", "recall")
ROW = ("S", "implicit", "digits", "mse", "rounds", "residual")


def load(path: Path | str = PATH) -> dict[str, Any]:
    """The table: `made`, `floor` (None until it is measured), `cells` and `reconstruction`, as far as they are done.

    Raises ValueError, in words, if the file is missing or damaged.
    """
    path = Path(path)
    again = "`python -m ddim_lab quality` measures it"
    if not path.is_file():
        raise ValueError(f"{path} is missing: restore it (git checkout assets), or {again}")
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        _check(table)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is damaged ({error}): restore it (git checkout assets), or delete it and {again}"
        ) from error
    return table


def _check(table: Any) -> None:
    if not isinstance(table, dict) or not isinstance(table["made"]["weights"], str):
        raise ValueError("it is no table")
    for kind, names in (("cells", CELL), ("reconstruction", ROW)):
        for entry in table[kind]:
            missing = [name for name in names if name not in entry]
            if missing:
                raise ValueError(f"an entry of {kind} lacks {', '.join(missing)}")
    if table["floor"] is not None and "frechet" not in table["floor"]:
        raise ValueError("the floor lacks frechet")
