"""What an exercise is: inputs, properties that must hold on them, and mistakes that are known by what they give.

A check calls the learner's function on every input, says which property fails on which of them, and names the mistake
where a known one gives the same numbers. It never says how to do it right. Properties have points: partial credit.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ddim_lab.teaching.calling import NOT_WRITTEN, Caller, TroubleError
from ddim_lab.teaching.report import Marks, Verdict
from ddim_lab.teaching.values import article, same

LIKELY = "**Likely mistake:** {words}."


@dataclass(frozen=True)
class Given:
    """One input: `told` in words, and what the function is called with."""

    told: str
    arguments: Any


@dataclass(frozen=True)
class Property:
    """`says`: what must hold. `fault(given, value)`: in words what is wrong, with numbers; "" where it holds.

    Only the inputs `at` which it is asked count.
    """

    says: str
    fault: Callable[[Given, Any], str]
    at: Callable[[Given], bool] = lambda given: True
    points: float = 1


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, as a function of the same form; `part`: only this one of its values counts."""

    words: str
    wrong: Callable[..., Any]
    part: int | None = None


@dataclass(frozen=True)
class Exercise:
    """`givens(seed)`: the inputs; with a seed, some drawn ones as well. `ask(call, given)`: the value, read and in
    form, or a TroubleError. `mistakes`: a function, since the catalogue of errors takes a second to import."""

    key: str
    asked: str
    givens: Callable[[int | None], Sequence[Given]]
    ask: Callable[[Callable[..., Any], Given], Any]
    properties: tuple[Property, ...]
    mistakes: Callable[[], Iterable[Mistake]]

    @property
    def points(self) -> float:
        """What a right answer gets."""
        return sum(each.points for each in self.properties)


Outcome = tuple[Given, Any]  # an input, and its value or the TroubleError in its place


def check(exercise: Exercise, answer: Any, seed: int | None = None) -> Marks:
    """What is to be said of `answer`; raises nothing, whatever that is."""
    if not callable(answer):
        gap = answer is ... or answer is None
        words = NOT_WRITTEN if gap else f"{article(answer).capitalize()} is given, where the function {exercise.asked} "
        return _all(exercise, gap, words if gap else f"{words}belongs: without brackets behind its name.")
    outcomes = list(_outcomes(exercise, answer, exercise.givens(seed)))
    first = outcomes[0][1]
    if isinstance(first, TroubleError) and all(_alike(first, value) for _, value in outcomes):
        return _all(exercise, first.gap, _sentence(str(first) if first.gap else f"{first}, for {outcomes[0][0].told}"))
    verdicts = [_verdict(each, outcomes) for each in exercise.properties]
    right = all(verdict.state == "right" for verdict in verdicts)
    names = [] if right else list(dict.fromkeys(_names(exercise, outcomes)))
    return _marks(exercise, verdicts, " ".join(LIKELY.format(words=words) for words in names))


def _marks(exercise: Exercise, verdicts: Sequence[Verdict], note: str) -> Marks:
    return Marks(verdicts, [each.points for each in exercise.properties], note)


def _all(exercise: Exercise, gap: bool, note: str) -> Marks:
    """The same of every property, said once."""
    return _marks(exercise, [Verdict(each.says, "gap" if gap else "wrong") for each in exercise.properties], note)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "." * (words[-1:] not in ".?")


def _alike(trouble: TroubleError, value: Any) -> bool:
    return isinstance(value, TroubleError) and str(value).partition("(")[0] == str(trouble).partition("(")[0]


def _outcomes(exercise: Exercise, answer: Callable[..., Any], givens: Sequence[Given]) -> Iterator[Outcome]:
    call = Caller(answer)
    for given in givens:
        yield given, _outcome(exercise, call, given)


def _outcome(exercise: Exercise, call: Callable[..., Any], given: Given) -> Any:
    try:
        return exercise.ask(call, given)
    except TroubleError as trouble:
        return trouble


def _verdict(each: Property, outcomes: Sequence[Outcome]) -> Verdict:
    for given, value in outcomes:
        if not each.at(given):
            continue
        if isinstance(value, TroubleError):
            return Verdict(each.says, "gap" if value.gap else "wrong", f"for {given.told}: {value}")
        if fault := each.fault(given, value):
            return Verdict(each.says, "wrong", f"for {given.told}: {fault}")
    return Verdict(each.says, "right")


def _names(exercise: Exercise, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The mistakes that give, on every input, what the answer gave; of each part at most one."""
    named: set[int | None] = set()
    for mistake in exercise.mistakes():
        if mistake.part not in named and _gives(exercise, mistake, outcomes):
            yield mistake.words
            if mistake.part is None:
                return
            named.add(mistake.part)


def _gives(exercise: Exercise, mistake: Mistake, outcomes: Sequence[Outcome]) -> bool:
    """Whether values are the same on all inputs, on one at least, and trouble stands where trouble stands."""
    call, met = Caller(mistake.wrong), False
    for given, value in outcomes:
        wrong = _outcome(exercise, call, given)
        if isinstance(wrong, TroubleError) != isinstance(value, TroubleError):
            return False
        if not isinstance(wrong, TroubleError):
            ours, theirs = (each if mistake.part is None else each[mistake.part] for each in (wrong, value))
            if not _same(ours, theirs):
                return False
            met = True
    return met


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return same(one, other)
