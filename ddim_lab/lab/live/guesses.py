"""The learner's guess at a question, of whatever page: the core judges it, and tells the answer after the last try."""

from collections.abc import Iterator
from typing import Any

from ddim_lab.lab.fields import Rule, checked, nothing_or, text, whole
from ddim_lab.lab.live.views import Part

CHOICE_MAX = 20
ATTEMPT: Rule = whole(1, 20)  # counted by the browser: the server keeps nothing of a learner


def answer(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: key, choice (None asks for the answer), attempt. What `ddim_lab.teaching.questions.reveal` tells."""
    from ddim_lab.teaching.pages import find
    from ddim_lab.teaching.questions import reveal

    key, choice, attempt = checked(values, key=text, choice=nothing_or(whole(0, CHOICE_MAX)), attempt=ATTEMPT)
    return iter([({"key": key, "choice": choice, **reveal(find(key), choice, attempt)}, b"")])
