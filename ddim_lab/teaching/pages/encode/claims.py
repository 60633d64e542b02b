"""The sentences of the page "Encode and edit", and what they measure on digits that the shipped model drew."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from ddim_lab.run import Run
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.guidance import GUIDANCE

if TYPE_CHECKING:
    from torch import Tensor

RUN = Run.named()
N = 4  # digits that an answer is measured on: 2, 3, 4 and 5 of the default run
FIRST = 2
LABELS = tuple(range(FIRST, FIRST + N))
FEW, FINE = 2, 250  # digits and steps of a code that is walked in many
OTHER = 7  # the label they are changed to


@cache
def digits() -> "Tensor":
    """The digits of the default run that are encoded, as its pictures show them: (N, 1, 28, 28)."""
    from ddim_lab import noise, sampler

    x_T = noise.initial_noise(N, (1, 28, 28), first=FIRST)
    walk = sampler.sample(measure.asked_for(LABELS), x_T, RUN.schedule, RUN.tau, first=FIRST)
    return sampler.last(walk).x_prev.clamp(-1, 1)


@cache
def code(implicit: bool = False) -> "Tensor":
    """Their codes in ten steps."""
    from ddim_lab import sampler
    from ddim_lab.latents import encoding, looks

    extra = looks.INVERSE if implicit else {}
    return sampler.last(
        encoding.encode(measure.asked_for(LABELS), digits(), RUN.schedule, RUN.tau, implicit, **extra)
    ).x_t


@cache
def back(implicit: bool = False, eta: float = 0.0) -> "Tensor":
    """Those codes decoded again."""
    from ddim_lab import sampler

    return sampler.last(
        sampler.sample(measure.asked_for(LABELS), code(implicit), RUN.schedule, RUN.tau, eta=eta)
    ).x_prev


def error(implicit: bool = False, eta: float = 0.0) -> float:
    """The mean squared error of what comes back, on grey levels 0 to 1."""
    from ddim_lab.latents import looks

    return sum(looks.squared_errors(back(implicit, eta), digits())) / N


@cache
def changed(start: int) -> tuple[int, ...]:
    """What the judge reads after noise up to step `start` of ten, and the way down under the label `OTHER`."""
    from ddim_lab import sampler
    from ddim_lab.latents import editing

    walk = editing.edit(measure.asked_for((OTHER,) * N), digits(), RUN.schedule, RUN.tau, start=int(RUN.tau[start - 1]))
    return tuple(measure.digits_read(sampler.last(walk).x_prev))


@cache
def halfway() -> float:
    """The length of a code halfway on the straight line between two codes of noise."""
    from ddim_lab import noise
    from ddim_lab.latents import interpolation, looks

    code_7, code_8 = (noise.initial_noise(1, (1, 28, 28), first=image) for image in (7, 8))
    return looks.lengths(interpolation.straight(code_7, code_8, 0.5))[0]


def encoded_again() -> bool:
    """Whether a second encoding gives the very same codes."""
    from ddim_lab import sampler
    from ddim_lab.latents import encoding

    again = encoding.encode(measure.asked_for(LABELS), digits(), RUN.schedule, RUN.tau)
    return bool((sampler.last(again).x_t == code()).all())


def kept_digits(pictures: "Tensor") -> int:
    """How many of them are read as the digit that they were."""
    return sum(seen == label for seen, label in zip(measure.digits_read(pictures), LABELS, strict=True))


def share_changed(start: int) -> float:
    """The share that `changed` made the other digit of."""
    return sum(digit == OTHER for digit in changed(start)) / N


def _way_is_the_samplers() -> bool:
    """No dice: twice the same code, and in the known world the implicit way up undoes the way down."""
    from ddim_lab import sampler
    from ddim_lab.latents import encoding

    x_T = measure.start()
    x_0 = measure.pictures(RUN)
    up = encoding.encode(measure.KNOWN_WORLD.eps, x_0, RUN.schedule, RUN.tau, implicit=True)
    return encoded_again() and measure.gap(sampler.last(up).x_t, x_T) < 1e-6


def errors_back() -> dict[str, float]:
    """The mean squared error of what comes back: encoded explicitly, implicitly, and decoded with eta 1."""
    return {"digits": N, "explicit": error(), "implicit": error(True), "noisy": error(True, 1.0)}


def _solving_comes_back() -> bool:
    errors = errors_back()
    return errors["implicit"] < errors["explicit"] / 60


def _only_the_label_is_left() -> bool:
    errors = errors_back()
    return errors["noisy"] > 100 * errors["implicit"] and kept_digits(back(True, 1.0)) > N / 2


def lengths() -> dict[str, float]:
    """The length of the code halfway on the straight line."""
    return {"halfway": halfway()}


def _line_is_short() -> bool:
    """The straight middle is shorter than either end; on the sphere the middle is as long as they are."""
    from ddim_lab import noise
    from ddim_lab.latents import interpolation, looks

    ends = code_7, code_8 = [noise.initial_noise(1, (1, 28, 28), first=image) for image in (7, 8)]
    (sphere,) = looks.lengths(interpolation.interpolate(code_7, code_8, 0.5))
    shortest = min(looks.lengths(end)[0] for end in ends)
    return abs(halfway() - 0.5**0.5) < 0.05 and halfway() < 0.8 * shortest < 0.9 * sphere


def turned() -> dict[str, float]:
    """The percentage that becomes the other digit: turned at t = 200, at t = 1000."""
    return {name: 100 * share_changed(start) for name, start in (("low", 2), ("high", 10))}


def cloud_numbers() -> dict[str, float]:
    """How far neighbours go together in a cloud and in its code, and the code's variance."""
    from ddim_lab.teaching.pages.encode import clouds

    cloud, code = clouds.looks_of_both()
    return {"cloud": cloud.neighbours, "code": abs(code.neighbours), "variance": code.variance, "many": FINE}


