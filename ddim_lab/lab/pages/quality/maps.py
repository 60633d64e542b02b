"""The table as the page draws it: numbers as texts, how dark each cell is (0 best .. 10 worst), what marks it."""

import math
from collections.abc import Mapping
from typing import Any

from ddim_lab.exact import paper
from ddim_lab.quality import findings
from ddim_lab.quality.cell import ROWS, STEPS, AnyRow, Cell, row_name
from ddim_lab.quality.grid import KINDS, Kind, Measured, Value, badness, best, marks, measured, usual

LEVELS = 10
NOTHING = "Nothing is measured here yet."
ALONE = "Best: {title}, {value} ({interval}). Nothing else is measured."
BEST = "Best: {title}, {value} ({interval}). {tied} of {others} others cannot be told from it."
FLOOR = "real test digits: {value}"
FLOOR_OF_N = "real test digits: {value} ({n:,} of them)"
PAPER = "{source}. Other pictures and another judge: compare the order, not the numbers."
BACK = "{digits:,} test digits, eta 0. {source}: CIFAR10."
BACK_IMPLICIT = (
    "{digits:,} test digits, eta 0. Implicit: {rounds:.1f} network calls a step at S = {S}. {source}: CIFAR10."
)
LEAD = "Better by, and the 95 % interval of that difference: same starts, same noises. Below 0 it is worse."
NO_BACK = "Not measured yet. {source}: CIFAR10."


def grid(table: Measured, of: Kind, spacing: str, relative: bool) -> dict[str, Any]:
    """The map of one measure and spacing. Its shades are those of all spacings, so that maps compare; where a measure
    depends on the number of digits, only cells with as many share them, and others than the usual have none."""
    everywhere = {cell: _shown(value, relative) for cell, value in table.all_values(of).items()}
    values = {cell: value for cell, value in everywhere.items() if cell.spacing == spacing}
    n = usual(value.n for value in values.values())
    level = _levels(of, {cell: value for cell, value in everywhere.items() if not of.same_n or value.n == n})
    marked = marks(of, values)
    top = best(of, values)
    return {
        "spacing": spacing,
        "measure": of.key,
        "relative": relative,
        "steps": list(table.steps),
        "rows": [_row(row) for row in table.rows],
        "cells": {
            _key(cell.row, cell.run.S): _texts(of, value, relative) | {"level": level.get(cell), "mark": marked[cell]}
            for cell, value in values.items()
        },
        "best": top and top.place,
        "told": _told(of, values, top, list(marked.values()), relative),
        "floor": _floor(of, values, relative),
        "axis": of.axis,
        "range": _range(everywhere),
    }


def _row(row: AnyRow) -> dict[str, Any]:
    eta, sigma_hat, *solver = row
    return {"name": row_name(row), "eta": eta, "sigma_hat": sigma_hat} | ({"solver": solver[0]} if solver else {})


def _key(row: AnyRow, S: int) -> str:
    return f"{row_name(row)}|{S}"


def _shown(value: Value, relative: bool) -> Value:
    return (value.over_floor() or value) if relative else value


def _texts(of: Kind, value: Value, relative: bool) -> dict[str, Any]:
    write = _times if relative else _writer(of)
    return {
        **{"value": value.value, "low": value.low, "high": value.high, "n": value.n, "floor": value.floor},
        "text": write(value.value),
        "range_text": f"{write(value.low)} – {write(value.high)}",
    }


def _writer(of: Kind) -> Any:
    return {100: _percent, 1000: _thousandths}.get(of.unit, _plain)


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %".replace("100.0", "100")


def _thousandths(value: float) -> str:
    return f"{1000 * value:.1f}".replace("-", "−")


def _plain(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:.3f}" if value < 0.0995 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _times(value: float) -> str:
    return f"×{value:.2f}" if value < 10 else f"×{value:.0f}"


def statements(table: Measured, of: Kind, spacing: str, data: str) -> dict[str, Any]:
    """What the paper says of its table and whether digits say the same, each difference as a text with its interval."""
    told = findings.told(table, of, spacing, data)
    rows = [{**row, "difference": findings.written(of, row["difference"])} for row in told["rows"]]
    return {**told, "rows": rows, "legend": LEAD}


def _levels(of: Kind, values: Mapping[Cell, Value]) -> dict[Cell, int]:
    """0 for the best value and 10 for the worst; logarithms of distances, square roots of what may be 0."""
    bad = {cell: badness(of, value) for cell, value in values.items()}
    if not bad:
        return {}
    if of.axis == "log" and min(bad.values()) > 0:
        bent = {cell: math.log(value) for cell, value in bad.items()}
    else:
        lowest = min(bad.values())
        bent = {cell: math.sqrt(max(0.0, value - lowest)) for cell, value in bad.items()}
    low, high = min(bent.values()), max(bent.values())
    return {cell: round(LEVELS * (value - low) / (high - low)) if high > low else 0 for cell, value in bent.items()}


