"""The questions of every page, by the page's path in the app; an answer is asked for by the question's key."""

from ddim_lab.teaching import (
    compare_questions,
    derivation_questions,
    encode_questions,
    errata_questions,
    exact_questions,
    quality_questions,
)
from ddim_lab.teaching.lab_questions import LAB_QUESTIONS
from ddim_lab.teaching.questions import Question, pick

QUESTIONS: dict[str, tuple[Question, ...]] = {
    "": LAB_QUESTIONS,
    "exact": exact_questions.QUESTIONS,
    "derivation": derivation_questions.QUESTIONS,
    "errata": errata_questions.QUESTIONS,
    "compare": compare_questions.QUESTIONS,
    "encode": encode_questions.QUESTIONS,
    "quality": quality_questions.QUESTIONS,
}


def find(key: str) -> Question:
    """The question called `key`, of whatever page. Raises ValueError, naming those there are."""
    return pick(tuple(question for page in QUESTIONS.values() for question in page), key)
