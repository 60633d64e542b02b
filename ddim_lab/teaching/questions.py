"""What a question is: the state it opens, options that each answer a misconception, and an answer the core computes.

Predict, commit, reveal, explain (Crouch, Fagen, Callan & Mazur 2004, "Classroom demonstrations: learning tools or
entertainment?"): the browser gets `public` before the guess and `reveal` after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ddim_lab import checks
from ddim_lab.teaching.claims import Claim, tell


@dataclass(frozen=True)
class Option:
    """One answer. `reply` speaks to who chose it; `ghost`: changed settings whose sigma curve is the guess."""

    text: str
    reply: str
    misconception: str | None = None  # a key of `ddim_lab.errata.misconceptions`; None for what is right
    ghost: dict[str, Any] | None = None


@dataclass(frozen=True)
class Question:
    """One prediction. `state`: the settings it opens, by name; `answer` computes the index of the right option.

    What is explained after the guess is made of `claims`, which are checked.
    """

    key: str
    level: int
    prompt: str
    state: dict[str, Any]
    options: tuple[Option, ...]
    answer: Callable[[], int]
    claims: tuple[Claim, ...]

    @property
    def explanation(self) -> str:
        """What the core says to it, with its numbers computed now."""
        return tell(self.claims)


def public(question: Question) -> dict[str, Any]:
    """What a browser may know before the guess: neither the answer nor a reply."""
    return {
        "key": question.key,
        "level": question.level,
        "prompt": question.prompt,
        "state": dict(question.state),
        "options": [{"text": option.text} for option in question.options],
    }


def reveal(question: Question, choice: int) -> dict[str, Any]:
    """What follows the guess `choice` (an index into the options): right index, reply, explanation, ghost.

    Raises TypeError if `choice` is no integer, ValueError if there is no such option.
    """
    choice = checks.integer("the choice", choice, 0, len(question.options) - 1)
    option = question.options[choice]
    return {
        "right": question.answer(),
        "reply": option.reply,
        "explanation": question.explanation,
        "ghost": None if option.ghost is None else dict(option.ghost),
    }


def pick(questions: tuple[Question, ...], key: str) -> Question:
    """The question called `key`. Raises ValueError, naming those there are."""
    for question in questions:
        if question.key == key:
            return question
    raise ValueError(f"there is no question {key!r}; known are {', '.join(question.key for question in questions)}")
