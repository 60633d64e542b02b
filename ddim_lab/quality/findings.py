"""What the paper's Table 1 says about eta and S, and whether the measured digits say the same."""

from dataclasses import dataclass
from typing import Any

from ddim_lab.quality import paper
from ddim_lab.quality.grid import Kind, Measured, Place, beats

Row = tuple[float, bool]
DDIM, DDPM, HAT = (0.0, False), (1.0, False), (1.0, True)
VERDICTS = {True: "yes", False: "no", None: "open"}


@dataclass(frozen=True)
class Statement:
    """Row `one` at `steps[0]` steps is better than row `other` at `steps[1]` steps."""

    key: str
    words: str
    one: Row
    other: Row
    steps: tuple[int, int]

    @property
    def sides(self) -> tuple[str, str]:
        return self.place("", 0).name, self.place("", 1).name

    def place(self, spacing: str, side: int) -> Place:
        """The cell on side 0 or 1."""
        return Place(spacing, self.steps[side], *(self.one, self.other)[side])


STATEMENTS = (
    Statement("steps", "More steps are better: 100 beat 10 at eta 0.", DDIM, DDIM, (100, 10)),
    Statement("few", "With few steps DDIM wins: at S = 10 eta 0 beats eta 1.", DDIM, DDPM, (10, 10)),
    Statement("many", "With many it still wins: at S = 100 eta 0 beats eta 1.", DDIM, DDPM, (100, 100)),
    Statement("hat", "sigma-hat needs many steps: at S = 10 eta 1 beats it.", DDPM, HAT, (10, 10)),
    Statement("hat-many", "At S = 100 eta 1 still beats sigma-hat.", DDPM, HAT, (100, 100)),
    Statement("fifth", "A fifth of the steps will do: eta 0 at 20 beats eta 1 at 100.", DDIM, DDPM, (20, 100)),
)


def of_paper(statement: Statement, data: str) -> bool | None:
    """Whether Table 1 bears the statement out for `data`; None where it lacks a number."""
    one = paper.fid(data, *statement.one, statement.steps[0])
    other = paper.fid(data, *statement.other, statement.steps[1])
    return None if one is None or other is None else one < other


def of_digits(statement: Statement, measured: Measured, kind: Kind, spacing: str) -> bool | None:
    """Whether the digits bear it out; None where the intervals overlap. Raises LookupError if nothing was measured."""
    places = [statement.place(spacing, side) for side in (0, 1)]
    one, other = (measured.value(place, kind) for place in places)
    if one is None or other is None or (kind.same_n and one.n != other.n):
        raise LookupError(f"{statement.key} needs {' and '.join(place.name for place in places)}")
    return beats(kind, one, other)


def told(measured: Measured, kind: Kind, spacing: str, data: str) -> dict[str, Any]:
    """Each statement with the paper's verdict and ours, and one sentence that counts them."""
    rows, count = [], {"alike": 0, "unlike": 0, "open": 0, "missing": 0}
    for statement in STATEMENTS:
        theirs, row = of_paper(statement, data), {"words": statement.words, "sides": statement.sides}
        try:
            ours = of_digits(statement, measured, kind, spacing)
            state = "open" if ours is None else "alike" if ours == theirs else "unlike"
        except LookupError:
            ours, state = None, "missing"
        count[state] += 1
        rows.append(
            row | {"paper": VERDICTS[theirs], "digits": "" if state == "missing" else VERDICTS[ours], "state": state}
        )
    return {"rows": rows, "sentence": _sentence(count, kind, data), "count": count}


def _sentence(count: dict[str, int], kind: Kind, data: str) -> str:
    known = len(STATEMENTS) - count["missing"]
    if not known:
        return "Nothing is measured yet that these statements speak of."
    if count["open"] == known:
        return f"By {_named(kind)}, none of {known} statements can be decided: the intervals overlap."
    parts = [f"like {data} in {count['alike']}"]
    parts += [f"unlike it in {count['unlike']}"] if count["unlike"] else []
    text = f"By {_named(kind)}, digits behave "
    text += f"{' and '.join(parts)} of {known} statements"
    return text + (f"; {count['open']} cannot be decided: the intervals overlap." if count["open"] else ".")


def _named(kind: Kind) -> str:
    return kind.name if kind.key == "frechet" else kind.name.lower()
