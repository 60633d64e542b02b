"""Causal sentences, each with the setting it speaks of and a check that lets the core recompute it.

What questions explain is made of these sentences alone, so a sentence that the core or the shipped network contradicts
fails a test. Numbers in a sentence are computed when it is told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Claim:
    """`sentence` may hold names in braces, filled from `numbers()`; `setting`: names and values of what it speaks of.

    `check` recomputes it, as exactly as it can be known; `check_digits`, where there is one, recomputes on the shipped
    network's own digits what `check` finds in a world that is known.
    """

    key: str
    sentence: str
    setting: dict[str, Any]
    check: Callable[[], bool]
    numbers: Callable[[], Mapping[str, Any]] | None = None
    check_digits: Callable[[], bool] | None = None

    @property
    def needs_network(self) -> bool:
        """Whether a part of the check runs the shipped network."""
        return self.check_digits is not None

    def text(self) -> str:
        """The sentence, with its numbers computed now."""
        return self.sentence.format(**self.numbers()) if self.numbers else self.sentence


def chosen(claims: Iterable[Claim], *keys: str) -> tuple[Claim, ...]:
    """The claims called `keys`, in this order. Raises ValueError for a key that is none, naming those there are."""
    known = {claim.key: claim for claim in claims}
    for key in keys:
        if key not in known:
            raise ValueError(f"there is no claim {key!r}; known are {', '.join(known)}")
    return tuple(known[key] for key in keys)


def written(claims: Iterable[Claim]) -> str:
    """These sentences, one after the other, with names where numbers will be."""
    return " ".join(claim.sentence for claim in claims)


def tell(claims: Iterable[Claim]) -> str:
    """These sentences, one after the other, with their numbers computed now."""
    return " ".join(claim.text() for claim in claims)
