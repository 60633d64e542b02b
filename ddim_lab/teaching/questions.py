"""What a question is: the state it opens, options that each answer a misconception, and an answer the core computes.

Guess, do, reply, second try, answer (Crouch, Fagen, Callan & Mazur 2004, "Classroom demonstrations: learning tools or
entertainment?"): the browser gets `public` before a guess, `reveal` after it, and the answer when no try is left.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from ddim_lab import checks
from ddim_lab.teaching.claims import Claim, tell, written

TRIES = 2  # guesses; after the last one the answer is told


@dataclass(frozen=True)
class Action:
    """What a question asks to do between guess and reply, so that the learner looks before they are told.

    `sentence` asks for it, whole; `highlight` and `done_by` are of the page's HIGHLIGHTS and ACTIONS.
    """

    sentence: str
    highlight: str
    done_by: str


@dataclass(frozen=True)
class Option:
    """One answer. `reply` hints to who chose it and never states what is right; `ghost`: settings of the guess's curve.

    The reply of the right option is read in lessons alone.
    """

    text: str
    reply: str
    misconception: str | None = None  # a key of `ddim_lab.errata.misconceptions`; None for what is right
    ghost: dict[str, Any] | None = None


@dataclass(frozen=True)
class Question:
    """One prediction. `state`: the settings it opens, by name; `answer` computes the index of the right option.

    What is explained at its end is made of `claims`, which are checked. `do`: what is done between guess and reply.
    What would answer it is covered while it is open (`hides`), or from the guide's beginning until then (`holds`):
    names that the page has in data-tells.
    """

    key: str
    level: int
    prompt: str
    state: dict[str, Any]
    options: tuple[Option, ...]
    answer: Callable[[], int]
    claims: tuple[Claim, ...]
    do: Action | None = None
    hides: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()

    @property
    def explanation(self) -> str:
        """What the core says to it, with its numbers computed now."""
        return tell(self.claims)

    @property
    def room(self) -> int:
        """About how many characters the longest reply has: it is kept free for it, and no number is computed yet."""
        return max(len(text) for text in (written(self.claims), *(option.reply for option in self.options)))


def public(question: Question) -> dict[str, Any]:
    """What a browser may know before the guess: neither the answer nor a reply."""
    return {
        "key": question.key,
        "level": question.level,
        "prompt": question.prompt,
        "state": dict(question.state),
        "options": [{"text": option.text} for option in question.options],
        "do": None if question.do is None else asdict(question.do),
        "hides": list(question.hides),
        "holds": list(question.holds),
        "room": question.room,
    }


def reveal(question: Question, choice: int | None, attempt: int = 1) -> dict[str, Any]:
    """What follows the guess `choice`, an index into the options, the learner's `attempt`-th; None asks for the answer.

    right; reply, to a choice, a hint where it is wrong; ghost; and what `answer` gives. Raises as `checks.integer` if
    there is no such option or attempt.
    """
    right = question.answer()
    option = None
    if choice is not None:
        option = question.options[checks.integer("the choice", choice, 0, len(question.options) - 1)]
    ghost = None if option is None or option.ghost is None else dict(option.ghost)
    told = {"right": choice == right, "reply": option and option.reply, "ghost": ghost}
    return told | answer(choice, right, attempt, lambda: question.explanation)


def answer(choice: int | None, right: int, attempt: int, explain: Callable[[], str]) -> dict[str, Any]:
    """The answer to whatever guess, under "answer": the right option and why; None while there is a try left."""
    attempt = checks.integer("the attempt", attempt, 1)
    if choice is not None and choice != right and attempt < TRIES:
        return {"answer": None}
    return {"answer": {"option": right, "explanation": explain()}}


def pick(questions: tuple[Question, ...], key: str) -> Question:
    """The question called `key`. Raises ValueError, naming those there are."""
    for question in questions:
        if question.key == key:
            return question
    raise ValueError(f"there is no question {key!r}; known are {', '.join(question.key for question in questions)}")