@cache
def likenesses() -> Mapping[str, float]:
    """How alike codes and pictures are, the mean of two digits, with 10 and with 250 steps."""
    from ddim_lab import sampler
    from ddim_lab.latents import encoding, looks

    likeness, pictures = {}, digits()[:FEW]
    for name, S in (("coarse", RUN.S), ("fine", FINE)):
        run = Run.named(S=S)
        codes = sampler.last(encoding.encode(measure.asked_for(LABELS[:FEW]), pictures, run.schedule, run.tau)).x_t
        alike = [looks.likeness(code[None], picture[None]) for code, picture in zip(codes, pictures, strict=True)]
        likeness[name] = sum(alike) / FEW
    return MappingProxyType(likeness)


def _code_is_like_its_picture() -> bool:
    """Ten steps leave most of the picture in the code, 250 much less; the exact world's code is noise."""
    alike, known = likenesses(), cloud_numbers()
    is_noise = known["code"] < 0.05 and abs(known["variance"] - 1) < 0.1 and known["cloud"] > 0.7
    return alike["coarse"] > 0.8 and 0.08 < alike["fine"] < 0.5 * alike["coarse"] and is_noise


NOTES: dict[str, Claim] = {
    "code": Claim(
        "code-still-like",
        "Why one still sees the digit: the steps are few, and the network is small. Compare “likeness to its picture” "
        "with that at S = {many}: more steps leave less of it. Where the noise is known exactly (a cloud, beside it), "
        "the neighbours' correlation of {cloud:.2f} falls to {code:.2f}: that code is noise.",
        {"eta": 0.0},
        _code_is_like_its_picture,
        numbers=cloud_numbers,
    ),
    "guidance": GUIDANCE,
}

CLAIMS: tuple[Claim, ...] = (
    NOTES["code"],
    Claim(
        "way-up-has-no-dice",
        "Encoding adds no noise. It walks the way of the sampler backwards, and at eta 0 that way has no dice in it.",
        {"eta": 0.0},
        _way_is_the_samplers,
    ),
    Claim(
        "solving-comes-back",
        "Over {digits} digits the mean squared error is {explicit:.4f} for the explicit way and {implicit:.6f} for the "
        "implicit one. Explicit: the network is asked at the old place. Implicit: at the new one, again and again, "
        "until the step fits. That costs more network calls.",
        {"eta": 0.0},
        _solving_comes_back,
        numbers=errors_back,
    ),
    Claim(
        "noise-leads-elsewhere",
        "The error rises from {implicit:.6f} to {noisy:.3f}. Only eta 0 walks back the way it came: "
        "fresh noise leads somewhere else, and only the label is left.",
        {"eta": 1.0},
        _only_the_label_is_left,
        numbers=errors_back,
    ),
    Claim(
        "line-cuts-through",
        "It is {halfway:.2f}. Two codes of noise stand at nearly a right angle, and the middle of the line is "
        "nearer to zero than either end. The network never saw such quiet noise. The sphere keeps the length.",
        {},
        _line_is_short,
        numbers=lengths,
    ),
    Claim(
        "level-decides",
        "Turned at t = 200, {low:.0f} % become a seven; turned at t = 1000, {high:.0f} %. The level decides how much "
        "of the picture is left to hold on to.",
        {"eta": 0.0},
        lambda: turned()["low"] < 50 < turned()["high"],
        numbers=turned,
    ),
)
