"""The measured table for a lesson: as grids for a heat map, beside the paper's, and in words that follow the numbers.

What can be told apart is decided in `ddim_lab.quality.grid`, what the paper says in `ddim_lab.quality.findings`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from ddim_lab.exact import paper
from ddim_lab.figures.heat_map import Grid
from ddim_lab.quality import findings, grid
from ddim_lab.quality.bootstrap import Measure
from ddim_lab.quality.cell import ROWS, STEPS, Cell, Row
from ddim_lab.quality.table import PATH
from ddim_lab.teaching.claims import Claim

SPACING = "trailing"
MISSING = "missing"
NOT_YET = "This is not measured yet: `python -m ddim_lab quality` writes the table."
DATA = tuple(paper.FID)  # CIFAR10, CelebA
BY = ("frechet", "kernel", "accuracy", "precision", "recall")
DECIDE = ("frechet", "kernel")
DECIDES = "kernel"  # unbiased: it compares cells of any numbers of digits
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
    there = measured().value(Cell.named(spacing, S, *row), grid.kind(measure))
    return there if there and there.n == measured().usual_n(spacing) else None


def named(row: Row) -> str:
    """What a row of the table is called in a lesson, in Greek letters."""
    return "σ̂" if row[1] else f"η = {row[0]:g}"


def counts(spacing: str = SPACING) -> list[int]:
    """Each S at which some row can be compared with the others; those of the plan if nothing is measured."""
    measured_at = [S for S in measured().steps if any(value(row, S, spacing=spacing) for row in ROWS)]
    return measured_at or list(STEPS)


def table(measure: str = "frechet", spacing: str = SPACING) -> Grid:
    """A measure over eta and sigma-hat (rows) and S (columns), with its intervals."""
    cells = [[value(row, S, measure, spacing) for S in counts(spacing)] for row in ROWS]
    parts = [
        np.array([[getattr(cell, part) if cell else np.nan for cell in row] for row in cells])
        for part in ("value", "low", "high")
    ]
    less = grid.kind(measure).better == "less"
    return Grid(tuple(map(named, ROWS)), tuple(map(str, counts(spacing))), *parts, less_is_better=less)


def paper_table(data: str) -> Grid:
    """The paper's Table 1 for "CIFAR10" or "CelebA", on the same rows."""
    values = [[paper.entry(data, *row, S) for S in paper.STEPS] for row in ROWS]
    return Grid(tuple(map(named, ROWS)), tuple(map(str, paper.STEPS)), np.array(values, dtype=float))


def beside_paper() -> Words:
    """Each statement: whether it holds in the paper for both of its data sets, and for digits, with by how much."""
    heads = ["statement", *(f"{data} (paper)" for data in DATA), *(f"digits: {grid.kind(by).name}" for by in DECIDE)]
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for statement in findings.STATEMENTS:
        theirs = [ANSWERS[findings.of_paper(statement, data)] for data in DATA]
        ours = [_told(statement, grid.kind(by)) for by in DECIDE]
        lines.append(f"| {_greek(statement.words)} | {' | '.join([*theirs, *ours])} |")
    return Words("\n".join(lines))


def _difference(statement: findings.Statement, of: grid.Kind) -> Measure | None:
    try:
        return findings.difference(statement, measured(), of, SPACING)
    except LookupError:
        return None


def _answer(apart: Measure | None) -> bool | str | None:
    return MISSING if apart is None else grid.decided(apart)


def _told(statement: findings.Statement, of: grid.Kind) -> str:
    apart = _difference(statement, of)
    return f"{ANSWERS[_answer(apart)]} {findings.written(of, apart)}".rstrip()


def _ours(statement: findings.Statement) -> bool | str | None:
    return _answer(_difference(statement, grid.kind(DECIDES)))


def _greek(words: str) -> str:
    return words.replace("sigma-hat", "σ̂").replace("eta ", "η = ")


def tally() -> dict[str, float]:
    """How many of the statements have the same answer for digits as in the paper, and how many none.

    Raises LookupError with a sentence if not all of them are measured.
    """
    ours = [(statement, _ours(statement)) for statement in findings.STATEMENTS]
    if any(said == MISSING for _, said in ours):
        raise LookupError(NOT_YET)
    alike = {data.lower(): sum(findings.of_paper(theirs, data) == said for theirs, said in ours) for data in DATA}
    return {"all": len(ours), "open": sum(said is None for _, said in ours), **alike}


