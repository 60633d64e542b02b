"""What the page "Quality map" asks the socket for: the map of one measure, and the digits of one cell."""

from collections.abc import Iterator
from typing import Any

from ddim_lab import checks
from ddim_lab.exact import paper
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.fields import exactly
from ddim_lab.lab.live import film
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.quality import maps, reading, words, yours
from ddim_lab.lab.settings import SEED_MAX, Settings
from ddim_lab.quality import findings
from ddim_lab.quality.cell import ROWS, SPACINGS, Cell, T
from ddim_lab.quality.grid import KINDS, best, kind

DIGITS = 10  # samples of a cell: one of each digit
SHOWN = 60  # moments of a run that are sent, at most
NO_ROW = {False: "the map has no row eta {eta:g}", True: "the map has no row eta {eta:g} with sigma-hat"}


def quality(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: settings, spacing, measure, relative (in units of the floor), data (the paper's data set).

    One part: the map, the curves, the paper's table, what it says, reconstructions, how all this was made.
    """
    exactly(values, "settings", "spacing", "measure", "relative", "data")
    settings = Settings.fit(values["settings"])
    spacing = checks.choice("spacing", values["spacing"], SPACINGS)
    of = kind(checks.choice("measure", values["measure"], tuple(measure.key for measure in KINDS)))
    relative = checks.flag("relative", values["relative"]) and of.relative
    data = checks.choice("data", values["data"], tuple(paper.FID))
    measured, problems = reading.read()
    mine = yours.mark(settings, measured)
    told = {
        "problems": problems,
        "map": maps.grid(measured, of, spacing, relative),
        "yours": {"place": mine["cell"].place, "differs": mine["differs"], "told": mine["told"]},
        "paper": maps.of_paper(data, measured.steps),
        "findings": findings.told(measured, of, spacing, data),
        "reconstruction": maps.reconstruction(measured),
        "made": reading.provenance(measured),
        "csv": words.csv_of(measured),
    }
    return iter([(told, b"")])


def quality_cell(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: cell (spacing, S, eta, sigma_hat), seed, draw, and spacing and measure of the map for the best cell.

    Parts: every measure of the cell, its Code and links; then, if `draw`, ten digits as they are sampled.
    """
    exactly(values, "cell", "seed", "draw", "measure")
    cell = cell_of(values["cell"])
    seed = checks.integer("seed", values["seed"], 0, SEED_MAX)
    of = kind(checks.choice("measure", values["measure"], tuple(measure.key for measure in KINDS)))
    return _cell(cell, seed, checks.flag("draw", values["draw"]), of.key)


def cell_of(values: Any) -> Cell:
    """The cell that a browser names. Raises TypeError or ValueError, in words."""
    if not isinstance(values, dict):
        raise TypeError(f"cell must be an object, got {type(values).__name__}")
    exactly(values, "spacing", "S", "eta", "sigma_hat")
    row = checks.real("eta", values["eta"]), checks.flag("sigma_hat", values["sigma_hat"])
    if row not in ROWS:
        raise ValueError(NO_ROW[row[1]].format(eta=row[0]))
    spacing = checks.choice("spacing", values["spacing"], SPACINGS)
    return Cell.named(spacing, checks.integer("S", values["S"], 1, T), *row)


def settings_at(cell: Cell, seed: int) -> Settings:
    """The cell's setting: ten images, one of each digit."""
    return Settings(**cell.place, seed=seed, images=DIGITS)


def _cell(cell: Cell, seed: int, draw: bool, measure: str) -> Iterator[Part]:
    measured, _ = reading.read()
    of = kind(measure)
    settings, top = settings_at(cell, seed), best(of, measured.all_values(of, cell.spacing))
    yield (
        {
            "kind": "start",
            "draw": draw,
            "place": cell.place,
            "seed": seed,
            **maps.numbers(measured, cell),
            "code": words.lines(cell, seed),
            "lab": words.lab_query(settings),
            "compare": words.compare_query(settings, settings_at(top, seed) if top else None),
        },
        b"",
    )
    if draw:
        yield from _digits(settings)


def _digits(settings: Settings) -> Iterator[Part]:
    last = settings.S + 1
    kept = {int(column) + 1 for column in thinned(last, SHOWN)}
    for frame in film.film(settings):
        shown = frame.j in kept
        head = {"kind": "frame", "j": frame.j, "of": last, "n": DIGITS, "pictures": shown}
        yield head, frame.x_t.tobytes() if shown else b""
