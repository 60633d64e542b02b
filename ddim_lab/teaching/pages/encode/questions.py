"""Questions of the page "Encode and edit". The core computes every answer, on digits that the shipped model drew."""

from functools import partial

from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.encode import claims as measured
from ddim_lab.teaching.pages.encode.claims import CLAIMS, LABELS, N
from ddim_lab.teaching.questions import Option, Question

OPENING = {"eta": 0.0, "S": 10}


def twice() -> int:
    """Two encodings of one picture: the same code, or not."""
    return 0 if measured.encoded_again() else 1


def solved() -> int:
    """The explicit error over the implicit one: near 1, near ten, or a hundred and more."""
    factor = measured.error() / measured.error(implicit=True)
    return 0 if factor < 3 else 1 if factor < 60 else 2


def with_noise() -> int:
    """Decoded with eta 1: the picture, another one of the same digit, or nothing that is read as it."""
    if measured.error(True, 1.0) < 100 * measured.error(True):
        return 0
    return 1 if measured.kept_digits(measured.back(True, 1.0)) > N / 2 else 2


def shorter() -> int:
    """Which of 1, .71 and .5 is nearest to it."""
    return min(range(3), key=lambda i: abs((1.0, 0.5**0.5, 0.5)[i] - measured.halfway()))


def low_turn() -> int:
    """After noise up to t = 200: sevens, the old digits, or neither, by what most are read as."""
    kept = sum(seen == label for seen, label in zip(measured.changed(2), LABELS, strict=True)) / N
    return 0 if measured.share_changed(2) > 0.5 else 1 if kept > 0.5 else 2


_told = partial(chosen, CLAIMS)

QUESTIONS: tuple[Question, ...] = (
    Question(
        "encode-twice",
        1,
        "Your digit on the right, its code on the left. If it were encoded a second time, would the code be another?",
        OPENING | {"do": "code"},
        (
            Option("The same code", "Yes. No noise is drawn on the way up."),
            Option(
                "Another code: other noise",
                "Watch the way up again, from right to left: at which step is a noise drawn?",
                "encoding",
            ),
        ),
        twice,
        _told("way-up-has-no-dice"),
    ),
    Question(
        "encode-solved",
        1,
        "“Explicit” takes one network call a step, “implicit” solves each step. How much smaller is its error?",
        OPENING | {"do": "code", "inverse": "explicit"},
        (
            Option("Hardly: the steps are the same", "Read the numbers under the pictures of both rows, at one S.",
                   "guess-is-inverse"),
            Option(
                "About ten times",
                "Divide the numbers under the pictures of both rows, at one S. How many noughts are between them?",
                "guess-is-inverse",
            ),
            Option("A hundred times and more", "Yes. Solving a step undoes it."),
        ),
        solved,
        _told("solving-comes-back"),
        holds=("errors",),
    ),
    Question(
        "encode-eta",
        1,
        "The same code, decoded with eta 1. What comes back?",
        OPENING | {"do": "code", "inverse": "implicit"},
        (
            Option(
                "Your digit",
                "Drag eta to 1 and look at the right end of the lower row: is it the picture above it?",
                "eta-nothing",
            ),
            Option("The same digit in another hand", "Yes. The label stays, the handwriting goes."),
            Option(
                "Nothing readable",
                "Drag eta to 1 and look at the right end of the lower row. Which digit would you read?",
                "amount",
            ),
        ),
        with_noise,
        _told("noise-leads-elsewhere"),
    ),
    Question(
        "encode-halfway",
        1,
        "Two codes as long as noise: length 1. How long is the code halfway on the straight line between them?",
        OPENING | {"do": "blend"},
        (
            Option(
                "1 as well",
                "Think of two arrows at a right angle: how far from their foot is the middle between their tips? "
                "Draw it and look.",
                "straight-middle",
            ),
            Option("About 0.7", "Yes. The line cuts through the sphere."),
            Option(
                "About 0.5",
                "What did you halve, a length or its square? Draw two arrows at a right angle, and look at the middle.",
                "variance-or-deviation",
            ),
        ),
        shorter,
        _told("line-cuts-through"),
        holds=("lengths",),
    ),
    Question(
        "encode-turn",
        1,
        "Noise is added up to t = 200 only, then the label is a 7. What do a 2, a 3, a 4 and a 5 become?",
        OPENING | {"do": "change", "way": "noise"},
        (
            Option(
                "Sevens",
                "Drag “How far up” to 2 of 10, and look at what becomes of yours under the label 7.",
                "label-rules",
            ),
            Option("They stay what they were", "Yes. Too much of them is left."),
            Option(
                "Something in between",
                "Drag “How far up” to 2 of 10, and read the ten results one by one. Which digit is each?",
                "label-rules",
            ),
        ),
        low_turn,
        _told("level-decides"),
    ),
)  # fmt: skip
