"""A cell as lines of Python, as links to other pages, and the whole table as CSV."""

import csv
import io
from dataclasses import replace

from ddim_lab.lab import code
from ddim_lab.lab.pages.compare.lanes import Lane
from ddim_lab.lab.pages.compare.words import link
from ddim_lab.lab.settings import Settings
from ddim_lab.quality.cell import Cell
from ddim_lab.quality.grid import KINDS, Measured


def lines(cell: Cell, seed: int) -> str:
    """Python that reads the cell's numbers as `cell` (empty if there are none) and draws it again as `digits`."""
    run = {"eta": cell.run.eta, "sigma_hat": cell.run.sigma_hat, "solver": f'"{cell.run.solver}"', "seed": seed}
    return code.program(
        [
            f"wanted = {cell.place | {'solver': cell.run.solver}}",
            'cells = quality.load()["cells"]',
            'cell = next((c for c in cells if wanted.items() <= ({"solver": "ddim"} | c).items()), {})',
            "",
            *code.levels("linear", 1000, cell.spacing, cell.run.S),
            f"denoiser = {code.bound(code.loaded(), label='torch.arange(10)')}",
            f"x_T = {code.start(10, seed)}",
            f"steps = {code.call('dl.sample', 'denoiser', 'x_T', 'schedule', 'tau', **run)}",
            "digits = dl.last(steps).x_prev",
        ]
    )


def lab_query(settings: Settings) -> dict[str, str]:
    """What the lab page opens the cell with, all controls shown."""
    return settings.to_query() | {"level": "4"}


def compare_query(settings: Settings, top: Settings | None) -> dict[str, str]:
    """The cell as lane 1, and as lane 2 the best one of its map (or, if it is that one, the other end of eta)."""
    lane = replace(settings, images=8)
    other = top if top and top != settings else replace(lane, eta=1.0 - round(lane.eta), sigma_hat=False)
    return lane.to_query() | {"l2": link(Lane(other))}


def csv_of(measured: Measured) -> str:
    """One row a cell, every measure with its interval and floor."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [f"{measure.key}{part}" for measure in KINDS for part in ("", "_low", "_high", "_floor")]
    writer.writerow(["spacing", "S", "eta", "sigma_hat", "solver", "n", *columns])
    for cell, entry in measured.entries.items():
        row = [*(cell.place | {"solver": cell.run.solver}).values(), entry["n"]]
        for measure in KINDS:
            value = measured.value(cell, measure)
            row += [value.value, value.low, value.high, value.floor] if value else [None] * 4
        writer.writerow(row)
    return text.getvalue()
