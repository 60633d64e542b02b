"""The questions of the page "Quality map": each is answered by the measured table, and asked only if that can answer.

The options say what the numbers may turn out to be; which of them is right is read from the table when it is asked.
"""

from collections.abc import Callable
from typing import Any

from ddim_lab.quality.grid import Measured, Place, Value, beats, kind, marks
from ddim_lab.teaching.questions import Option, Question

TRAILING = "trailing"


def _value(measure: str, S: int, eta: float, sigma_hat: bool = False, spacing: str = TRAILING) -> Value:
    """Raises ValueError, in words, if it was not measured."""
    place = Place(spacing, S, eta, sigma_hat)
    found = Measured.load().value(place, kind(measure))
    if found is None:
        raise ValueError(f"{place.name} is not measured yet: `python -m ddim_lab quality` measures it")
    return found


def variety() -> int:
    """At S = 10 the digits' variety is nearer to that of real ones: at eta 1, at eta 0, or it is not told apart."""
    ddim, ddpm = _value("variance_ratio", 10, 0.0), _value("variance_ratio", 10, 1.0)
    nearer = beats(kind("variance_ratio"), ddim, ddpm)
    return 2 if nearer is None else 1 if nearer else 0


def floor() -> int:
    """The Fréchet distance of real test digits: 0, above 0, or above the cell eta 0, S 50."""
    cell = _value("frechet", 50, 0.0)
    if cell.floor is None:
        raise ValueError("the floor of real digits is not measured yet: `python -m ddim_lab quality` measures it")
    return 2 if cell.floor > cell.value else 0 if abs(cell.floor) < 1e-6 else 1


def told_apart() -> int:
    """Of the cells with trailing steps, how many are told from the best by Fréchet distance: most, or a minority."""
    found = _marks()
    return 0 if found.count("") > len(found) / 2 else 1


def _marks() -> list[str]:
    of = kind("frechet")
    values = Measured.load().all_values(of, TRAILING)
    if len(values) < 20:
        raise ValueError("too few cells are measured yet: `python -m ddim_lab quality` measures them")
    return [mark for mark in marks(of, values).values() if mark in ("", "tied")]


def hat() -> int:
    """At S = 10 the Fréchet distance of sigma-hat, in that of eta 0: as in the paper (over 20 times), less, or none."""
    times = _hat_times()
    return 0 if times > 20 else 1 if times > 1.2 else 2


def _hat_times() -> float:
    return _value("frechet", 10, 1.0, True).value / _value("frechet", 10, 0.0).value


def reconstruction() -> int:
    """From 10 to 100 steps the explicit error: falls to less than half, stays, or grows."""
    few, many = _error(10), _error(100)
    return 0 if many < few / 2 else 1 if many < 2 * few else 2


def _error(S: int) -> float:
    for row in Measured.load().reconstruction:
        if row["S"] == S and not row["implicit"]:
            return float(row["mse"]["value"])
    raise ValueError(f"the reconstruction at S = {S} is not measured yet: `python -m ddim_lab quality` measures it")


def _variety_told() -> str:
    ddim, ddpm = _value("variance_ratio", 10, 0.0), _value("variance_ratio", 10, 1.0)
    return (
        f"The pixels vary {ddim.value:.2f} times as much as those of real digits at eta 0, and {ddpm.value:.2f} times "
        "at eta 1. At eta 0 variety comes from the starts alone: another start, another digit."
    )


def _floor_told() -> str:
    cell = _value("frechet", 50, 0.0)
    return (
        f"It is {cell.floor:.2f} with {cell.n:,} test digits. Two handfuls of real digits differ too, and the fewer "
        "they are, the more. So a number means something only beside this floor."
    )


def _told_apart_told() -> str:
    found = _marks()
    return (
        f"{found.count('')} of {len(found)} cells are told from the best one; the {found.count('tied')} marked ≈ might "
        "be as good. An interval shrinks with the square root of the number of digits: for a tenth of it one "
        "needs a hundred times as many."
    )


def _hat_told() -> str:
    return (
        f"It is {_hat_times():.1f} times that of eta 0; in the paper's CIFAR10 it is 27 times. How far "
        "depends on the pictures and on the judge: the paper's is a network trained on photographs, ours on digits."
    )


def _reconstruction_told() -> str:
    few, many = _error(10), _error(100)
    return (
        f"It goes from {few:.2g} at 10 steps to {many:.2g} at 100; in the paper from .014 to .0009. Encoding uses the "
        "noise that was predicted one step too early; shorter steps, smaller mistake."
    )


def _ask(
    key: str, prompt: str, state: dict[str, Any], options: tuple[Option, ...], answer: Callable[[], int],
    explanation: Callable[[], str],
) -> Question:  # fmt: skip
    return Question(key, 1, prompt, state, options, answer, explanation)


QUESTIONS: tuple[Question, ...] = (
    _ask(
        "quality-variety",
        "Ten steps, as a guess before the map opens: where do digits vary most like real ones?",
        {"measure": "variance_ratio", "by": TRAILING},
        (
            Option("At eta 1: fresh noise brings variety", "Fresh noise is not variety.", "more-noise"),
            Option("At eta 0", "At eta 0 the start alone decides, and no two starts are alike."),
            Option("It is the same", "The starts are the same; the rule of a step is not.", "eta-nothing"),
        ),
        variety,
        _variety_told,
    ),
    _ask(
        "quality-floor",
        "Real test digits against real training digits: what is their Fréchet distance?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("0: both are real", "Only if they were the same pictures, or endlessly many.", "floor-zero"),
            Option("Above 0", "Chance makes a difference, and the measure counts it."),
            Option("More than that of drawn digits", "Drawn digits have chance in them too, and their own mistakes.",
                   "floor-beaten"),
        ),
        floor,
        _floor_told,
    ),
    _ask(
        "quality-apart",
        "How many cells are certainly worse than the best one, by their 95 % intervals?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("Most: the numbers differ", "Numbers differ by chance as well.", "smaller-is-better"),
            Option("Fewer than half", "Look at the intervals below the numbers: they overlap."),
        ),
        told_apart,
        _told_apart_told,
    ),
    _ask(
        "quality-hat",
        "At 10 steps the paper's sigma-hat is 27 times as far as eta 0. And with digits?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("About as many times", "Another data set, another network, another judge.", "carries-over"),
            Option("Farther too, but by much less", "The direction carries over, the size does not."),
            Option("No farther", "The noise is too large for long strides, whatever the picture.", "eta-nothing"),
        ),
        hat,
        _hat_told,
    ),
    _ask(
        "quality-back",
        "A digit is encoded and decoded. With 100 steps instead of 10, the error",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("falls by more than half", "Each step's mistake shrinks faster than their number grows."),
            Option("stays about the same", "The start of the error is the length of a step.", "guess-is-inverse"),
            Option("grows: more steps, more mistakes", "There are more mistakes, but each is much smaller.", "drift"),
        ),
        reconstruction,
        _reconstruction_told,
    ),
)  # fmt: skip


def answerable(question: Question) -> bool:
    """Whether the table holds what the question asks about."""
    try:
        question.answer()
    except (OSError, ValueError):
        return False
    return True
