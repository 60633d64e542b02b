"""Questions of the lab page, levels 1 and 2: eta, a new start, the number of steps, what one step is made of."""

from collections.abc import Callable
from typing import Any

from ddim_lab.run import Run
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.digits import evidence
from ddim_lab.teaching.pages.digits.claims import CLAIMS
from ddim_lab.teaching.questions import Action, Option, Question

OPENING = {
    "eta": 0.0, "S": 10, "spacing": "trailing", "schedule": "linear", "T": 1000,
    "guidance": 1.0, "clip": "none", "sigma_hat": False,
}  # fmt: skip


def opens(**changed: Any) -> dict[str, Any]:
    """The settings a question opens. Seed, digit and number of images stay the learner's."""
    return OPENING | changed


def question(
    key: str,
    level: int,
    prompt: str,
    state: dict[str, Any],
    answer: Callable[[], int],
    options: tuple[Option, ...],
    *claims: str,
    do: Action | None = None,
    hides: tuple[str, ...] = (),
    holds: tuple[str, ...] = (),
) -> Question:
    """A question that rests on the sentences called `claims`."""
    return Question(key, level, prompt, state, options, answer, chosen(CLAIMS, *claims), do, hides, holds)


def stays() -> int:
    """How many columns of the film agree at eta 0 and eta 1: none, the first, all."""
    quiet, noisy = (measure.film(Run.named(eta=eta)) for eta in (0.0, 1.0))
    same = [bool((left.x_t == right.x_t).all()) for left, right in zip(quiet, noisy, strict=True)]
    verdicts = {0: 0, 1: 1, len(same): 2}
    if sum(same) not in verdicts or (sum(same) == 1 and not same[0]):
        raise RuntimeError(f"no option speaks of these columns: {same}")
    return verdicts[sum(same)]


def new_start() -> int:
    """At eta 0, two starts end: at the same pictures, at nearly the same, or at others."""
    first, other = (measure.pictures(Run.named(), seed) for seed in (0, 1))
    apart = measure.gap(first, other) / measure.spread(first)
    return 0 if apart == 0 else 1 if apart < 0.2 else 2


def first_guess() -> int:
    """The first guess is: the final picture, a blurred average, or noise as strong as the start's."""
    film = measure.film(Run.named())
    first, final = film[0].x0, film[-1].x_prev
    if measure.gap(first, final) < 0.1 * measure.spread(final):
        return 0
    return 1 if measure.spread(first) < 0.5 * measure.spread(final) else 2


def sharper_guess() -> int:
    """The spread of the first guesses is larger at eta 0, larger at eta 1, or the same."""
    low, high = (measure.spread(measure.film(Run.named(eta=eta))[0].x0) for eta in (0.0, 1.0))
    return 2 if low == high else 0 if low > high else 1


def retraining() -> int:
    """Of the levels a run with 10 steps asks for, the network has practised: all, some, none."""
    practised = evidence.practised(Run.named(S=10))
    return 0 if all(practised) else 1 if any(practised) else 2


def settling() -> int:
    """From 10 to 50 to 250 steps: the pictures become others, the second change is as large, or clearly smaller."""
    ten, fifty, many = (measure.pictures(Run.named(S=S)) for S in (10, 50, 250))
    first, second = measure.gap(ten, fifty), measure.gap(fifty, many)
    if max(first, second) > measure.spread(many):
        return 0
    return 2 if second < 0.5 * first else 1


def put_back() -> int:
    """From eta 1 to eta 0, the predicted noise put back in the first step: grows, stays, shrinks."""
    noisy, quiet = (float(Run.named(eta=eta).put_back[0]) for eta in (1.0, 0.0))
    return 0 if quiet > noisy else 1 if quiet == noisy else 2


def radius() -> int:
    """From eta 0 to eta 1, the noise of the next picture, both legs together: grows, shrinks, stays."""
    quiet, noisy = (float(evidence.total_noise(Run.named(eta=eta))[0]) for eta in (0.0, 1.0))
    if abs(noisy - quiet) < 1e-12:
        return 2
    return 0 if noisy > quiet else 1


def share() -> int:
    """From 10 to 1000 steps at eta 1, the typical share of fresh noise: rises, falls, stays (to one percent)."""
    few, many = (measure.fresh_share(Run.named(eta=1.0, S=S)) for S in (10, 1000))
    return 2 if abs(few - many) < 0.01 else 0 if many > few else 1


def half() -> int:
    """sigma at eta 0.5 as a part of sigma at eta 1: a quarter, a half, or the root of a half."""
    part = float(Run.named(eta=0.5).sigma[0] / Run.named(eta=1.0).sigma[0])
    candidates = (0.25, 0.5, 0.5**0.5)
    return min(range(3), key=lambda i: abs(candidates[i] - part))


