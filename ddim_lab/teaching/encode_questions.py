"""Questions of the page "Encode and edit". The core computes every answer, on digits that the shipped model drew."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ddim_lab.schedule import NoiseSchedule
from ddim_lab.spacing import trailing
from ddim_lab.teaching.questions import Option, Question

if TYPE_CHECKING:
    from torch import Tensor

SCHEDULE = NoiseSchedule.linear()
N = 4  # digits that an answer is measured on: 2, 3, 4 and 5 of the default run
FIRST = 2
LABELS = tuple(range(FIRST, FIRST + N))
OTHER = 7  # the label they are changed to
TEN = trailing(1000, 10)


@cache
def _model() -> Any:
    from ddim_lab.model.denoiser import load_denoiser

    return load_denoiser(device="cpu")


def _bound(labels: tuple[int, ...]) -> Any:
    import torch

    return partial(_model(), label=torch.tensor(labels))


@cache
def digits() -> "Tensor":
    """The digits of the default run that are encoded, as its pictures show them: (N, 1, 28, 28)."""
    from ddim_lab import noise, sampler

    x_T = noise.initial_noise(N, (1, 28, 28), first=FIRST)
    walk = sampler.sample(_bound(LABELS), x_T, SCHEDULE, TEN, first=FIRST)
    return sampler.last(walk).x_prev.clamp(-1, 1)


@cache
def code(implicit: bool = False) -> "Tensor":
    """Their codes in ten steps."""
    from ddim_lab import sampler
    from ddim_lab.latents import encoding, looks

    extra = looks.INVERSE if implicit else {}
    return sampler.last(encoding.encode(_bound(LABELS), digits(), SCHEDULE, TEN, implicit, **extra)).x_t


@cache
def back(implicit: bool = False, eta: float = 0.0) -> "Tensor":
    """Those codes decoded again."""
    from ddim_lab import sampler

    return sampler.last(sampler.sample(_bound(LABELS), code(implicit), SCHEDULE, TEN, eta=eta)).x_prev


def error(implicit: bool = False, eta: float = 0.0) -> float:
    """The mean squared error of what comes back, on grey levels 0 to 1."""
    from ddim_lab.latents import looks

    return sum(looks.squared_errors(back(implicit, eta), digits())) / N


def read(pictures: "Tensor") -> list[int]:
    """What the judge reads."""
    from ddim_lab.model import classifier, mnist

    return classifier.look(classifier.load_classifier(), mnist.to_grey(pictures.numpy()))[1].tolist()


@cache
def changed(start: int) -> tuple[int, ...]:
    """What the judge reads after noise up to step `start` of ten, and the way down under the label `OTHER`."""
    from ddim_lab import sampler
    from ddim_lab.latents import editing

    walk = editing.edit(_bound((OTHER,) * N), digits(), SCHEDULE, TEN, start=int(TEN[start - 1]))
    return tuple(read(sampler.last(walk).x_prev))


def twice() -> int:
    """Two encodings of one picture: the same code, or not."""
    from ddim_lab import sampler
    from ddim_lab.latents import encoding

    again = sampler.last(encoding.encode(_bound(LABELS), digits(), SCHEDULE, TEN)).x_t
    return 0 if bool((again == code()).all()) else 1


def solved() -> int:
    """The explicit error over the implicit one: near 1, near ten, or a hundred and more."""
    factor = error() / error(implicit=True)
    return 0 if factor < 3 else 1 if factor < 60 else 2


def with_noise() -> int:
    """Decoded with eta 1: the picture, another one of the same digit, or nothing that is read as it."""
    if error(True, 1.0) < 100 * error(True):
        return 0
    return 1 if sum(a == b for a, b in zip(read(back(True, 1.0)), LABELS, strict=True)) > N / 2 else 2


@cache
def halfway() -> float:
    """The length of a code halfway on the straight line between two codes of noise."""
    from ddim_lab import noise
    from ddim_lab.latents import interpolation, looks

    one, other = (noise.initial_noise(1, (1, 28, 28), first=image) for image in (7, 8))
    return looks.lengths(interpolation.straight(one, other, 0.5))[0]


def shorter() -> int:
    """Which of 1, .71 and .5 is nearest to it."""
    return min(range(3), key=lambda i: abs((1.0, 0.5**0.5, 0.5)[i] - halfway()))


def _share_changed(start: int) -> float:
    return sum(digit == OTHER for digit in changed(start)) / N


def low_turn() -> int:
    """After noise up to t = 200: sevens, the old digits, or neither, by what most are read as."""
    kept = sum(a == b for a, b in zip(changed(2), LABELS, strict=True)) / N
    return 0 if _share_changed(2) > 0.5 else 1 if kept > 0.5 else 2


def high_turn() -> int:
    """After noise up to t = 1000: the old digits again, or sevens."""
    return 1 if _share_changed(10) > 0.5 else 0


def _solved_told() -> str:
    return (
        f"Over {N} digits the mean squared error is {error():.4f} for the explicit way and {error(True):.6f} for the "
        "implicit one. Explicit: the network is asked at the old place. Implicit: at the new one, again and again, "
        "until the step fits. That costs more network calls."
    )


def _eta_told() -> str:
    return (
        f"The error rises from {error(True):.6f} to {error(True, 1.0):.3f}. Only eta 0 walks back the way it came: "
        "fresh noise leads somewhere else, and only the label is left."
    )


def _half_told() -> str:
    return (
        f"It is {halfway():.2f}. Two codes of noise stand at nearly a right angle, and the middle of the line is "
        "nearer to zero than either end. The network never saw such quiet noise. The sphere keeps the length."
    )


def _turn_told() -> str:
    low, high = (f"{100 * _share_changed(start):.0f} %" for start in (2, 10))
    return (
        f"Turned at t = 200, {low} become a seven; turned at t = 1000, {high}. The level decides how much of the "
        "picture is left to hold on to."
    )


def _question(
    key: str,
    prompt: str,
    state: dict[str, Any],
    options: tuple[Option, ...],
    answer: Callable[[], int],
    explanation: str | Callable[[], str],
    figure: str = "results",
) -> Question:
    return Question(key, 1, prompt, {"eta": 0.0, "S": 10} | state, options, answer, explanation, figure)


QUESTIONS: tuple[Question, ...] = (
    _question(
        "encode-twice",
        "Your digit on the right, its code on the left. If it were encoded a second time, would the code be another?",
        {"do": "code"},
        (
            Option("The same code", "Yes. No noise is drawn on the way up."),
            Option("Another code: other noise", "Nothing is added on the way. Watch it again.", "encoding"),
        ),
        twice,
        "Encoding adds no noise. It walks the way of the sampler backwards, and at eta 0 that way has no dice in it.",
        "film",
    ),
    _question(
        "encode-solved",
        "“Explicit” takes one network call a step, “implicit” solves each step. How much smaller is its error?",
        {"do": "code", "inverse": "explicit"},
        (
            Option("Hardly: the steps are the same", "Compare the numbers under the pictures.", "guess-is-inverse"),
            Option("About ten times", "It is more than that. Compare the numbers under the pictures.",
                   "guess-is-inverse"),
            Option("A hundred times and more", "Yes. Solving a step undoes it."),
        ),
        solved,
        _solved_told,
        "curves",
    ),
    _question(
        "encode-eta",
        "The same code, decoded with eta 1. What comes back?",
        {"do": "code", "inverse": "implicit"},
        (
            Option("Your digit", "Drag eta to 1 and look at the lower right end of the film.", "eta-nothing"),
            Option("The same digit in another hand", "Yes. The label stays, the handwriting goes."),
            Option("Nothing readable", "The sampler still draws digits, whatever its eta.", "amount"),
        ),
        with_noise,
        _eta_told,
        "film",
    ),
    _question(
        "encode-halfway",
        "Two codes as long as noise: length 1. How long is the code halfway on the straight line between them?",
        {"do": "blend"},
        (
            Option("1 as well", "Read the number under the picture on the straight line.", "straight-middle"),
            Option("About 0.7", "Yes. The line cuts through the sphere."),
            Option("About 0.5", "0.5 is the variance, (1/2)² + (1/2)². A length goes with its root.",
                   "variance-or-deviation"),
        ),
        shorter,
        _half_told,
    ),
    _question(
        "encode-turn",
        "Noise is added up to t = 200 only, then the label is a 7. What do a 2, a 3, a 4 and a 5 become?",
        {"do": "change", "way": "noise"},
        (
            Option("Sevens", "Drag “How far up” to 2 of 10 and look at the seven.", "label-rules"),
            Option("They stay what they were", "Yes. Too much of them is left."),
            Option("Neither", "The way down always ends at something like a digit.", "label-rules"),
        ),
        low_turn,
        _turn_told,
    ),
)  # fmt: skip