def _range(values: Mapping[Cell, Value]) -> list[float] | None:
    """Lowest and highest end of an interval, for the curves' axis."""
    if not values:
        return None
    return [min(value.low for value in values.values()), max(value.high for value in values.values())]


def _told(of: Kind, values: Mapping[Cell, Value], top: Cell | None, marked: list[str], relative: bool) -> str:
    if top is None:
        return NOTHING
    texts, others = _texts(of, values[top], relative), [mark for mark in marked if mark in ("tied", "")]
    named = {"title": top.title, "value": texts["text"], "interval": texts["range_text"]}
    return (BEST if others else ALONE).format(**named, tied=others.count("tied"), others=len(others))


def _floor(of: Kind, values: Mapping[Cell, Value], relative: bool) -> dict[str, Any] | None:
    """What real test digits give, at the usual number of pictures."""
    n = usual(value.n for value in values.values())
    floor = next((value.floor for value in values.values() if value.n == n and value.floor is not None), None)
    if floor is None:
        return None
    text = "×1" if relative else _writer(of)(floor)
    told = (FLOOR_OF_N if of.same_n and not relative else FLOOR).format(value=text, n=n)
    return {"value": floor, "text": text, "n": n, "same_n": of.same_n, "told": told}


def numbers(table: Measured, cell: Cell) -> dict[str, Any]:
    """Every measure of one cell, and the share of right digits for each digit."""
    entry = table.entries.get(cell)
    if entry is None:
        return {"numbers": [], "by_digit": [], "n": None}
    shares = entry.get("accuracy_by_digit")
    shares = shares if isinstance(shares, list) and len(shares) == 10 else []
    rows = [_number(table, cell, measure) for measure in KINDS]
    return {"numbers": rows, "by_digit": [_percent(share) for share in shares], "n": entry["n"]}


def _number(table: Measured, cell: Cell, measure: Kind) -> dict[str, Any]:
    value = table.value(cell, measure)
    assert value is not None  # a cell has every measure
    floor = None if value.floor is None else _writer(measure)(value.floor)
    among = _range(table.all_values(measure)) or [0.0, 1.0]
    names = {"key": measure.key, "name": measure.name, "hint": measure.hint}
    return {**names, "floor_text": floor, "among": among} | _texts(measure, value, relative=False)


def of_paper(data: str, steps: tuple[int, ...]) -> dict[str, Any]:
    """Table 1 of the paper in the columns of the map; logarithmic shades."""
    columns = sorted({*steps, *STEPS, *paper.STEPS})
    values = {(row, S): value for row in ROWS for S in columns if (value := paper.entry(data, *row, S)) is not None}
    logs = {at: math.log(value) for at, value in values.items()}
    low, high = min(logs.values()), max(logs.values())
    cells = {
        _key(*at): {"text": f"{value:.2f}", "level": round(LEVELS * (logs[at] - low) / (high - low))}
        for at, value in values.items()
    }
    cells[_key(*min(values, key=values.__getitem__))]["mark"] = "best"
    told = PAPER.format(source=paper.SOURCE)
    return {"data": data, "steps": columns, "cells": cells, "source": paper.SOURCE, "told": told}


def reconstruction(table: Measured) -> dict[str, Any]:
    """The error over S, explicit and implicit, beside Table 2 of the paper."""
    rows = []
    for row in table.reconstruction:
        error = measured(row["mse"])
        rows.append(
            {
                **{"S": row["S"], "implicit": bool(row["implicit"]), "digits": row["digits"]},
                **{"value": error.value, "low": error.low, "high": error.high, "text": f"{error.value:.2g}"},
                **{"rounds": row.get("rounds"), "residual": row.get("residual")},
            }
        )
    theirs = [{"S": S, "value": value, "text": f"{value:g}"} for S, value in paper.RECONSTRUCTION.items()]
    return {"rows": rows, "paper": theirs, "source": paper.SOURCE_2, "told": _back_told(rows)}


def _back_told(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return NO_BACK.format(source=paper.SOURCE_2)
    implicit = next((row for row in reversed(rows) if row["implicit"] and row["rounds"]), None)
    named = {"digits": rows[0]["digits"], "source": paper.SOURCE_2}
    if implicit is None:
        return BACK.format(**named)
    return BACK_IMPLICIT.format(**named, rounds=implicit["rounds"], S=implicit["S"])
