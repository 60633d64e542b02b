"""The table as the page draws it: numbers as texts, how dark each cell is (0 best .. 10 worst), what marks it."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ddim_lab.quality import paper
from ddim_lab.quality.grid import (
    KINDS,
    ROWS,
    STEPS,
    Kind,
    Measured,
    Place,
    Value,
    badness,
    best,
    marks,
    measured,
    row_name,
)

LEVELS = 10


def grid(table: Measured, of: Kind, spacing: str, relative: bool) -> dict[str, Any]:
    """The map of one measure and spacing. Its scale is that of all spacings, so that maps compare."""
    everywhere = {place: _shown(one, relative) for place, one in table.all_values(of).items()}
    level = _levels(of, everywhere)
    values = {place: one for place, one in everywhere.items() if place.spacing == spacing}
    marked = marks(of, values)
    cells = {}
    for place, one in values.items():
        cells[_key(place)] = _texts(of, one, relative) | {"level": level[place], "mark": marked[place]}
    top = best(of, values)
    counts = [state for state in marked.values() if state in ("tied", "")]
    return {
        "spacing": spacing,
        "measure": of.key,
        "relative": relative,
        "steps": list(table.steps),
        "rows": [{"name": row_name(*row), "eta": row[0], "sigma_hat": row[1]} for row in ROWS],
        "cells": cells,
        "best": top and asdict(top),
        "told": _told(of, values, top, counts, relative),
        "floor": _floor(of, values, relative),
        "axis": of.axis,
        "range": _range(everywhere),
    }


def _key(place: Place) -> str:
    return f"{row_name(place.eta, place.sigma_hat)}|{place.S}"


def _shown(one: Value, relative: bool) -> Value:
    return (one.over_floor() or one) if relative else one


def _texts(of: Kind, one: Value, relative: bool) -> dict[str, Any]:
    write = _times if relative else _writer(of)
    return {
        **{"value": one.value, "low": one.low, "high": one.high, "n": one.n, "floor": one.floor},
        "text": write(one.value),
        "range_text": f"{write(one.low)} – {write(one.high)}",
    }


def _writer(of: Kind) -> Any:
    return {"accuracy": _percent, "precision": _percent, "recall": _percent, "kernel": _thousandths}.get(of.key, _plain)


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


def _levels(of: Kind, values: Mapping[Place, Value]) -> dict[Place, int]:
    """0 for the best value and 10 for the worst; logarithms of distances, square roots of what may be 0."""
    bad = {place: badness(of, one)[1] for place, one in values.items()}
    if not bad:
        return {}
    if of.axis == "log" and min(bad.values()) > 0:
        bent = {place: math.log(value) for place, value in bad.items()}
    else:
        lowest = min(bad.values())
        bent = {place: math.sqrt(max(0.0, value - lowest)) for place, value in bad.items()}
    low, high = min(bent.values()), max(bent.values())
    return {place: round(LEVELS * (value - low) / (high - low)) if high > low else 0 for place, value in bent.items()}


def _range(values: Mapping[Place, Value]) -> list[float] | None:
    """Lowest and highest end of an interval, for the curves' axis."""
    return [min(one.low for one in values.values()), max(one.high for one in values.values())] if values else None


def _told(of: Kind, values: Mapping[Place, Value], top: Place | None, counts: list[str], relative: bool) -> str:
    if top is None:
        return "Nothing is measured here yet."
    text = _texts(of, values[top], relative)
    tied = counts.count("tied")
    rest = f"{tied} of {len(counts)} others cannot be told from it" if counts else "nothing else is measured"
    return f"Best: {top.name}, {text['text']} ({text['range_text']}). {rest[0].upper()}{rest[1:]}."


def _floor(of: Kind, values: Mapping[Place, Value], relative: bool) -> dict[str, Any] | None:
    """What real test digits give, at the usual number of pictures."""
    sizes = [one.n for one in values.values()]
    usual = max(set(sizes), key=sizes.count) if sizes else None
    found = next((one.floor for one in values.values() if one.n == usual and one.floor is not None), None)
    if found is None:
        return None
    return {"value": found, "text": "×1" if relative else _writer(of)(found), "n": usual, "same_n": of.same_n}


def numbers(table: Measured, place: Place) -> dict[str, Any]:
    """Every measure of one cell, and the share of right digits for each digit."""
    entry = table.entries.get(place)
    if entry is None:
        return {"numbers": [], "by_digit": [], "n": None}
    found = []
    for one in KINDS:
        value = table.value(place, one)
        assert value is not None  # a cell has every measure
        floor = None if value.floor is None else _writer(one)(value.floor)
        among = _range(table.all_values(one)) or [0.0, 1.0]
        found.append(
            {"key": one.key, "name": one.name, "hint": one.hint, "floor_text": floor, "among": among}
            | _texts(one, value, relative=False)
        )
    shares = entry.get("accuracy_by_digit")
    shares = shares if isinstance(shares, list) and len(shares) == 10 else []
    return {"numbers": found, "by_digit": [_percent(share) for share in shares], "n": entry["n"]}


def of_paper(data: str, steps: tuple[int, ...]) -> dict[str, Any]:
    """Table 1 of the paper in the columns of the map; logarithmic shades."""
    columns = sorted({*steps, *STEPS, *paper.TABLE_1_STEPS})
    values = {(row, S): value for row in ROWS for S in columns if (value := paper.fid(data, *row, S)) is not None}
    logs = {at: math.log(value) for at, value in values.items()}
    low, high = min(logs.values()), max(logs.values())
    cells = {
        f"{row_name(*row)}|{S}": {"text": f"{value:.2f}", "level": round(LEVELS * (logs[row, S] - low) / (high - low))}
        for (row, S), value in values.items()
    }
    lowest = min(values, key=values.__getitem__)
    cells[f"{row_name(*lowest[0])}|{lowest[1]}"]["mark"] = "best"
    return {"data": data, "steps": columns, "cells": cells, "source": paper.TABLE_1_SOURCE}


def reconstruction(table: Measured) -> dict[str, Any]:
    """The error over S, explicit and implicit, beside Table 2 of the paper."""
    rows = []
    for row in table.reconstruction:
        low, value, high = measured(row["mse"])
        rows.append(
            {
                **{"S": row["S"], "implicit": bool(row["implicit"]), "digits": row["digits"]},
                **{"value": value, "low": low, "high": high, "text": f"{value:.2g}"},
                **{"rounds": row.get("rounds"), "residual": row.get("residual")},
            }
        )
    theirs = [{"S": S, "value": value, "text": f"{value:g}"} for S, value in paper.TABLE_2.items()]
    return {"rows": rows, "paper": theirs, "source": paper.TABLE_2_SOURCE}
