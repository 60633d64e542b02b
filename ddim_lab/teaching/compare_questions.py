"""The questions of the page "Compare": a prediction before each ready-made comparison, and two of the guide.

The predictions are answered by the very lanes that are on screen, run by the shipped network; the guide's by the world
that is known exactly.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ddim_lab.latents import comparing
from ddim_lab.teaching import compare_measure as lanes
from ddim_lab.teaching import measure
from ddim_lab.teaching.comparisons import COMPARISONS
from ddim_lab.teaching.questions import Option, Question, pick

MANY = 1000
FIRST = 3  # images that stand for all eight where a lane takes a hundred steps


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


def spacing() -> int:
    """Of ten steps, nearest to fifty even ones: trailing, leading, or quadratic."""
    return int(np.argmin([lanes.apart("compare-spacing", lane, 4).mean() for lane in (1, 2, 3)]))


def clip() -> int:
    """Clipped with the noise kept: the same digits, or other and broken ones, or just paler ones."""
    wrong = lanes.wrongly_read("compare-clip", 2)
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
    ddpm, ddim = (measure.film({"eta": eta})[0] for eta in (1.0, 0.0))
    off = next(_off())
    if not all(bool((one.x_t == ddpm.x_t).all()) for one in (ddim, off)):
        return 0
    if not all(bool((one.x0 == ddpm.x0).all()) for one in (ddim, off)):
        return 1
    return 2


def _off() -> Iterator[Any]:
    state = measure.full({})
    return comparing.noise_off(
        measure.KNOWN_WORLD.eps, measure.start(state), measure.schedule_of(state), measure.tau_of(state)
    )


def far_is_wrong() -> int:
    """Two lanes far apart: is the second wrong (its spread is off), or both right (or: no distance at all)?"""
    one, other = (measure.pictures({"eta": eta, "S": MANY}) for eta in (0.0, 1.0))
    if measure.gap(one, other) < 0.1 * measure.STD:
        return 2
    spreads = [measure.exact_spread({"eta": eta, "S": MANY}) for eta in (0.0, 1.0)]
    return 1 if all(abs(found / measure.STD - 1) < 0.05 for found in spreads) else 0


def _off_told() -> str:
    found = [lanes.variety("compare-off", lane) for lane in range(3)]
    return (
        f"The pixels vary by {found[1]:.2f} over the eight results; with the noise by {found[0]:.2f}, in DDIM by "
        f"{found[2]:.2f}. DDPM's k and m leave room for fresh noise. If none comes, all starts shrink towards one "
        "typical 3. DDIM has another k and m: it puts the predicted noise back instead."
    )


def _steps_told() -> str:
    return (
        f"Between 10 and 100 steps the pictures move by {lanes.apart('compare-steps', 3, FIRST).mean():.2f} only. At "
        "eta 0 the start decides everything; more steps follow the same path more closely."
    )


def _noisy_told() -> str:
    return (
        f"Between 10 and 100 steps they move by {lanes.apart('compare-noisy-steps', 3, FIRST).mean():.2f}, as far as "
        "one picture is from another. A hundred steps draw a hundred fresh noises, and these decide too. None of the "
        "lanes is wrong."
    )


def _spacing_told() -> str:
    trailing, leading, quadratic = (lanes.apart("compare-spacing", lane, 4).mean() for lane in (1, 2, 3))
    return (
        f"From the fifty steps they are {trailing:.3f} (ending at T), {leading:.3f} (starting at 1) and "
        f"{quadratic:.3f} (quadratic) away. All three are close. The paper took quadratic steps for CIFAR10 and even "
        "ones for CelebA: which is best must be measured."
    )


def _clip_told() -> str:
    kept, derived = (lanes.wrongly_read("compare-clip", lane) for lane in (2, 1))
    return (
        f"The judge reads {kept} of 8 wrongly; with the noise re-derived {derived}. Predicted x0 and predicted noise "
        "must add up to x_t. Clip one and keep the other, and each step builds a picture that fits neither."
    )


def _hat_told() -> str:
    return (
        f"{100 * lanes.beyond('compare-hat', 2):.0f} % of its pixels lie more than a tenth outside the range of a "
        f"picture, against {100 * lanes.beyond('compare-hat', 1):.0f} % at eta 1. sigma-hat adds more noise than the "
        "step has room for, and with ten steps there is no time to take it away again."
    )


def _noises_told() -> str:
    found = [len(set(lanes.read("compare-noises", lane))) for lane in range(3)]
    return (
        f"The judge reads {found[0]} digit at eta 0, {found[1]} different ones at 0.5 and {found[2]} at 1. At eta 0 "
        "the start decides alone. Even half of eta lets the fresh noise decide which digit it becomes."
    )


def _ways_told() -> str:
    return (
        "All lanes begin with the same x_T, and the network's first belief is made from it alone: scrub to the left "
        "and switch to “predicted x0”. Only then each lane makes its own next picture of it."
    )


def _far_told() -> str:
    one, other = (measure.pictures({"eta": eta, "S": MANY}) for eta in (0.0, 1.0))
    spreads = [measure.exact_spread({"eta": eta, "S": MANY}) for eta in (0.0, 1.0)]
    return (
        f"In a world of grey values that is known exactly they are {measure.gap(one, other):.2f} apart, and yet both "
        f"crowds spread as the data do: {spreads[0]:.3f} and {spreads[1]:.3f} for {measure.STD:g}. A distance says "
        "that two pictures differ, not which one is better."
    )


YES = "Yes. "
QUESTIONS: tuple[Question, ...] = (
    Question(
        "compare-off", 1,
        "Lane 2 keeps DDPM's formula and sets z to 0. What will its eight results be like?",
        {},
        (
            Option("Eight different 3s, as in the others", "That is what DDIM gives in lane 3.", "noise-off"),
            Option("Nearly the same 3, eight times", YES + "The variety is gone."),
            Option("Noisy: nothing cleans them", "The steps still take noise away, and too much of it.", "trade-off"),
        ),
        noise_off, _off_told, "results",
    ),
    Question(
        "compare-steps", 1,
        "Lanes 2 to 4 take 20, 50 and 100 steps from the same start. What will they draw?",
        {},
        (
            Option("The same pictures, a little finer", YES + "The start decides which picture."),
            Option("Other pictures of the same digits", "Then something beside the start would decide.", "drift"),
        ),
        lambda: steps("compare-steps"), _steps_told, "results",
    ),
    Question(
        "compare-noisy-steps", 1,
        "And at eta 1, from the same starts: what will 20, 50 and 100 steps draw?",
        {},
        (
            Option("The same pictures, a little finer", "That was eta 0. Here each step adds noise.", "eta-nothing"),
            Option("Other pictures of the same digits", YES + "The start is not alone any more."),
        ),
        lambda: steps("compare-noisy-steps"), _noisy_told, "results",
    ),
    Question(
        "compare-spacing", 1,
        "Ten steps each. Which lane comes nearest to the fifty of lane 1?",
        {},
        (
            Option("Lane 2, even steps that end at T", "It is close, but look at the numbers.", "starts-at-T"),
            Option("Lane 3, even steps that start at 1", YES + "On these digits, by a little."),
            Option("Lane 4, dense near the digit", "It takes longer strides where the shape is decided.", "uniform"),
        ),
        spacing, _spacing_told, "results",
    ),
    Question(
        "compare-clip", 1,
        "Lane 3 clips the predicted x0 but keeps the noise that was predicted with it. Its digits will be …",
        {},
        (
            Option("the same, within the range", "That is lane 2, where the noise is derived again.", "clip-safe"),
            Option("other and broken shapes", YES + "Clipping is no mere cosmetics."),
            Option("the same, but paler", "The strokes keep their white. Look at the shapes.", "clip-safe"),
        ),
        clip, _clip_told, "results",
    ),
    Question(
        "compare-hat", 1,
        "Lane 3 adds the larger noise of DDPM. After ten steps its pictures will be …",
        {},
        (
            Option("grainy", YES + "The last steps cannot clean them."),
            Option("smoother and more varied", "More noise is not more variety. Look at the background.", "more-noise"),
            Option("as those of lane 2", "Sigma-hat is a good deal larger when the strides are long.", "eta-nothing"),
        ),
        hat, _hat_told, "results",
    ),
    Question(
        "compare-noises", 1,
        "Lane 1 is eta 0: eight times the same picture. At eta 0.5, how many of the eight will still be it?",
        {},
        (
            Option("All eight, a little changed", "Half of eta is not half of a little. Look at lane 2.", "amount"),
            Option("About half of them", "Eta is no share of pictures that change.", "eta-half"),
            Option("Hardly any", YES + "Each noise goes its own way."),
        ),
        noises, _noises_told, "results",
    ),
    Question(
        "compare-ways", 1,
        "DDPM, DDPM without noise and DDIM: where do the three lanes part?",
        {"ready": "compare-off"},
        (
            Option("At the very start: x_T differs", "Scrub all the way to the left, and compare.", "eta-start"),
            Option("At the first predicted x0", "It is made from x_T alone, before any step.", "eta-first-guess"),
            Option("Only after that", YES + "Same start, same first belief."),
        ),
        part_ways, _ways_told, "film",
    ),
    Question(
        "compare-far", 1,
        "DDPM's picture is far from DDIM's, from the same start. So one of the two is worse?",
        {},
        (
            Option("Yes, the one further from lane 1", "Lane 1 is only where one measures from.", "far-is-wrong"),
            Option("No, both may be as good", YES + "They are two pictures of one crowd."),
            Option("No, they are the same picture", "Compare them: they are two.", "eta-nothing"),
        ),
        far_is_wrong, _far_told, "results",
    ),
)  # fmt: skip
PREDICTIONS = {comparison.key: pick(QUESTIONS, comparison.key) for comparison in COMPARISONS}
GUIDED = tuple(question for question in QUESTIONS if question.key not in PREDICTIONS)
