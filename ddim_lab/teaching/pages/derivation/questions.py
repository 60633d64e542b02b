"""Questions of the derivation page. Their answers are counted and computed at one transition of the default run."""

from functools import partial

from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.derivation import claims as measured
from ddim_lab.teaching.pages.derivation.claims import CLAIMS, EXACT
from ddim_lab.teaching.questions import Option, Question
from ddim_lab.transition import coefficients


def how_many() -> int:
    """Settings that close both needles, over a hundred sigmas: none, one, two, or more and more of them."""
    settings = sum(len(measured.closing(measured.largest_sigma() * i / 100)) for i in range(100))
    return min(settings, 3)


def with_sigma_held() -> int:
    """With one sigma: one setting, two, or endlessly many."""
    return {1: 0, 2: 1}.get(len(measured.closing(measured.largest_sigma() / 2)), 2)


def at_the_bound() -> int:
    """m at the largest sigma, against m at sigma 0: the largest of all, smaller, or 0."""
    at = measured.example()
    m, most = measured.m_at_the_bound(), float(coefficients(at.a, at.b, 0.0).m)
    return 2 if abs(m) < 1e-6 else 0 if m >= most else 1


def another_pixel() -> int:
    """At a solved setting, with x_0 = -0.5: both needles move, the mean's, or neither."""
    at, sigma = measured.example(), measured.largest_sigma() / 2
    k, m = measured.closing(sigma)[0]
    (mean, variance), (wanted_mean, wanted_variance) = at.moments(k, m, sigma), at.wanted()
    moved = [abs(mean - wanted_mean) * 0.5 > EXACT, abs(variance - wanted_variance) > EXACT]
    return 0 if all(moved) else 1 if moved[0] else 2


def learn_again() -> int:
    """What the network sees after the step, at five points of the curve: all differ, some do, none."""
    first, *others = measured.handed_on()
    same = [max(abs(x - y) for x, y in zip(seen, first, strict=True)) < EXACT for seen in others]
    return 2 if all(same) else 1 if any(same) else 0


_told = partial(chosen, CLAIMS)

QUESTIONS: tuple[Question, ...] = (
    Question(
        "derive-how-many",
        1,
        "Three knobs, two needles. How many settings bring both needles to 0?",
        {},
        (
            Option("None", "Try it: can m bring the right needle to 0, and k then the left one?", "no-answer"),
            Option(
                "Exactly one",
                "Count the needles, and count the knobs. Then change sigma and try once more.",
                "one-answer",
            ),
            Option(
                "Two: DDPM and DDIM",
                "These are two that have names. Hold sigma somewhere between them: can you close both needles there?",
                "two-answers",
            ),
            Option("Endlessly many", "Yes. Two conditions leave one of the three unknowns free."),
        ),
        how_many,
        _told("solution-for-each-sigma"),
        holds=("how-many",),
    ),
    Question(
        "derive-hold",
        1,
        "Now hold sigma. With this sigma, how many settings of k and m close both needles?",
        {},
        (
            Option(
                "One",
                "Look at the right needle's formula: how does m stand in it? Try the other end of its slider.",
                "one-root",
            ),
            Option("Two", "Yes. m stands squared in its condition, and k follows from m."),
            Option(
                "Endlessly many",
                "Which of the three could you choose before? Look which one is held now.",
                "free-for-ever",
            ),
        ),
        with_sigma_held,
        _told("opposite-roots"),
        hides=("derived",),
        holds=("two-roots",),
    ),
    Question(
        "derive-bound",
        1,
        "Push sigma to its largest value, where the needles can just be closed. How much weight has x_t then?",
        {},
        (
            Option(
                "The most",
                "Watch the right needle while you push: with more fresh noise, which way must m go to close it?",
                "add-noise",
                {"m": 1.0, "sigma": 1.0},
            ),
            Option(
                "Some, but less",
                "Go on to the very end: close the needles there and read m.",
                "some-left",
                {"m": 0.5, "sigma": 1.0},
            ),
            Option(
                "None at all",
                "Yes. There m is 0, and the step forgets where it stood.",
                ghost={"m": 0.0, "sigma": 1.0},
            ),
        ),
        at_the_bound,
        _told("bound-keeps-nothing"),
    ),
    Question(
        "derive-x0",
        1,
        "The bell curves are drawn for one pixel with x_0 = 1. Let both needles be at 0. "
        "Now take a pixel with x_0 = −0.5. What do the needles do?",
        {},
        (
            Option("Both move", "Read the formulas above the needles: which of them has x_0 in it?", "one-picture"),
            Option(
                "Only the mean needle moves",
                "Both curves move. Read the formula above the left needle: is x_0 in it?",
                "one-picture",
            ),
            Option("Neither of them moves", "Yes. Neither needle holds x_0."),
        ),
        another_pixel,
        _told("every-pixel-served"),
        hides=("derived",),
    ),
    Question(
        "derive-again",
        1,
        "You move along the curve to another sigma. Must the network learn something new?",
        {},
        (
            Option(
                "Yes, for each sigma",
                "What does the network get to see? Compare the bell curves at two points: do they differ?",
                "objective",
            ),
            Option(
                "Only for some",
                "Go along the curve and watch the bell curve below the needles: at which point does it change?",
                "objective",
            ),
            Option("No, for none of them", "Yes. Every point of the curve ends in the same bell curve."),
        ),
        learn_again,
        _told("curve-looks-alike"),
    ),
)
