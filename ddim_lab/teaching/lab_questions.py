"""All questions of the lab page, in the order of their levels."""

from ddim_lab.teaching.lab_first import FIRST
from ddim_lab.teaching.lab_later import LATER
from ddim_lab.teaching.questions import Question, pick

LAB_QUESTIONS: tuple[Question, ...] = (*FIRST, *LATER)


def find(key: str) -> Question:
    """The lab question called `key`. Raises ValueError, naming those there are."""
    return pick(LAB_QUESTIONS, key)
