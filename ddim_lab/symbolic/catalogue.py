"""All derivations by theme: one list for the app, the lessons' index and the tests.

To add one, add an Entry: the module is imported when somebody opens it.
"""

import functools
import itertools
from importlib import import_module
from typing import NamedTuple

from ddim_lab.symbolic.derivation import Derivation


class Entry(NamedTuple):
    """`make`: "module:function" within ddim_lab.symbolic. `eta`: the only eta its equations speak of, None for any.

    `holds` is False for a derivation that is shown because it goes wrong.
    """

    key: str
    title: str
    make: str
    eta: float | None = None
    holds: bool = True


THEMES: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "One step",
        (
            Entry("k-and-m", "k and m from the marginal condition", "undetermined:derivation"),
            Entry("two-noises", "Two independent noises merge into one", "undetermined:merging"),
        ),
    ),
    (
        "eta and the DDPM",
        (
            Entry("bayes", "The DDPM's posterior, by Bayes' rule", "posterior:bayes"),
            Entry("matching", "The one sigma that makes the step the DDPM's", "posterior:matching", eta=1.0),
            Entry("bound", "How far eta may go", "posterior:bound"),
        ),
    ),
)


def entries() -> tuple[Entry, ...]:
    """All of them, in order."""
    return tuple(itertools.chain.from_iterable(listed for _, listed in THEMES))


def find(key: str) -> Entry:
    """The entry called `key`. Raises ValueError, naming those there are."""
    for entry in entries():
        if entry.key == key:
            return entry
    raise ValueError(f"there is no derivation {key!r}; known are {', '.join(entry.key for entry in entries())}")


@functools.cache
def derivation(key: str) -> Derivation:
    """The derivation of that entry, made once. Raises ValueError for an unknown key."""
    module, _, function = find(key).make.partition(":")
    return getattr(import_module(f"ddim_lab.symbolic.{module}"), function)()
