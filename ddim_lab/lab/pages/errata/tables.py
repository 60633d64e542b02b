"""What a case measured, as a table with the numbers marked that decide."""

import math
from collections.abc import Mapping
from typing import Any

from ddim_lab.exact import paper

ROWS = {0.0: "eta 0 (DDIM)", 0.2: "eta 0.2", 0.5: "eta 0.5", 1.0: "eta 1 (DDPM)", "hat": "sigma-hat"}
PAPER = {  # case -> data set -> (row, S) of the numbers that decide
    "five-times": {
        "CIFAR10": ((0.0, 10), (1.0, 50), (0.0, 20), (1.0, 100)),
        "CelebA": ((0.0, 10), (1.0, 50), (0.0, 20), (1.0, 100)),
    },
    "ddpm-at-full-length": {
        "CIFAR10": ((0.0, 1000), (1.0, 1000), ("hat", 1000)),
        "CelebA": ((0.0, 1000), (1.0, 1000), ("hat", 1000)),
    },
}
FEW = 12  # entries of a long list that are shown
NO_ENTRY, ENTRIES, MANY_ENTRIES = "none", "{entries}", "{entries}, … ({n} in all)"
CAPTION = "FID, lower is better. {source}"
ROW = "{data}, {sampler}"
COLUMN = "S = {S}"


def table(key: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """{"caption", "columns", "rows": rows of {"text", "marked"}}: the paper's own table, or the facts one by one."""
    return _of_paper(PAPER[key]) if key in PAPER else _of_facts(facts)


def _of_paper(decisive: Mapping[str, tuple[tuple[float | str, int], ...]]) -> dict[str, Any]:
    rows = []
    for data, marks in decisive.items():
        for eta, values in paper.FID[data].items():
            cells = [_cell(ROW.format(data=data, sampler=ROWS[eta]))]
            cells += [_cell(f"{value:.2f}", (eta, S) in marks) for S, value in zip(paper.STEPS, values, strict=True)]
            rows.append(cells)
    return {
        "caption": CAPTION.format(source=paper.SOURCE),
        "columns": ["data and sampler", *(COLUMN.format(S=S) for S in paper.STEPS)],
        "rows": rows,
    }


def _of_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    rows = [[_cell(name), _cell(shown(value), True)] for name, value in _flat(facts)]
    return {"caption": "Measured just now by the core", "columns": ["what", "value"], "rows": rows}


def _flat(facts: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    rows = []
    for name, value in facts.items():
        title = f"{before}, {name}" if before else str(name)
        rows += _flat(value, title) if isinstance(value, Mapping) else [(title, value)]
    return rows


def shown(value: Any) -> str:
    """A fact as a learner reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else f"{value:.4g}"
    if isinstance(value, tuple | list):
        told = MANY_ENTRIES if len(value) > FEW else ENTRIES if value else NO_ENTRY
        return told.format(entries=", ".join(map(shown, value[:FEW])), n=len(value))
    return str(value)


def _cell(text: str, marked: bool = False) -> dict[str, Any]:
    return {"text": text, "marked": marked}
