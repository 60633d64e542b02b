"""The learner's guess at a question, of whatever page: committed once, and answered by the core."""

from collections.abc import Iterator
from typing import Any

from ddim_lab.lab.fields import checked, text, whole
from ddim_lab.lab.live.views import Part

CHOICE_MAX = 20


def answer(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: key, choice. What is right, and what the choice is told."""
    from ddim_lab.teaching.pages import find
    from ddim_lab.teaching.questions import reveal

    key, choice = checked(values, key=text, choice=whole(0, CHOICE_MAX))
    return iter([({"key": key, "choice": choice, **reveal(find(key), choice)}, b"")])
