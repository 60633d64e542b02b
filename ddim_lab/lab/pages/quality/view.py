"""What the page "Quality map" asks the socket for: the map of one measure, and the digits of one cell."""

from collections.abc import Iterator
from typing import Any

from ddim_lab import checks, solvers
from ddim_lab.exact import paper
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.fields import checked, one_of, whole
from ddim_lab.lab.live import film
from ddim_lab.lab.live.frames import frame
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.quality import maps, reading, words, yours
from ddim_lab.lab.settings import SEED_MAX, Settings, fitted
from ddim_lab.quality.cell import ROWS, SOLVED, SPACINGS, Cell, T
from ddim_lab.quality.grid import KINDS, Kind, best, kind

DIGITS = 10  # samples of a cell: one of each digit
SHOWN = 60  # moments of a run that are sent, at most
NO_SOLVER = "the map has no row of solver {solver} at this eta"
NO_ROW = {False: "the map has no row eta {eta:g}", True: "the map has no row eta {eta:g} with sigma-hat"}


def quality(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: settings, spacing, measure, relative (in units of the floor), data (the paper's data set).

    One part: the map, the curves, the paper's table, what it says, reconstructions, how all this was made.
    """
    settings, spacing, of, asked, data = checked(
        values,
        settings=fitted,
        spacing=one_of(SPACINGS),
        measure=measure_called,
        relative=checks.flag,
        data=one_of(paper.FID),
    )
    relative = asked and of.relative
    measured, problems = reading.read()
    mine = yours.mark(settings, measured)
    told = {
        "problems": problems,
        "map": maps.grid(measured, of, spacing, relative),
        "yours": {"place": mine["cell"].place, "differs": mine["differs"], "told": mine["told"]},
        "paper": maps.of_paper(data, measured.steps),
        "findings": maps.statements(measured, of, spacing, data),
        "reconstruction": maps.reconstruction(measured),
        "made": reading.provenance(measured),
        "csv": words.csv_of(measured),
    }
    return iter([(told, b"")])


def quality_cell(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: cell (spacing, S, eta, sigma_hat), seed, draw, and spacing and measure of the map for the best cell.

    Parts: every measure of the cell, its Code and links; then, if `draw`, ten digits as they are sampled.
    """
    return _cell(*checked(values, cell=cell_of, seed=whole(0, SEED_MAX), draw=checks.flag, measure=measure_called))


def measure_called(name: str, value: Any) -> Kind:
    """The rule of a measure: any of KINDS, by its key."""
    return kind(checks.choice(name, value, tuple(measure.key for measure in KINDS)))


def cell_of(name: str, value: Any) -> Cell:
    """The rule of a cell of the map: {"spacing", "S", "eta", "sigma_hat"}, and "solver" where it is not ddim."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be an object, got {type(value).__name__}")
    rules = {"spacing": one_of(SPACINGS), "S": whole(1, T), "eta": checks.real, "sigma_hat": checks.flag}
    if "solver" in value:
        rules["solver"] = one_of(solvers.SOLVERS)
    spacing, S, *row = checked(value, **rules)
    if tuple(row) not in (*ROWS, *SOLVED):
        raise ValueError(NO_ROW[row[1]].format(eta=row[0]) if len(row) == 2 else NO_SOLVER.format(solver=row[2]))
    return Cell.of(spacing, S, tuple(row))


def settings_at(cell: Cell, seed: int) -> Settings:
    """The cell's setting: ten images, one of each digit."""
    return Settings(**cell.place, seed=seed, images=DIGITS)


def _cell(cell: Cell, seed: int, draw: bool, of: Kind) -> Iterator[Part]:
    measured, _ = reading.read()
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
    for moment in film.film(settings):
        yield frame(moment.j, 0, {"x_t": moment.x_t} if moment.j in kept else {}, of=last)
