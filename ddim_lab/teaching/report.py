"""What was found of a learner's function, line by line: for a lesson, and with points for an exercise."""

from collections.abc import Sequence
from dataclasses import dataclass

SIGNS = {"right": "✓ right", "gap": "… a gap", "wrong": "✗ **wrong**"}


@dataclass(frozen=True)
class Verdict:
    """What was found of one term: "right", "gap" or "wrong", and a hint."""

    term: str
    state: str
    hint: str = ""


class Report:
    """The verdicts on all terms. In a notebook: the last line of a cell."""

    def __init__(self, verdicts: Sequence[Verdict]):
        self.verdicts = tuple(verdicts)

    @property
    def right(self) -> bool:
        """Whether every term is right."""
        return all(verdict.state == "right" for verdict in self.verdicts)

    def _repr_markdown_(self) -> str:
        rows = [f"| `{v.term}` | {SIGNS[v.state]} | {v.hint} |" for v in self.verdicts]
        return "\n".join(("| term | | what was found |", "| --- | --- | --- |", *rows))

    def __repr__(self) -> str:
        return "; ".join(f"{verdict.term}: {verdict.state}" for verdict in self.verdicts)


class Marks(Report):
    """A report that counts: a term is a property that must hold, and each has its points.

    `note`: what is to be said once, of the whole answer. Its repr is the points alone, since nbgrader reads the plain
    text of a cell's result as partial credit; a learner sees the sentences.
    """

    def __init__(self, verdicts: Sequence[Verdict], worth: Sequence[float], note: str = ""):
        super().__init__(verdicts)
        self.worth, self.note = tuple(worth), note

    @property
    def points(self) -> float:
        """The sum over the properties that hold."""
        return sum(worth for worth, v in zip(self.worth, self.verdicts, strict=True) if v.state == "right")

    def _repr_markdown_(self) -> str:
        rows = [f"| {v.term} | {SIGNS[v.state]} | {_in_a_cell(v.hint)} |" for v in self.verdicts]
        table = "\n".join(("| what must hold | | what was found |", "| --- | --- | --- |", *rows))
        note = f"\n\n> {self.note}" if self.note else ""
        return f"**{self._counted}**\n\n{table}{note}"

    @property
    def _counted(self) -> str:
        return f"{self.points:g} of {sum(self.worth):g} points"

    def __str__(self) -> str:
        lines = [f"{SIGNS[v.state].replace('*', '')}: {v.term}{f' ({v.hint})' * bool(v.hint)}" for v in self.verdicts]
        return "\n".join((self._counted, *lines, *([self.note] if self.note else [])))

    def __repr__(self) -> str:
        return f"{self.points:g}"


def _in_a_cell(words: str) -> str:
    return words.replace("|", r"\|")
