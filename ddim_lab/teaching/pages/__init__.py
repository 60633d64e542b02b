"""What each page asks and says, a module or folder a page, by the name its folder has in the app.

A page is here by standing here: QUESTIONS, GUIDE (what it may highlight: HIGHLIGHTS, what it waits for: ACTIONS), and
CLAIMS, the checked sentences that its questions are explained with.
"""

import functools
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType

from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.questions import Question, pick

TITLES = {  # the one list of pages, as the app lists them, the first at its root
    "digits": "Lab",
    "exact": "Exact world",
    "derivation": "Derivation",
    "errata": "Errata clinic",
    "compare": "Compare",
    "encode": "Encode and edit",
    "quality": "Quality",
}


@functools.cache
def pages() -> Mapping[str, ModuleType]:
    """Every page by its name."""
    return MappingProxyType(
        {module.name: import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)}
    )


def questions() -> tuple[Question, ...]:
    """The questions of all pages; a key is unique over them."""
    return tuple(question for page in pages().values() for question in page.QUESTIONS)


def asking(key: str) -> str | None:
    """The name of the page that asks the question `key`; None if none does."""
    return next((name for name, page in pages().items() if any(each.key == key for each in page.QUESTIONS)), None)


def claims() -> tuple[Claim, ...]:
    """The sentences of all pages; a key is unique over them."""
    return tuple(claim for page in pages().values() for claim in page.CLAIMS)


def find(key: str) -> Question:
    """The question called `key`, of whatever page. Raises ValueError, naming those there are."""
    return pick(questions(), key)
