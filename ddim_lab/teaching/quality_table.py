"""The measured table for a lesson: as grids for a heat map, beside the paper's, and in words that follow the numbers.

What can be told apart is decided in `ddim_lab.quality.grid`, what the paper says in `ddim_lab.quality.findings`.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from ddim_lab.figures.heat_map import Grid, written
from ddim_lab.quality import findings, grid, paper
from ddim_lab.quality.table import PATH

Row = tuple[float, bool]  # eta, sigma-hat
SPACING = "trailing"
MISSING = "missing"
NOT_YET = "This is not measured yet: `python -m ddim_lab quality` writes the table."
DATA = tuple(paper.TABLE_1)  # CIFAR10, CelebA
BY = ("frechet", "kernel", "accuracy", "precision", "recall")
ANSWERS = {True: "✓", False: "✗", None: "≈", MISSING: "–"}


class Words:
    """Markdown that a notebook shows, and nothing else."""

    def __init__(self, text: str):
        self.text = text

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return "<Words>"


@cache
def measured() -> grid.Measured:
    """The shipped table, read once; an empty one if there is no file. Raises ValueError if it is damaged."""
    return grid.Measured.load() if PATH.is_file() else grid.Measured(None)


def value(row: Row, S: int, measure: str = "frechet", spacing: str = SPACING) -> grid.Value | None:
    """A cell; None where nothing was measured, or other numbers of pictures than in most cells."""
    found = measured().value(grid.Place(spacing, S, *row), grid.kind(measure))
    return found if found and found.n == measured().usual_n() else None


def named(row: Row) -> str:
    """What a row of the table is called in a lesson, in Greek letters."""
    return "σ̂" if row[1] else f"η = {row[0]:g}"


def counts(spacing: str = SPACING) -> list[int]:
    """Each S at which some row can be compared with the others; those of the plan if nothing is measured."""
    found = [S for S in measured().steps if any(value(row, S, spacing=spacing) for row in grid.ROWS)]
    return found or list(grid.STEPS)


def table(measure: str = "frechet", spacing: str = SPACING) -> Grid:
    """A measure over eta and sigma-hat (rows) and S (columns), with its intervals."""
    places = [[value(row, S, measure, spacing) for S in counts(spacing)] for row in grid.ROWS]
    parts = [
        np.array([[getattr(one, part) if one else np.nan for one in row] for row in places])
        for part in ("value", "low", "high")
    ]
    less = grid.kind(measure).better == "less"
    return Grid(tuple(map(named, grid.ROWS)), tuple(map(str, counts(spacing))), *parts, less_is_better=less)


def paper_table(data: str) -> Grid:
    """The paper's Table 1 for "CIFAR10" or "CelebA", on the same rows."""
    values = [[paper.fid(data, *row, S) for S in paper.TABLE_1_STEPS] for row in grid.ROWS]
    return Grid(tuple(map(named, grid.ROWS)), tuple(map(str, paper.TABLE_1_STEPS)), np.array(values, dtype=float))


def beside_paper() -> Words:
    """Each statement, whether it holds in the paper for both of its data sets, and for digits, with the numbers."""
    heads = ["statement", *(f"{data} (paper)" for data in DATA), "digits", "Fréchet distances of the digits"]
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for one in findings.STATEMENTS:
        theirs = [ANSWERS[findings.of_paper(one, data)] for data in DATA]
        lines.append(f"| {_greek(one.words)} | {' | '.join(theirs)} | {ANSWERS[_ours(one)]} | {_numbers(one)} |")
    return Words("\n".join(lines))


def _ours(statement: findings.Statement) -> bool | str | None:
    try:
        return findings.of_digits(statement, measured(), grid.kind("frechet"), SPACING)
    except LookupError:
        return MISSING


def _numbers(statement: findings.Statement) -> str:
    sides = [value(row, S) for row, S in zip((statement.one, statement.other), statement.steps, strict=True)]
    return " and ".join(written(one.value) if one else "–" for one in sides)


def _greek(words: str) -> str:
    return words.replace("sigma-hat", "σ̂").replace("eta ", "η = ")


def tally() -> dict[str, float]:
    """How many of the statements have the same answer for digits as in the paper, and how many none.

    Raises LookupError with a sentence if not all of them are measured.
    """
    ours = [(one, _ours(one)) for one in findings.STATEMENTS]
    if any(said == MISSING for _, said in ours):
        raise LookupError(NOT_YET)
    found = {data.lower(): sum(findings.of_paper(one, data) == said for one, said in ours) for data in DATA}
    return {"all": len(ours), "open": sum(said is None for _, said in ours), **found}


def verdicts_follow_numbers() -> bool:
    """Whether each decided statement agrees with the order of the two values in the file."""
    cells = {place: entry["frechet"]["value"] for place, entry in measured().entries.items()}
    pairs = [([cells[one.place(SPACING, side)] for side in (0, 1)], _ours(one)) for one in findings.STATEMENTS]
    return all((first < second) == said for (first, second), said in pairs if said is not None)


def eta_by_measure() -> Words:
    """Which of eta 0 and eta 1 is better at each S, by each measure; "≈" where the intervals overlap."""
    lines = ["| | " + " | ".join(f"S = {S}" for S in counts()) + " |", "| --- |" + " --- |" * len(counts())]
    lines += [f"| {grid.kind(by).name} | " + " | ".join(_winner(S, by) for S in counts()) + " |" for by in BY]
    return Words("\n".join(lines))


def _winner(S: int, measure: str) -> str:
    none, full = (value(row, S, measure) for row in (findings.DDIM, findings.DDPM))
    if none is None or full is None:
        return "–"
    return {True: "η = 0", False: "η = 1", None: "≈"}[grid.beats(grid.kind(measure), none, full)]


def floors() -> dict[str, float]:
    """Fréchet distance of the best and the worst cell, and of as many real test digits. Raises LookupError in words."""
    found = [one for row in grid.ROWS for S in counts() if (one := value(row, S)) and one.floor]
    if not found:
        raise LookupError(NOT_YET)
    floor, values = found[0].floor or np.nan, [one.value for one in found]
    ends = {"best": min(values), "worst": max(values)}
    return {"n": found[0].n, "floor": floor, **ends, **{f"{name}_times": end / floor for name, end in ends.items()}}


def at_odds() -> dict[str, float]:
    """Two cells of one S: a is recognised more often and yet farther away than b; the pair where this is clearest.

    Raises LookupError with a sentence if the table has no such pair.
    """
    floors()
    pairs = list(_at_odds())
    if not pairs:
        raise LookupError("In this table, the digits that are recognised more often are nearer as well, at every S.")
    return max(pairs, key=lambda found: found["far_a"] / found["far_b"])


def _at_odds() -> Iterator[dict[str, float]]:
    plain = [row for row in grid.ROWS if not row[1]]
    for S, a, b in ((S, a, b) for S in counts() for a in plain for b in plain):
        cells = [(value(row, S, "accuracy"), value(row, S)) for row in (a, b)]
        (right_a, far_a), (right_b, far_b) = ((one.value, two.value) if one and two else (0, 0) for one, two in cells)
        if right_a > right_b > 0 and far_a > far_b:
            right = {"right_a": 100 * right_a, "right_b": 100 * right_b}
            yield {"S": S, "eta_a": a[0], "eta_b": b[0], **right, "far_a": far_a, "far_b": far_b}


def reconstructions(implicit: bool) -> list[dict[str, Any]]:
    """The rows of the measured reconstruction, by S."""
    rows = [dict(row) for row in measured().reconstruction if row["implicit"] == implicit]
    return sorted(rows, key=lambda row: row["S"])
