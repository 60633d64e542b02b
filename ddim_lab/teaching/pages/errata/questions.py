"""Questions of the errata clinic; their answers are exact moments of right and faulty samplers."""

from functools import partial

from ddim_lab.exact.known import STD
from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.errata.claims import CLAIMS, FEW, SAME, end_variance, same_noise
from ddim_lab.teaching.questions import Option, Question


def yardstick() -> int:
    """The right sampler with 20 steps ends below, at or above the variance of the data."""
    ends, data = end_variance(None, FEW.eta, FEW.S), STD**2
    return 1 if abs(ends - data) <= SAME * data else 0 if ends < data else 2


def hides() -> int:
    """Where sigma written for sigma^2 does not show: nowhere, at eta 0, at eta 1."""
    same = {}
    for eta in (0.0, 0.5, 1.0):
        wrong, right = end_variance("covariance", eta, 50), end_variance(None, eta, 50)
        same[eta] = abs(wrong - right) <= SAME * right
    return 1 if same == {0.0: True, 0.5: False, 1.0: False} else 2 if same[1.0] else 0


def reseed() -> int:
    """What another seed of the fresh noise does to a sampler that reuses its predicted noise: moves it or not."""
    return 1 if same_noise().readings().reseeded == 0 else 0


_told = partial(chosen, CLAIMS)

QUESTIONS: tuple[Question, ...] = (
    Question(
        "errata-yardstick",
        1,
        "The data have variance 0.25. A right DDIM (eta = 0) takes 20 steps only. Its results have a variance …",
        {},
        (
            Option("below 0.25", "Yes. Few steps cost variance, even when every formula is right."),
            Option(
                "of 0.25",
                "Does the number of steps not matter then? Look at the curve of the right sampler at S = 20, and "
                "with many more.",
                "data-yardstick",
            ),
            Option(
                "above 0.25",
                "What adds to a variance? Look how much noise is added at eta = 0.",
                "drift",
            ),
        ),
        yardstick,
        _told("few-steps-cost"),
    ),
    Question(
        "errata-hides",
        1,
        "Someone draws the fresh noise with variance σ instead of σ². At which eta would no test find it?",
        {"case": "covariance"},
        (
            Option(
                "At none: wrong is wrong",
                "Drag eta from end to end: is there a place where both curves meet?",
                "fault-everywhere",
            ),
            Option("At eta = 0", "Yes. There σ is 0, and so is its square."),
            Option("At eta = 1", "Drag eta there and look at both curves: do they meet?", "variance-or-deviation"),
        ),
        hides,
        _told("hides-at-zero"),
    ),
    Question(
        "errata-reseed",
        1,
        "A sampler at eta = 1 adds σ·ε with the ε it has just predicted. You run it again with other fresh noises. "
        "The results …",
        {},
        (
            Option(
                "change: eta = 1 is random",
                "What is drawn when ε is predicted? Look for the dice in that line.",
                "any-noise",
            ),
            Option("do not change at all", "Yes. The predicted noise is a function of the picture: nothing is drawn."),
        ),
        reseed,
        _told("nothing-random"),
    ),
)
