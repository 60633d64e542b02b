"""The questions of the page "Compare": a prediction before each ready-made comparison, and two of the guide.

The predictions are answered by the very lanes that are on screen, run by the shipped network; the guide's by the world
that is known exactly.
"""

from functools import partial

import numpy as np

from ddim_lab.latents import comparing
from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.compare import claims as measured
from ddim_lab.teaching.pages.compare import measure as lanes
from ddim_lab.teaching.pages.compare.claims import CLAIMS
from ddim_lab.teaching.pages.compare.comparisons import COMPARISONS
from ddim_lab.teaching.pages.compare.measure import FIRST
from ddim_lab.teaching.questions import Option, Question, pick


def noise_off() -> int:
    """The eight results without noise are: as varied as DDPM's, nearly all alike, or out of range with noise."""
    if lanes.beyond("compare-off", 1) > 0.01:
        return 2
    return 1 if lanes.variety("compare-off", 1) < 0.3 * lanes.variety("compare-off", 0) else 0


def steps(key: str) -> int:
    """From 10 to 100 steps the pictures: stay the same to the eye, become others, or (some of each) are no answer."""
    moved = lanes.apart(key, 3, FIRST) > comparing.VISIBLE
    if moved.any() != moved.all():
        raise RuntimeError(f"no option speaks of pictures of which some move: {moved.tolist()}")
    return 1 if moved.all() else 0


def calls() -> int:
    """Of five calls each, nearest to fifty steps: DDIM, 2M, or 2S."""
    return list(measured.SOLVED).index(min((far := measured.at_few_calls()), key=lambda name: far[name]))


def spacing() -> int:
    """Of ten steps, nearest to fifty even ones: trailing, leading, or quadratic."""
    return int(np.argmin([*measured.spacings().values()]))


def clip() -> int:
    """Clipped with the noise kept: the same digits, or other and broken ones, or just paler ones."""
    wrong = measured.misread()["kept"]
    return 1 if wrong > 4 else 0 if (lanes.apart("compare-clip", 2) < comparing.VISIBLE).all() else 2


def hat() -> int:
    """sigma-hat beside eta 1: grainy, smoother, or nothing to see."""
    larger, plain = (lanes.beyond("compare-hat", lane) for lane in (2, 1))
    return 0 if larger > plain + 0.05 else 2 if larger == plain else 1


def noises() -> int:
    """At eta 0.5, of eight noises on one start, how many are still the picture of eta 0: eight, half, hardly any."""
    same = int((lanes.apart("compare-noises", 1) <= comparing.VISIBLE).sum())
    return 0 if same == lanes.N else 2 if same <= 1 else 1


def part_ways() -> int:
    """DDPM, DDPM without noise and DDIM differ in: x_T, the first belief, or only what comes after it."""
    ddpm, *others = measured.first_steps().values()
    if not all(bool((step.x_t == ddpm.x_t).all()) for step in others):
        return 0
    return 2 if all(bool((step.x0 == ddpm.x0).all()) for step in others) else 1


def far_is_wrong() -> int:
    """Two lanes far apart: is the second wrong (its spread is off), or both right (or: no distance at all)?"""
    far = measured.far_apart()
    if far["gap"] < 0.1 * far["right"]:
        return 2
    return 1 if all(abs(far[name] / far["right"] - 1) < 0.05 for name in ("ddim", "ddpm")) else 0


