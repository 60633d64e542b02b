"""Where the setting that all pages share stands on the map: its cell, or the nearest one, named as such."""

import math
from typing import Any

from ddim_lab.lab.settings import Settings
from ddim_lab.quality.cell import ROWS, SPACINGS, Cell
from ddim_lab.quality.grid import Measured

NAMED = ("S", "eta", "spacing")  # in a cell's place
ALIKE = {"schedule": "linear", "T": 1000, "clip": "none"}  # what every cell has, beside no guidance
HERE = "your setting"
NEAREST = "nearest to your setting ({differences})"
OTHERWISE = "{name} {value} is {here} here"
NO_LABEL = "no label is a label here"
GUIDED = "guidance {guidance:g} is off here"


def mark(settings: Settings, measured: Measured) -> dict[str, Any]:
    """`cell`: the one nearest to `settings`; `differs`: in words, what it has otherwise, and nothing if nothing.

    `told`: how the page names the cell.
    """
    S = min(measured.steps, key=lambda column: abs(math.log(column / settings.S)))
    solved = [row for row in measured.rows if row[2:] == (settings.solver,)]
    rows = solved or [row for row in ROWS if row[1] == settings.sigma_hat]
    row = min(rows, key=lambda row: abs(row[0] - settings.eta))
    cell = Cell.of(settings.spacing if settings.spacing in SPACINGS else SPACINGS[0], S, row)
    differs = _differs(settings, cell)
    told = NEAREST.format(differences="; ".join(differs)) if differs else HERE
    return {"cell": cell, "differs": differs, "told": told}


def _differs(settings: Settings, cell: Cell) -> list[str]:
    here = {name: cell.place[name] for name in NAMED} | ALIKE | {"solver": cell.run.solver}
    differences = [
        OTHERWISE.format(name=name, value=getattr(settings, name), here=value)
        for name, value in here.items()
        if getattr(settings, name) != value
    ]
    if settings.digit == "any":
        differences.append(NO_LABEL)
    elif settings.guidance != 1:
        differences.append(GUIDED.format(guidance=settings.guidance))
    return differences