def verdicts_follow_numbers() -> bool:
    """Whether each decided statement agrees with the order of the two values in the file."""
    values = {cell: entry[DECIDES]["value"] for cell, entry in measured().entries.items()}
    pairs = [([values[cell] for cell in claim.cells(SPACING)], _ours(claim)) for claim in findings.STATEMENTS]
    return all((first < second) == said for (first, second), said in pairs if said is not None)


def eta_by_measure() -> Words:
    """Which of eta 0 and eta 1 is better at each S, by each measure; "≈" where the difference may be 0."""
    lines = ["| | " + " | ".join(f"S = {S}" for S in counts()) + " |", "| --- |" + " --- |" * len(counts())]
    lines += [f"| {grid.kind(by).name} | " + " | ".join(_winner(S, by) for S in counts()) + " |" for by in BY]
    return Words("\n".join(lines))


def _winner(S: int, measure: str) -> str:
    of = grid.kind(measure)
    none, full = (measured().value(Cell.of(SPACING, S, row), of) for row in (findings.DDIM, findings.DDPM))
    if none is None or full is None or (of.same_n and none.n != full.n):
        return "–"
    return {True: "η = 0", False: "η = 1", None: "≈"}[grid.beats(of, none, full)]


def floors() -> dict[str, float]:
    """Fréchet distance of the best and the worst cell, and of as many real test digits. Raises LookupError in words."""
    cells = [cell for row in ROWS for S in counts() if (cell := value(row, S)) and cell.floor]
    if not cells:
        raise LookupError(NOT_YET)
    floor, values = cells[0].floor or np.nan, [cell.value for cell in cells]
    ends = {"best": min(values), "worst": max(values)}
    return {"n": cells[0].n, "floor": floor, **ends, **{f"{name}_times": end / floor for name, end in ends.items()}}


def over_steps() -> dict[int, float]:
    """Fréchet distances at eta 0, by number of steps. Raises LookupError in words if fewer than two are there."""
    cells = {S: cell.value for S in counts() if (cell := value(findings.DDIM, S))}
    if len(cells) < 2:
        raise LookupError(NOT_YET)
    return cells


def at_odds() -> dict[str, float]:
    """Two cells of one S: a is recognised more often and yet farther away than b; the pair where this is clearest.

    Raises LookupError with a sentence if the table has no such pair.
    """
    floors()
    pairs = list(_at_odds())
    if not pairs:
        raise LookupError("In this table, the digits that are recognised more often are nearer as well, at every S.")
    return max(pairs, key=lambda pair: pair["far_a"] / pair["far_b"])


def _at_odds() -> Iterator[dict[str, float]]:
    plain = [row for row in ROWS if not row[1]]
    for S, a, b in ((S, a, b) for S in counts() for a in plain for b in plain):
        cells = [(value(row, S, "accuracy"), value(row, S)) for row in (a, b)]
        (right_a, far_a), (right_b, far_b) = (
            (right.value, far.value) if right and far else (0, 0) for right, far in cells
        )
        if right_a > right_b > 0 and far_a > far_b:
            right = {"right_a": 100 * right_a, "right_b": 100 * right_b}
            yield {"S": S, "eta_a": a[0], "eta_b": b[0], **right, "far_a": far_a, "far_b": far_b}


def reconstructions(implicit: bool) -> list[dict[str, Any]]:
    """The rows of the measured reconstruction, by S."""
    rows = [dict(row) for row in measured().reconstruction if row["implicit"] == implicit]
    return sorted(rows, key=lambda row: row["S"])


def claim(key: str, sentence: str, check: Callable[[], bool], numbers: Callable[[], Mapping[str, Any]]) -> Claim:
    """A sentence about the measured table. Where the table lacks what it needs, it says so instead."""

    def said() -> dict[str, str]:
        try:
            return {"said": sentence.format(**numbers())}
        except LookupError as missing:
            return {"said": str(missing.args[0])}

    def holds() -> bool:
        try:
            numbers()
        except LookupError:
            return True
        return check()

    return Claim(key, "{said}", {}, holds, numbers=said)
