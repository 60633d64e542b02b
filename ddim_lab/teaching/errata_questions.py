"""Questions of the errata clinic; their answers are exact moments of right and faulty samplers."""

from functools import cache

from ddim_lab import errata
from ddim_lab.errata import Moment, mystery
from ddim_lab.exact.known import STD
from ddim_lab.teaching.questions import Option, Question

FEW = errata.even_steps(eta=0.0, S=20)
SAME = 0.01  # relative


@cache
def _ends(key: str | None, eta: float, S: int) -> Moment:
    """Mean and variance at the end, of the case called `key` or of the right sampler."""
    at = errata.even_steps(eta, S)
    run = errata.find(key).moments if key else errata.right_moments
    return run(at.schedule, at.tau, at.eta)[-1]


def yardstick() -> int:
    """The right sampler with 20 steps ends below, at or above the variance of the data."""
    found, data = _ends(None, FEW.eta, FEW.S).variance, STD**2
    return 1 if abs(found - data) <= SAME * data else 0 if found < data else 2


def hides() -> int:
    """Where sigma written for sigma^2 does not show: nowhere, at eta 0, at eta 1."""
    same = {}
    for eta in (0.0, 0.5, 1.0):
        wrong, right = _ends("covariance", eta, 50).variance, _ends(None, eta, 50).variance
        same[eta] = abs(wrong - right) <= SAME * right
    return 1 if same == {0.0: True, 0.5: False, 1.0: False} else 2 if same[1.0] else 0


def reseed() -> int:
    """What another seed of the fresh noise does to a sampler that reuses its predicted noise: moves it or not."""
    return 1 if _same_noise().readings().reseeded == 0 else 0


@cache
def _same_noise() -> mystery.Mystery:
    seed = next(seed for seed in range(len(mystery.SUSPECTS)) if mystery.pick(seed).culprit.key == "same-noise")
    return mystery.pick(seed)


def _yardstick_told() -> str:
    few, many = _ends(None, FEW.eta, FEW.S).variance, _ends(None, 0.0, 1000).variance
    return (
        f"With {FEW.S} steps it ends at {few:.4f}, with 1000 at {many:.4f}; the data have {STD**2:g}. So a faulty "
        "sampler must be held against the right one at the same steps, never against the data."
    )


def _hides_told() -> str:
    said = ", ".join(
        f"{_ends('covariance', eta, 50).variance:.4f} instead of {_ends(None, eta, 50).variance:.4f} at eta = {eta:g}"
        for eta in (1.0, 0.5, 0.0)
    )
    return f"The variance at the end is {said}. Only at 0 are σ and σ² the same number at every step."


def _reseed_told() -> str:
    found = _same_noise().readings()
    return (
        f"The results move by {found.reseeded:g}: nothing in them is random but the start. "
        f"Yet their variance ends at {found.seen[-1].variance:.1f} instead of {found.exact[-1].variance:.4f}: the two "
        "uses of one noise add up."
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        "errata-yardstick",
        1,
        "The data have variance 0.25. A right DDIM (eta = 0) takes 20 steps only. Its results have a variance …",
        {},
        (
            Option("below 0.25", "Yes. Few steps cost variance, even when every formula is right."),
            Option("of 0.25", "That holds in the limit of many steps only.", "data-yardstick"),
            Option(
                "above 0.25",
                "At eta = 0 nothing is added; what large steps get wrong is the noise they take away.",
                "drift",
            ),
        ),
        yardstick,
        _yardstick_told,
        "curves",
    ),
    Question(
        "errata-hides",
        1,
        "Someone draws the fresh noise with variance σ instead of σ². At which eta would no test find it?",
        {"case": "covariance"},
        (
            Option("At none: wrong is wrong", "Try eta = 0. How much fresh noise is drawn there?", "fault-everywhere"),
            Option("At eta = 0", "Yes. There σ is 0, and so is its square."),
            Option("At eta = 1", "There σ is largest, and σ differs from σ² at every step.", "variance-or-deviation"),
        ),
        hides,
        _hides_told,
        "curves",
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
                "What is added must be drawn. The predicted noise follows from the picture, and is not random.",
                "any-noise",
            ),
            Option("do not change at all", "Yes. The predicted noise is a function of the picture: nothing is drawn."),
        ),
        reseed,
        _reseed_told,
        "results",
    ),
)
