"""A cell as lines of Python, as links to other pages, and the whole table as CSV."""

import csv
import io
from dataclasses import asdict, replace

from ddim_lab.lab import code
from ddim_lab.lab.pages.compare.lanes import Lane
from ddim_lab.lab.pages.compare.words import link
from ddim_lab.lab.settings import Settings
from ddim_lab.quality.grid import KINDS, Measured, Place


def lines(place: Place, seed: int) -> str:
    """Python that reads the cell's numbers as `cell` (empty if there are none) and draws it again as `digits`."""
    run = {"eta": place.eta, "sigma_hat": place.sigma_hat, "seed": seed}
    return code.program(
        [
            f"wanted = {asdict(place)}",
            'cells = quality.load()["cells"]',
            "cell = next((c for c in cells if all(c[name] == value for name, value in wanted.items())), {})",
            "",
            *code.levels("linear", 1000, place.spacing, place.S),
            f"denoiser = {code.bound('dl.load_denoiser()', label='torch.arange(10)')}",
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
    one = replace(settings, images=8)
    other = top if top and top != settings else replace(one, eta=1.0 - round(one.eta), sigma_hat=False)
    return one.to_query() | {"l2": link(Lane(other))}


def csv_of(measured: Measured) -> str:
    """One row a cell, every measure with its interval and floor."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [f"{one.key}{part}" for one in KINDS for part in ("", "_low", "_high", "_floor")]
    writer.writerow(["spacing", "S", "eta", "sigma_hat", "n", *columns])
    for place in measured.entries:
        row = [place.spacing, place.S, place.eta, place.sigma_hat, measured.entries[place]["n"]]
        for one in KINDS:
            found = measured.value(place, one)
            row += [found.value, found.low, found.high, found.floor] if found else [None] * 4
        writer.writerow(row)
    return text.getvalue()
