"""What a page may ask the socket for: a view turns checked values into the parts that the page draws.

A view is a function `(values: dict) -> Iterator[Part]`. It raises TypeError or ValueError, in words, before it starts
to work; it may yield one part or many. A newer request for the same view stops it between two parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Part = tuple[dict[str, Any], bytes]  # numbers and words; grey levels or little-endian float32, as the head says


class Work:
    """An answer under way: its parts, and how they are sent. Films and step cards (`digits.view`) say more."""

    known: Sequence[Part] = ()  # what there is to send before any work
    at_least = 1  # parts of the first message
    pace = 0.0  # seconds for which later parts are gathered into one message

    def __init__(self, parts: Iterator[Part], free: bool = True):
        self._parts, self._free, self.ended = parts, free, False

    @property
    def free(self) -> bool:
        """Whether what comes next costs no network pass."""
        return self._free

    def waits(self) -> bool:
        """Whether what comes next is being made elsewhere; then nothing is taken yet."""
        return False

    def take(self) -> list[Part]:
        """The next part, if there is one; sets `ended` where there is none any more."""
        part = next(self._parts, None)
        self.ended = self.ended or part is None
        return [] if part is None else [part]

    def told(self) -> dict[str, Any]:
        """What the end of the answer says of it."""
        return {}

    def close(self) -> None:
        """Called once, however the work ended."""


@dataclass(frozen=True)
class View:
    """A view called `name`; `function` is "module:function", imported when first asked for.

    `passes`: its parts wait elsewhere for their turn, for network passes. `apart`: all of it waits for a process of its
    own. `keeps`: its function gets the walks that the page keeps (`digits.kept.Kept`) beside the values, and gives a
    `Work` of its own.
    """

    name: str
    function: str
    passes: bool = False
    apart: bool = False
    keeps: bool = False

    def __call__(self, *values: Any) -> Any:
        """The view's own function, called with `values`."""
        module, _, function = self.function.partition(":")
        return getattr(import_module(module), function)(*values)

    def begin(self, values: dict[str, Any], kept: Any) -> Work:
        """The answer to `values`, under way."""
        return self(values, kept) if self.keeps else Work(self(values), free=not (self.passes or self.apart))


def interleaved(walks: Mapping[Any, Iterator[Part]]) -> Iterator[Part]:
    """The parts of several films, each with its `share` done: the one furthest behind goes on, so they end together."""
    left, done = dict(walks), dict.fromkeys(walks, 0.0)
    while left:
        name = min(left, key=lambda walk: done[walk])
        part = next(left[name], None)
        if part is None:
            del left[name]
            continue
        done[name] = part[0]["share"]
        yield part
