"""What the paper's Table 1 says about eta and S, and whether the measured digits say the same."""

from dataclasses import dataclass
from typing import Any

from ddim_lab.exact import paper
from ddim_lab.quality.bootstrap import Measure
from ddim_lab.quality.cell import Cell, Row, title
from ddim_lab.quality.grid import Kind, Measured, decided, lead

DDIM, DDPM, HAT = (0.0, False), (1.0, False), (1.0, True)
VERDICTS = {True: "yes", False: "no", None: "open"}
DIFFERENCE = "{value} ({low} to {high})"
NOTHING = "Nothing is measured yet that these statements speak of."
ALL_OPEN = "By {measure}, none of {known} statements can be decided: every difference may be 0."
SENTENCES = {  # by whether some digits are unlike the paper's pictures, and whether something is open
    (False, False): "By {measure}, digits behave like {data} in {alike} of {known} statements.",
    (True, False): "By {measure}, digits behave like {data} in {alike} and unlike it in {unlike} of {known} "
    "statements.",
    (False, True): "By {measure}, digits behave like {data} in {alike} of {known} statements; "
    "{open} cannot be decided: the difference may be 0.",
    (True, True): "By {measure}, digits behave like {data} in {alike} and unlike it in {unlike} of {known} statements; "
    "{open} cannot be decided: the difference may be 0.",
}


@dataclass(frozen=True)
class Statement:
    """The cell `better` (its row, its S) is better than the cell `worse`."""

    key: str
    words: str
    better: tuple[Row, int]
    worse: tuple[Row, int]

    @property
    def titles(self) -> tuple[str, str]:
        """What the two cells are called."""
        return title(*self.better), title(*self.worse)

    def cells(self, spacing: str) -> tuple[Cell, Cell]:
        """The two cells among those of one spacing."""
        better, worse = (Cell.of(spacing, S, row) for row, S in (self.better, self.worse))
        return better, worse


STATEMENTS = (  # what everybody asks comes first
    Statement("few", "With few steps DDIM wins: at S = 10 eta 0 beats eta 1.", (DDIM, 10), (DDPM, 10)),
    Statement("steps", "More steps are better: 100 beat 10 at eta 0.", (DDIM, 100), (DDIM, 10)),
    Statement("many", "With many it still wins: at S = 100 eta 0 beats eta 1.", (DDIM, 100), (DDPM, 100)),
    Statement("hat", "sigma-hat needs many steps: at S = 10 eta 1 beats it.", (DDPM, 10), (HAT, 10)),
    Statement("hat-many", "At S = 100 eta 1 still beats sigma-hat.", (DDPM, 100), (HAT, 100)),
    Statement("fifth", "A fifth of the steps will do: eta 0 at 20 beats eta 1 at 100.", (DDIM, 20), (DDPM, 100)),
)


def of_paper(statement: Statement, data: str) -> bool | None:
    """Whether Table 1 bears the statement out for `data`; None where it lacks a number."""
    better, worse = (paper.entry(data, *row, S) for row, S in (statement.better, statement.worse))
    return None if better is None or worse is None else better < worse


def difference(statement: Statement, measured: Measured, kind: Kind, spacing: str) -> Measure:
    """By how much the first cell is better than the second, with its 95 % interval; below 0 where it is worse.

    Raises LookupError if that was not measured, or of different numbers of digits where that matters.
    """
    better, worse = (measured.value(cell, kind) for cell in statement.cells(spacing))
    if better is None or worse is None or (kind.same_n and better.n != worse.n):
        raise LookupError(f"{statement.key} needs {' and '.join(statement.titles)}")
    return lead(kind, better, worse)


def written(kind: Kind, apart: Measure | None) -> str:
    """A difference with its interval, shares in per cent, kernel distances in thousandths; "" where there is none."""
    if apart is None:
        return ""
    value, low, high = (_signed(kind.unit * number) for number in (apart.value, apart.low, apart.high))
    return DIFFERENCE.format(value=value, low=low, high=high)


def _signed(value: float) -> str:
    return (f"{value:+.2g}" if abs(value) < 99.5 else f"{value:+.0f}").replace("-", "−")


def told(measured: Measured, kind: Kind, spacing: str, data: str) -> dict[str, Any]:
    """Each statement with the paper's verdict and ours, and one sentence that counts them."""
    rows = [_row(statement, measured, kind, spacing, data) for statement in STATEMENTS]
    states = [row["state"] for row in rows]
    count = {state: states.count(state) for state in ("alike", "unlike", "open", "missing")}
    return {"rows": rows, "sentence": _sentence(count, kind, data), "count": count}


def _row(statement: Statement, measured: Measured, kind: Kind, spacing: str, data: str) -> dict[str, Any]:
    theirs = of_paper(statement, data)
    row = {"words": statement.words, "sides": statement.titles, "paper": VERDICTS[theirs]}
    try:
        apart = difference(statement, measured, kind, spacing)
    except LookupError:
        return row | {"digits": "", "state": "missing", "difference": None}
    ours = decided(apart)
    state = "open" if ours is None else "alike" if ours == theirs else "unlike"
    return row | {"digits": VERDICTS[ours], "state": state, "difference": apart}


def _sentence(count: dict[str, int], kind: Kind, data: str) -> str:
    known = len(STATEMENTS) - count["missing"]
    if not known:
        return NOTHING
    sentence = ALL_OPEN if count["open"] == known else SENTENCES[count["unlike"] > 0, count["open"] > 0]
    measure = kind.name if kind.key == "frechet" else kind.name.lower()
    return sentence.format(measure=measure, data=data, known=known, **count)