FIRST: tuple[Question, ...] = (
    question(
        "eta-same", 1,
        "Drag eta. Which pictures stay the same?",
        opens(), stays,
        (
            Option(
                "None of them",
                "Move the slider to and fro, and look at the beginning of the film. Does that picture move?",
                "eta-start",
            ),
            Option("The start", "Yes. It was there before eta had anything to say."),
            Option(
                "All of them",
                "A small change is easy to miss. Drag eta from one end to the other, and watch the end of the film.",
                "eta-nothing",
            ),
        ),
        "start-stays",
        do=Action("Now drag eta from 0 to 1 and back, and watch the whole film.", "eta", "eta-changed"),
    ),
    question(
        "first-guess", 1,
        "What the network believes is still covered. What will its very first picture be like?",
        opens(), first_guess,
        (
            Option(
                "The finished digit already",
                "The network sees no more than you do. Look at the start of the film: could you read a digit in it?",
                "final-image",
            ),
            Option("A blurred average", "Yes. The network has seen only noise, so it plays safe."),
            Option(
                "Noise, like the start",
                "That is what the sampler holds. Look at its end: which of the two should a belief in it resemble?",
                "still-noise",
            ),
        ),
        "first-guess-average", "guess-sharpens",
        holds=("belief",),
    ),
    question(
        "new-start", 1,
        "eta is 0, so nothing is random on the way. A 3 is asked of eight starts. What do they bring?",
        opens(digit="3"), new_start,
        (
            Option(
                "Eight times the same 3",
                "The way is fixed. But look where it begins: is the noise at the start the same for all eight?",
                "no-diversity",
            ),
            Option(
                "Eight 3s that are nearly alike",
                "Follow the film back to its beginning. What else is there that could decide how a 3 is written?",
                "no-diversity",
            ),
            Option("Eight different 3s", "Yes. The variety comes from the start, and there are endless starts."),
        ),
        "starts-decide",
        hides=("results",),
    ),
    question(
        "sharper-guess", 2,
        "The first guess is blurred. Could another eta make it sharper?",
        opens(), sharper_guess,
        (
            Option(
                "Yes, a smaller eta",
                "Drag eta and keep your eye on the first guess. Where in a step does eta come in: before it, or after?",
                "eta-first-guess",
            ),
            Option(
                "Yes, a larger eta",
                "Look at the sum in the step card, from left to right. Which is made first, the guess or the noise?",
                "eta-first-guess",
            ),
            Option("No eta can", "Yes. Drag eta and watch: the first guess does not move."),
        ),
        "first-guess-same",
    ),
    question(
        "retraining", 2,
        "The full walk has 1000 steps. You want to walk only 10. What must be trained again?",
        opens(S=10), retraining,
        (
            Option("Nothing: the network stays as it is", "Yes. It is the same network, called less often."),
            Option(
                "A little, for the long strides",
                "Look at one picture of the film: with its noise level it is all the network gets. Is a stride in it?",
                "fine-tuning",
            ),
            Option(
                "Everything, for these 10 steps",
                "Change S and watch how soon the new run is there. Who would have trained in that time?",
                "retraining",
            ),
        ),
        "levels-trained",
    ),
    question(
        "settling", 2,
        "Keep the start, keep eta at 0, and go from 10 to 50 to 250 steps. What happens to the digits?",
        opens(S=10), settling,
        (
            Option(
                "They become different digits",
                "Pin the run of 10 steps, go to 50, and look beside the pinned ones: how many have changed?",
                "step-count-digit",
            ),
            Option(
                "They change as much each time",
                "Open “Path” and compare the gap at its end for 10, 50 and 250 steps.",
                "drift",
            ),
            Option("Each time they change less", "Yes. The runs draw closer and closer to one fine path."),
        ),
        "more-steps-smaller-gap",
    ),
    question(
        "put-back", 2,
        "Open the first step and drag eta from 1 down to 0. The fresh noise goes. What does the predicted noise do?",
        opens(eta=1.0), put_back,
        (
            Option("It grows in its place", "Yes. What is missing in fresh noise is filled up with predicted noise."),
            Option(
                "It stays as it is",
                "Read the weight under “predicted noise, put back” at eta 1, and again at eta 0. Is it the same?",
                "noise-off",
            ),
            Option(
                "It shrinks as well",
                "What would the picture after this step look like then? Compare its RMS at eta 1 and at eta 0.",
                "trade-off",
            ),
        ),
        "legs-trade", "noise-off-collapses",
        do=Action("Now drag eta from 1 down to 0, and watch the second picture of the sum.", "eta", "eta-changed"),
    ),
    question(
        "radius", 2,
        "The radius of the arc is all the noise the next picture will hold. You drag eta up: what does the radius do?",
        opens(), radius,
        (
            Option(
                "It grows: more eta, more noise",
                "Drag the point, and watch both legs, not the upright one alone. Does the point leave its line?",
                "marginals",
            ),
            Option(
                "It shrinks",
                "Drag the point. One leg gets shorter: what does the other one do meanwhile?",
                "marginals",
            ),
            Option("It stays as it is", "Yes. The point moves along the arc; the arc itself stays."),
        ),
        "total-fixed",
    ),
    question(
        "share", 2,
        "eta is 1. Now take 1000 steps in place of 10, with eta still 1. How much of the noise in one step is fresh?",
        opens(eta=1.0), share,
        (
            Option(
                "More than before",
                "There are more steps, but how long is each? Set S to 1000 and look at the curve of sigma.",
                "amount",
                {"S": 5},
            ),
            Option(
                "Much less than before",
                "Yes. The same eta means something else when the steps are short.",
                None,
                {"S": 1000},
            ),
            Option(
                "Just as much: eta is still 1",
                "Read what stands beside eta: a multiple of what? Then set S to 1000 and look at the curve of sigma.",
                "amount",
                {"S": 10},
            ),
        ),
        "eta-is-a-ratio",
    ),
    question(
        "half", 2,
        "The curve shows sigma, how strong the fresh noise is at each step, for eta 1. Where will it be for eta 0.5?",
        opens(eta=1.0), half,
        (
            Option(
                "At a quarter of the height",
                "Is that said of sigma, or of its square, the variance? Look which of the two the chart shows.",
                "variance-or-deviation",
                {"eta": 0.25},
            ),
            Option("At half the height", "Yes. Half the eta, half the sigma, at every step.", None, {"eta": 0.5}),
            Option(
                "At about 0.7 of the height",
                "A root was taken there. Look at the chart: does it show sigma, or sigma squared?",
                "variance-or-deviation",
                {"eta": 0.7071},
            ),
        ),
        "half-eta-half-sigma",
        hides=("sigma-formula",),
    ),
)  # fmt: skip
