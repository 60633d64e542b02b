"""The questions of the page "Quality map": each is answered by the measured table, and asked only if that can answer.

The options say what the numbers may turn out to be; which of them is right is read from the table when it is asked.
"""

from functools import partial

from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.quality.claims import (
    CLAIMS,
    TRAILING,
    errors_back,
    hat_times,
    more_varied_at_zero,
    real_distance,
    told_from_best,
)
from ddim_lab.teaching.questions import Option, Question


def variety() -> int:
    """At S = 10 the digits' variety is nearer to that of real ones: at eta 1, at eta 0, or it is not told apart."""
    nearer = more_varied_at_zero()
    return 2 if nearer is None else 1 if nearer else 0


def floor() -> int:
    """The Fréchet distance of real test digits: 0, above 0, or above the cell eta 0, S 50."""
    distance = real_distance()
    return 2 if distance["floor"] > distance["drawn"] else 0 if abs(distance["floor"]) < 1e-6 else 1


def told_apart() -> int:
    """Of the cells with trailing steps, how many are told from the best by Fréchet distance: most, or a minority."""
    cells = told_from_best()
    return 0 if cells["told"] > cells["all"] / 2 else 1


def hat() -> int:
    """At S = 10 the Fréchet distance of sigma-hat, in that of eta 0: as in the paper (over 20 times), less, or none."""
    times = hat_times()["times"]
    return 0 if times > 20 else 1 if times > 1.2 else 2


def reconstruction() -> int:
    """From 10 to 100 steps the explicit error: falls to less than half, stays, or grows."""
    errors = errors_back()
    return 0 if errors["many"] < errors["few"] / 2 else 1 if errors["many"] < 2 * errors["few"] else 2


_told = partial(chosen, CLAIMS)

QUESTIONS: tuple[Question, ...] = (
    Question(
        "quality-variety",
        1,
        "Ten steps, as a guess before the map opens: where do digits vary most like real ones?",
        {"measure": "variance_ratio", "by": TRAILING},
        (
            Option("At eta 1: fresh noise brings variety", "Fresh noise is not variety.", "more-noise"),
            Option("At eta 0", "At eta 0 the start alone decides, and no two starts are alike."),
            Option("It is the same", "The starts are the same; the rule of a step is not.", "eta-nothing"),
        ),
        variety,
        _told("quality-variety"),
    ),
    Question(
        "quality-floor",
        1,
        "Real test digits against real training digits: what is their Fréchet distance?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("0: both are real", "Only if they were the same pictures, or endlessly many.", "floor-zero"),
            Option("Above 0", "Chance makes a difference, and the measure counts it."),
            Option("More than that of drawn digits", "Drawn digits have chance in them too, and their own mistakes.",
                   "floor-beaten"),
        ),
        floor,
        _told("quality-floor"),
    ),
    Question(
        "quality-apart",
        1,
        "How many cells are certainly worse than the best one, by their 95 % intervals?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("Most: the numbers differ", "Numbers differ by chance as well.", "smaller-is-better"),
            Option("Fewer than half", "Look at the intervals below the numbers: they overlap."),
        ),
        told_apart,
        _told("quality-apart"),
    ),
    Question(
        "quality-hat",
        1,
        "At 10 steps the paper's sigma-hat is 27 times as far as eta 0. And with digits?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("About as many times", "Another data set, another network, another judge.", "carries-over"),
            Option("Farther too, but by much less", "The direction carries over, the size does not."),
            Option("No farther", "The noise is too large for long strides, whatever the picture.", "eta-nothing"),
        ),
        hat,
        _told("quality-hat"),
    ),
    Question(
        "quality-back",
        1,
        "A digit is encoded and decoded. With 100 steps instead of 10, the error",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("falls by more than half", "Each step's mistake shrinks faster than their number grows."),
            Option("stays about the same", "The start of the error is the length of a step.", "guess-is-inverse"),
            Option("grows: more steps, more mistakes", "There are more mistakes, but each is much smaller.", "drift"),
        ),
        reconstruction,
        _told("quality-back"),
    ),
)  # fmt: skip


def answerable(question: Question) -> bool:
    """Whether the table holds what the question asks about."""
    try:
        question.answer()
    except (OSError, ValueError):
        return False
    return True
