"""The questions of the page "Quality map": each is answered by the measured table, and asked only if that can answer.

The options say what the numbers may turn out to be; which of them is right is read from the table when it is asked.
"""

from functools import partial

from ddim_lab.quality.grid import decided
from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.quality.claims import (
    CLAIMS,
    TRAILING,
    errors_back,
    few_steps,
    hat_times,
    more_varied_at_zero,
    overlapping,
    real_distance,
)
from ddim_lab.teaching.questions import Option, Question


def variety() -> int:
    """At S = 10 the digits' variety is nearer to that of real ones: at eta 1, at eta 0, or it is not told apart."""
    nearer = more_varied_at_zero()
    return 2 if nearer is None else 1 if nearer else 0


def few() -> int:
    """At S = 10, by Fréchet distance: eta 1 is better, eta 0 is, or it is not told."""
    better = decided(few_steps("frechet"))
    return 2 if better is None else 1 if better else 0


def floor() -> int:
    """The Fréchet distance of real test digits: 0, above 0, or above the cell eta 0, S 50."""
    distance = real_distance()
    return 2 if distance["floor"] > distance["drawn"] else 0 if abs(distance["floor"]) < 1e-6 else 1


def told_apart() -> int:
    """Of the pairs of cells whose intervals overlap: none is told apart, or some are."""
    return 1 if overlapping()["told"] else 0


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
        "quality-few",
        1,
        "Ten steps, five thousand digits: whose crowd is nearer to real digits, by Fréchet distance?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option(
                "That of eta 1", "Its noise is fresh in every step. What is lost at each long one?", "more-noise"
            ),
            Option("That of eta 0", "Long steps of eta 1 lose variance, and the digits grow alike."),
            Option(
                "They cannot be told apart",
                "With few digits they could not. Read the interval of the difference: is 0 in it?",
                "eta-nothing",
            ),
        ),
        few,
        _told("quality-few"),
        hides=("numbers",),
    ),
    Question(
        "quality-variety",
        1,
        "Ten steps, as a guess before the map opens: where do digits vary most like real ones?",
        {"measure": "variance_ratio", "by": TRAILING},
        (
            Option(
                "At eta 1",
                "Look at the digits of both: what makes two of them differ, the fresh noise or the start?",
                "more-noise",
            ),
            Option("At eta 0", "At eta 0 the start alone decides, and no two starts are alike."),
            Option(
                "It is the same",
                "The starts are the same. Is the rule of a step? Read the numbers of both cells.",
                "eta-nothing",
            ),
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
            Option(
                "0: both are real",
                "Are they the same pictures? Look at the number of real test digits above the map.",
                "floor-zero",
            ),
            Option("Above 0, though both are real", "Chance makes a difference, and the measure counts it."),
            Option(
                "More than that of drawn digits",
                "Compare the number of real test digits above the map with those of the cells.",
                "floor-beaten",
            ),
        ),
        floor,
        _told("quality-floor"),
    ),
    Question(
        "quality-apart",
        1,
        "Two cells have intervals that overlap. Can the better one be told all the same?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option(
                "Never, if they overlap",
                "Each interval holds its own luck. What do all cells have in common, by the words above the map?",
                "overlap-is-tie",
            ),
            Option("Sometimes", "What counts is the interval of the difference."),
        ),
        told_apart,
        _told("quality-apart"),
        holds=("tied",),
    ),
    Question(
        "quality-hat",
        1,
        "At 10 steps the paper's sigma-hat is 27 times as far as eta 0. And with digits?",
        {"measure": "frechet", "by": TRAILING},
        (
            Option(
                "About as many times",
                "Divide the two cells in the digits' own map, and compare with the paper's.",
                "carries-over",
            ),
            Option("Farther, by much less", "The direction carries over, the size does not."),
            Option(
                "No farther",
                "Look at the digits of that cell, at S = 10: do they look as clean as at eta 0?",
                "eta-nothing",
            ),
        ),
        hat,
        _told("quality-hat"),
        hides=("numbers",),
    ),
    Question(
        "quality-back",
        1,
        "A digit is encoded and decoded. With 100 steps instead of 10, the error",
        {"measure": "frechet", "by": TRAILING},
        (
            Option("falls by more than half", "Each step's mistake shrinks faster than their number grows."),
            Option(
                "stays about the same",
                "What is wrong in one step, and does it depend on how long the step is? Compare both ends of the "
                "curve.",
                "guess-is-inverse",
            ),
            Option(
                "grows: more steps, more mistakes",
                "More of them, but how large is each? Compare both ends of the curve.",
                "drift",
            ),
        ),
        reconstruction,
        _told("quality-back"),
        hides=("back",),
    ),
)  # fmt: skip


def answerable(question: Question) -> bool:
    """Whether the table holds what the question asks about."""
    try:
        question.answer()
    except (OSError, ValueError):
        return False
    return True
