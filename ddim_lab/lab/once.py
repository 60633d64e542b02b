"""Answers that are made once: every request gets its own copy, so that what it does to it no other request sees."""

import json
from collections.abc import Callable
from threading import Lock
from typing import Any, ParamSpec

from cachetools import LRUCache, cached

Asked = ParamSpec("Asked")
KEPT = 256  # answers of one function


def made_once(make: Callable[Asked, dict[str, Any]]) -> Callable[Asked, dict[str, Any]]:
    """`make`, whose answers are kept as JSON text by their arguments (all of them hashable), KEPT of them."""

    @cached(LRUCache(KEPT), lock=Lock())
    def text(*args: Asked.args, **kwargs: Asked.kwargs) -> str:
        return json.dumps(make(*args, **kwargs))

    def copied(*args: Asked.args, **kwargs: Asked.kwargs) -> dict[str, Any]:
        return json.loads(text(*args, **kwargs))

    copied.__doc__, copied.__name__ = make.__doc__, make.__name__
    return copied
