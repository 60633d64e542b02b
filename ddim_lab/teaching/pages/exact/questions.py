"""Questions of the exact world. Every answer is computed by `ddim_lab.exact`, at the setting it asks about."""

from functools import partial

import numpy as np

from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.exact import claims as measured
from ddim_lab.teaching.pages.exact.claims import CLAIMS, DATA, ERRORS
from ddim_lab.teaching.questions import Action, Option, Question


def crowd_width() -> int:
    """The crowd halfway, at eta 1 against eta 0: wider, as wide, or narrower."""
    quiet, jagged = (measured.walks(eta)[5].var() for eta in (0.0, 1.0))
    if abs(jagged / quiet - 1) <= ERRORS * (4 / 2000) ** 0.5:
        return 1
    return 0 if jagged > quiet else 2


def fault_at_zero() -> int:
    """The chains with the wrong covariance at eta 0: the very same, wider, or narrower."""
    right, wrong = (measured.walks(0.0, wrong) for wrong in (False, True))
    if np.array_equal(right, wrong):
        return 0
    return 1 if wrong[5].var() > right[5].var() else 2


def what_is_left() -> int:
    """Of the spread with the noise off: about DDIM's, about half of that, or next to nothing."""
    shares = (1.0, 0.5, 0.0)
    left = measured.lane_std("noise_off", 10) / measured.lane_std("ddim", 10)
    return min(range(3), key=lambda i: abs(shares[i] - left))


def more_steps() -> int:
    """With 1000 steps in place of 10 the lane without its noise is: right, as narrow as before, or better."""
    few, many, wanted = measured.lane_std("noise_off", 10), measured.lane_std("noise_off", 1000), float(DATA.cov**0.5)
    if many > 0.9 * wanted:
        return 0
    return 2 if many > 1.01 * few else 1


def who_stays() -> int:
    """At eta 1: nearly all (as at eta 0), more than half, or half."""
    share = measured.stay_left(1.0)
    return 0 if share > 0.9 else 1 if share > 0.55 else 2


def nearest() -> int:
    """Which of eta 0, eta 1, sigma-hat has the smallest error."""
    return int(np.argmin([*measured.blob_errors().values()]))


_told = partial(chosen, CLAIMS)

QUESTIONS: tuple[Question, ...] = (
    Question(
        "exact-crowd",
        1,
        "2,000 walks end at the same x_0. Before you drag eta to 1: what will the crowd do at A, B and C?",
        {"view": "walks", "eta": 0.0, "S": 10, "wrong": False},
        (
            Option(
                "It gets wider",
                "Fresh noise comes in. Watch the dashed curve at A, B and C: does the crowd leave it?",
                "marginals",
            ),
            Option("It stays as it is", "Yes. Other walks, the same crowd."),
            Option(
                "It gets narrower", "Drag eta and read the std under A, B and C: which way do they go?", "trade-off"
            ),
        ),
        crowd_width,
        _told("walks-same-crowd", "crowds-trained", "both-true"),
        holds=("crowd",),
    ),
    Question(
        "exact-fault",
        1,
        "With the wrong covariance the crowd swells. Before you drag eta to 0: what will the fault do there?",
        {"view": "walks", "eta": 1.0, "S": 10, "wrong": True},
        (
            Option("Nothing at all", "Yes. Where sigma is 0, sigma² is 0 as well."),
            Option(
                "The crowd is still too wide",
                "Where is the fault: in what a step adds? How much does it add there?",
                "fault-everywhere",
            ),
            Option(
                "The crowd is too narrow",
                "For that less noise would have to come than is right. How much is right there?",
                "fault-everywhere",
            ),
        ),
        fault_at_zero,
        _told("fault-blind-at-zero"),
    ),
    Question(
        "exact-off",
        1,
        "The middle lane is DDPM with its noise switched off. How much of the spread is left at its end?",
        {"view": "lanes", "S": 10},
        (
            Option(
                "As much as DDIM keeps",
                "Read beside both lanes what each does with its noise. Is it the same?",
                "noise-off",
            ),
            Option(
                "About half of that",
                "Of which step would the other half be left? Look at the end of the lane, dot by dot.",
                "noise-off",
            ),
            Option("Next to nothing", "Yes. All starts end at nearly the same point."),
        ),
        what_is_left,
        _told("room-for-noise", "old-noise-carried"),
        hides=("noise_off",),
    ),
    Question(
        "exact-steps",
        1,
        "Would it help to take more steps? Guess, then drag S to 1000 and look at the middle lane.",
        {"view": "lanes", "S": 10},
        (
            Option(
                "Yes, then it is right",
                "Watch the number at the end of the middle lane while you drag, not those of the other two.",
                "more-steps-heal",
            ),
            Option("No, it changes nothing", "Yes. Not by one digit."),
            Option(
                "It helps a little",
                "Read the number at the end of the middle lane, to its fourth digit, before and after.",
                "more-steps-heal",
            ),
        ),
        more_steps,
        _told("noise-off-any-S"),
        do=Action("Now drag S to 1000, and look at the middle lane.", "S", "S-changed"),
    ),
    Question(
        "exact-left",
        1,
        "The dark ones started on the left, and at eta 0 all of them end there. Where will they end at eta 1?",
        {"view": "crowd", "world": "ring", "eta": 0.0, "S": 50, "place": 1, "left": True},
        (
            Option(
                "Nearly all on the left again",
                "Drag eta to 1, and watch the dark ones on their way: do they keep their side?",
                "eta-nothing",
            ),
            Option(
                "More than half on the left",
                "That may be so at half of eta. Drag on to 1, and count the dark ones on both sides.",
                "amount",
            ),
            Option("Half here, half there", "Yes. At eta 1 the end tells nothing about the start."),
        ),
        who_stays,
        _told("left-ends", "left-forgotten"),
    ),
    Question(
        "exact-nearest",
        1,
        "One blob, 10 steps. Which sampler comes nearest to the data?",
        {"view": "crowd", "world": "blob", "eta": 0.0, "S": 10, "place": 1},
        (
            Option(
                "DDIM, eta 0",
                "Look at the errors against network calls: is its line the lowest at 10?",
                "always-better",
            ),
            Option(
                "DDPM, eta 1",
                "Look at the errors against network calls: where is its line at 10, among the others?",
                "more-noise",
            ),
            Option("DDPM, sigma-hat", "Yes, here. Look at the errors against network calls."),
        ),
        nearest,
        _told("blob-errors", "blob-steps-lose"),
        hides=("errors",),
    ),
)
