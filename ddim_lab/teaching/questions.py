"""What a question is: the state it opens, options that each answer a misconception, and an answer the core computes.

Predict, commit, reveal, explain (Crouch, Fagen, Callan & Mazur 2004, "Classroom demonstrations: learning tools or
entertainment?"): the browser gets `public` before the guess and `reveal` after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ddim_lab import checks

FIGURES = ("film", "sigma", "arc", "results", "ruler", "step", "curves", "plane", "bell")
LEVELS = (1, 2, 3, 4)

TWELVE = {  # what learners most often believe; each is asked about somewhere in the project
    "noise-off": "DDIM is DDPM without its noise",
    "retraining": "fewer steps need another training",
    "non-markov": "the reverse process is not Markov",
    "amount": "eta is an amount of noise",
    "marginals": "eta changes how noisy each picture is",
    "always-better": "DDIM is always better",
    "alpha": "alpha is alpha_bar",
    "final-image": "the predicted x0 is the final picture",
    "no-diversity": "no fresh noise means no variety",
    "encoding": "encoding a picture is adding noise to it",
    "uniform": "the steps must be evenly spaced",
    "objective": "what the network is trained for depends on sigma",
}
MISCONCEPTIONS = TWELVE | {
    "eta-start": "eta changes the starting noise",
    "eta-nothing": "a small setting cannot change the pictures",
    "eta-first-guess": "eta acts on the first prediction already",
    "variance-or-deviation": "a variance and a standard deviation are the same kind of number",
    "last-noise": "every step adds fresh noise",
    "eta-half": "at its largest, eta mixes half and half",
    "two-schedules": "the noise schedule is the list of steps visited",
    "starts-at-T": "every run starts at T",
    "starts-at-1": "a run starts at its smallest step",
    "crowd-at-noise": "the noisiest steps need the most visits",
    "still-noise": "the first prediction is noise too",
    "trade-off": "less fresh noise leaves less noise altogether",
    "drift": "more steps lead to ever different pictures",
    "step-count-digit": "another number of steps draws another digit",
    "fine-tuning": "fewer steps need at least some training",
    "more-noise": "more fresh noise means more variety",
    "no-answer": "two conditions on one step contradict each other",
    "one-answer": "the marginals fix the whole step",
    "two-answers": "only DDPM and DDIM keep the marginals",
    "one-root": "only one m keeps the variance",
    "free-for-ever": "something always stays free",
    "add-noise": "fresh noise comes on top of the noise that is kept",
    "some-left": "every step keeps a part of x_t",
    "one-picture": "the weights of a step are fitted to one picture",
    "data-yardstick": "a right sampler ends with the data's variance, however few its steps",
    "fault-everywhere": "a wrong formula is wrong at every setting",
    "any-noise": "whatever stands in the place of the fresh noise is random",
    "guess-is-inverse": "one guess undoes a step exactly",
    "straight-middle": "the middle of two codes is their mean",
    "label-rules": "the label decides, whatever is left of the picture",
    "more-steps-heal": "enough steps make any sampler right",
    "clip-safe": "clipping a belief to its range cannot hurt",
    "far-is-wrong": "of two pictures far apart one must be worse",
    "floor-zero": "real pictures are at distance 0 from real pictures",
    "floor-beaten": "a drawn digit can be more real than a real one",
    "smaller-is-better": "of two measured numbers the smaller one is the better setting",
    "weights-never": "weights never matter for the best network",
    "carries-over": "what holds for one data set holds for another, number for number",
}


@dataclass(frozen=True)
class Option:
    """One answer. `reply` speaks to who chose it; `ghost`: changed settings whose sigma curve is the guess."""

    text: str
    reply: str
    misconception: str | None = None  # a key of MISCONCEPTIONS; None for what is right
    ghost: dict[str, Any] | None = None


@dataclass(frozen=True)
class Question:
    """One prediction. `state`: the settings it opens, by name; `answer` computes the index of the right option.

    `figure` (one of FIGURES) is where to look; `claims` names the checked sentences (`ddim_lab.teaching.claims`) that
    prompt, replies and explanation rest on.
    """

    key: str
    level: int
    prompt: str
    state: dict[str, Any]
    options: tuple[Option, ...]
    answer: Callable[[], int]
    explanation: str | Callable[[], str]
    figure: str
    claims: tuple[str, ...] = ()


def public(question: Question) -> dict[str, Any]:
    """What a browser may know before the guess: neither the answer nor a reply."""
    return {
        "key": question.key,
        "level": question.level,
        "prompt": question.prompt,
        "state": dict(question.state),
        "options": [{"text": option.text} for option in question.options],
        "figure": question.figure,
    }


def reveal(question: Question, choice: int) -> dict[str, Any]:
    """What follows the guess `choice` (an index into the options): right index, reply, explanation, ghost.

    Raises TypeError if `choice` is no integer, ValueError if there is no such option.
    """
    choice = checks.integer("the choice", choice, 0, len(question.options) - 1)
    option = question.options[choice]
    explanation = question.explanation
    return {
        "right": question.answer(),
        "reply": option.reply,
        "explanation": explanation if isinstance(explanation, str) else explanation(),
        "ghost": None if option.ghost is None else dict(option.ghost),
    }


def pick(questions: tuple[Question, ...], key: str) -> Question:
    """The question called `key`. Raises ValueError, naming those there are."""
    for question in questions:
        if question.key == key:
            return question
    raise ValueError(f"there is no question {key!r}; known are {', '.join(question.key for question in questions)}")
