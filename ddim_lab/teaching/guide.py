"""The guide that waits: one sentence, one highlighted thing, one action; it goes on when the learner has done it.

Each page of `ddim_lab.teaching.pages` has one, and says what it may highlight (the page marks these places with
data-control) and by which actions it goes on (the page's JavaScript reports these).
"""

from dataclasses import dataclass

from ddim_lab.teaching.questions import Question, pick

ANSWERED = "answered:"  # + the key of a question


@dataclass(frozen=True)
class GuideStep:
    """`highlight`: one of the page's HIGHLIGHTS; `done_by`: one of its ACTIONS, or ANSWERED and the key of `question`.

    `level`: the level of the controls from which on it is asked; pages that show all controls have one level.
    `reveals`: parts of the page (data-part) that are not there before this step.
    """

    key: str
    level: int
    sentence: str
    highlight: str
    done_by: str
    question: str | None = None
    reveals: tuple[str, ...] = ()


def do(
    key: str, highlight: str, done_by: str, sentence: str, level: int = 1, reveals: tuple[str, ...] = ()
) -> GuideStep:
    """A step that waits for an action."""
    return GuideStep(key, level, sentence, highlight, done_by, reveals=reveals)


def ask(questions: tuple[Question, ...], key: str, highlight: str, reveals: tuple[str, ...] = ()) -> GuideStep:
    """A step that asks the question of the same key, in its own words and at its level, and waits for the answer."""
    question = pick(questions, key)
    return GuideStep(key, question.level, question.prompt, highlight, ANSWERED + key, key, reveals)
