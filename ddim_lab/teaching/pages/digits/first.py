"""Questions of the lab page, levels 1 and 2: eta, a new start, the number of steps, what one step is made of."""

from collections.abc import Callable
from typing import Any

from ddim_lab.run import Run
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import chosen
from ddim_lab.teaching.pages.digits import evidence
from ddim_lab.teaching.pages.digits.claims import CLAIMS
from ddim_lab.teaching.questions import Option, Question

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
) -> Question:
    """A question that rests on the sentences called `claims`."""
    return Question(key, level, prompt, state, options, answer, chosen(CLAIMS, *claims))


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
                "Look at the far left while you drag: eta does not reach back to the start.",
                "eta-start",
            ),
            Option("The first column", "Yes. The noise at the start and the first guess stay put."),
            Option(
                "All of them",
                "A small change is easy to miss. Drag eta all the way from 0 to 1 and watch the right half.",
                "eta-nothing",
            ),
        ),
        "start-stays",
    ),
    question(
        "first-guess", 1,
        "Find the row “what the network believes”. What is its very first picture like?",
        opens(), first_guess,
        (
            Option(
                "The finished digit already",
                "Compare it with the result at the far right. It is a first guess, and it will change at every step.",
                "final-image",
            ),
            Option("A blurred average", "Yes. The network has seen only noise, so it plays safe."),
            Option(
                "Noise, like the start",
                "That is the other row. This one shows what the network thinks lies behind the noise.",
                "still-noise",
            ),
        ),
        "first-guess-average", "guess-sharpens",
    ),
    question(
        "new-start", 1,
        "eta is 0, so nothing is random on the way. What does a new start bring?",
        opens(), new_start,
        (
            Option(
                "Exactly the same pictures",
                "The way is fixed, but it begins somewhere. A new start is a new beginning.",
                "no-diversity",
            ),
            Option(
                "Nearly the same pictures",
                "The start counts for more than that: at eta 0 it decides the whole picture.",
                "no-diversity",
            ),
            Option("Other pictures", "Yes. The variety comes from the start, and there are endless starts."),
        ),
        "starts-decide",
    ),
    question(
        "sharper-guess", 2,
        "The first guess is blurred. Could another eta make it sharper?",
        opens(), sharper_guess,
        (
            Option(
                "Yes, a smaller eta",
                "eta decides what is done with the guess, afterwards. The guess itself is already made.",
                "eta-first-guess",
            ),
            Option(
                "Yes, a larger eta",
                "Fresh noise comes in after the guess. It has no way to reach back.",
                "eta-first-guess",
            ),
            Option("No, it is the same for every eta", "Yes. Drag eta and watch: the first guess does not move."),
        ),
        "first-guess-same",
    ),
    question(
        "retraining", 2,
        "The full walk has 1000 steps. You want to walk only 10. What must be trained again?",
        opens(S=10), retraining,
        (
            Option("Nothing", "Yes. It is the same network, called less often."),
            Option(
                "A little, for the long strides",
                "The network never sees a stride. It sees one noisy picture and is told how noisy it is.",
                "fine-tuning",
            ),
            Option(
                "Everything, for these 10 steps",
                "The strides belong to the sampler, not to the network. Change S: the new run is there at once.",
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
                "At eta 0 the start leads the way, with few steps or many. Pin the 10-step run and compare.",
                "step-count-digit",
            ),
            Option(
                "They change as much each time",
                "There is one path that all these runs follow. Long steps cut its corners; short ones hardly do.",
                "drift",
            ),
            Option("They settle: each change is smaller", "Yes. The runs draw closer and closer to one fine path."),
        ),
        "more-steps-smaller-gap",
    ),
    question(
        "put-back", 2,
        "Open the first step and drag eta from 1 down to 0. The fresh noise goes. What does the predicted noise do?",
        opens(eta=1.0), put_back,
        (
            Option("It grows", "Yes. What is missing in fresh noise is filled up with predicted noise."),
            Option(
                "It stays as it is",
                "Then DDIM would be DDPM with its noise left out. Watch the other leg of the arc: "
                "it makes up for the loss.",
                "noise-off",
            ),
            Option(
                "It shrinks as well",
                "Then too little noise would be left for the next step. The point stays on the arc, so one leg grows.",
                "trade-off",
            ),
        ),
        "legs-trade", "noise-off-collapses",
    ),
    question(
        "radius", 2,
        "The radius of the arc is all the noise the next picture will hold. You drag eta up: what does the radius do?",
        opens(), radius,
        (
            Option(
                "It grows: more eta, more noise",
                "The fresh noise grows, but the predicted noise gives way to it. Watch both legs.",
                "marginals",
            ),
            Option(
                "It shrinks",
                "The predicted noise shrinks, and the fresh noise takes its place. Watch both legs.",
                "marginals",
            ),
            Option("It stays", "Yes. The point moves along the arc; the arc itself stays."),
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
                "There are more steps, but each is much shorter, and a short step renews little.",
                "amount",
                {"S": 5},
            ),
            Option("Much less", "Yes. The same eta means something else when the steps are short.", None, {"S": 1000}),
            Option(
                "Just as much: eta is still 1",
                "eta is a ratio: it compares with what DDPM, the older sampler, does in a step of that length. "
                "It is not an amount.",
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
                "That is what the variance does, the square of sigma. The curve shows sigma itself.",
                "variance-or-deviation",
                {"eta": 0.25},
            ),
            Option("At half the height", "Yes. Half the eta, half the sigma, at every step.", None, {"eta": 0.5}),
            Option(
                "At about 0.7 of the height",
                "That would be so if the variance went with eta. In the paper it goes with eta squared.",
                "variance-or-deviation",
                {"eta": 0.7071},
            ),
        ),
        "half-eta-half-sigma",
    ),
)  # fmt: skip