_told = partial(chosen, CLAIMS)
QUESTIONS: tuple[Question, ...] = (
    Question(
        "compare-off", 1,
        "Lane 2 keeps DDPM's formula and sets z to 0. What will its eight results be like?",
        {},
        (
            Option(
                "Eight different 3s, as in the others",
                "Compare lanes 1 and 3: where does each get its variety from? Which of these does lane 2 still have?",
                "noise-off",
            ),
            Option("Nearly the same 3, eight times", "Yes. The variety is gone."),
            Option(
                "Noisy: nothing cleans them",
                "Follow lane 1 from left to right: what does every step do with the noise it finds?",
                "trade-off",
            ),
        ),
        noise_off, _told("off-varies-less", "off-shrinks", "ddim-puts-back"),
    ),
    Question(
        "compare-steps", 1,
        "Lanes 2 to 4 take 20, 50 and 100 steps from the same start. What will they draw?",
        {},
        (
            Option("The same pictures, a little finer", "Yes. The start decides which picture."),
            Option(
                "Other pictures of the same digits",
                "At eta 0, what beside the start could decide? Look for anything that is drawn on the way.",
                "drift",
            ),
        ),
        lambda: steps("compare-steps"), _told("steps-move-little"),
    ),
    Question(
        "compare-noisy-steps", 1,
        "And at eta 1, from the same starts: what will 20, 50 and 100 steps draw?",
        {},
        (
            Option(
                "The same pictures, a little finer",
                "Is the start still all that is random? Count what is drawn on the way of lane 1.",
                "eta-nothing",
            ),
            Option("Other pictures of the same digits", "Yes. The start is not alone any more."),
        ),
        lambda: steps("compare-noisy-steps"), _told("noisy-steps-move-far"),
    ),
    Question(
        "compare-calls", 1,
        "Five network calls each. Which lane will come nearest to the fifty steps of lane 1?",
        {},
        (
            Option(
                "Lane 2, DDIM's own step",
                "Count the steps of lane 3, and compare what each of them goes by.",
                "plain-step",
            ),
            Option("Lane 3, 2M: it looks ahead", "Yes. Five steps, and each looks a little ahead."),
            Option(
                "Lane 4, 2S: it asks twice a step",
                "Count its steps on the ruler: how long are they for the same number of calls?",
                "order-wins",
            ),
        ),
        calls, _told("calls-few", "calls-more"),
    ),
    Question(
        "compare-spacing", 1,
        "Ten steps each. Which lane comes nearest to the fifty of lane 1?",
        {},
        (
            Option(
                "Lane 2, even steps that end at T",
                "Read the distances from lane 1, to the second digit: which is the least?",
                "starts-at-T",
            ),
            Option("Lane 3, even steps that start at 1", "Yes. On these digits, by a little."),
            Option(
                "Lane 4, dense near the digit",
                "Follow lane 1: at which times is the shape decided? Look how long this lane's strides are there.",
                "uniform",
            ),
        ),
        spacing, _told("spacings-close"),
    ),
    Question(
        "compare-clip", 1,
        "Lane 3 clips the predicted x0 but keeps the noise that was predicted with it. Its digits will be …",
        {},
        (
            Option(
                "the same, within the range",
                "Look at lanes 2 and 3, step by step: from which picture on do they part?",
                "clip-safe",
            ),
            Option("other and broken shapes", "Yes. Clipping is no mere cosmetics."),
            Option("the same, but paler", "Look at the shapes, not at the grey: what would you read?", "clip-safe"),
        ),
        clip, _told("clip-misread", "clip-adds-up"),
    ),
    Question(
        "compare-hat", 1,
        "Lane 3 adds the larger noise of DDPM. After ten steps its pictures will be …",
        {},
        (
            Option("speckled with fine grain", "Yes. The last steps cannot clean them."),
            Option(
                "smoother and more varied",
                "Look at the background of lane 3, where no stroke is. What do you see?",
                "more-noise",
            ),
            Option(
                "as those of lane 2",
                "Compare the sigma of both in the lab, at ten steps. Then look at the backgrounds here.",
                "eta-nothing",
            ),
        ),
        hat, _told("hat-out-of-range"),
    ),
    Question(
        "compare-noises", 1,
        "Lane 1 is eta 0: eight times the same picture. At eta 0.5, how many of the eight will still be it?",
        {},
        (
            Option(
                "All eight, a little changed",
                "Look at lane 2, one picture after the other: how many can you tell from lane 1?",
                "amount",
            ),
            Option(
                "About half of them",
                "What is eta a share of: of pictures, or of something within a step? Look at lane 2 and count.",
                "eta-half",
            ),
            Option("Hardly any, if one at all", "Yes. Each noise goes its own way."),
        ),
        noises, _told("noise-decides-digit"),
    ),
    Question(
        "compare-ways", 1,
        "DDPM, DDPM without noise and DDIM: where do the three lanes part?",
        {"ready": "compare-off"},
        (
            Option(
                "At the very start: x_T differs",
                "Scrub all the way to the left and compare the lanes.",
                "eta-start",
            ),
            Option(
                "At the first predicted x0",
                "What is it made from? Scrub all the way to the left and compare it between the lanes.",
                "eta-first-guess",
            ),
            Option("Only after the first belief", "Yes. Same start, same first belief."),
        ),
        part_ways, _told("lanes-part-late"), hides=("films",),
    ),
    Question(
        "compare-far", 1,
        "DDPM's picture is far from DDIM's, from the same start. So one of the two is worse?",
        {"ready": "compare-off"},
        (
            Option(
                "Yes, the one further from lane 1",
                "Make lane 3 the first one and measure again: which is the far one now? Look at the digits themselves.",
                "far-is-wrong",
            ),
            Option("No, both may be as good", "Yes. They are two pictures of one crowd."),
            Option(
                "No, they are the same picture",
                "Look at both once more: the same stroke in the same place?",
                "eta-nothing",
            ),
        ),
        far_is_wrong, _told("far-and-both-right"),
    ),
)  # fmt: skip
PREDICTIONS = {comparison.key: pick(QUESTIONS, comparison.key) for comparison in COMPARISONS}
GUIDED = tuple(question for question in QUESTIONS if question.key not in PREDICTIONS)
