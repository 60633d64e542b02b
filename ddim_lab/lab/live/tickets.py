"""What a page's downloads come under, by the token that each page alone is told."""

from dataclasses import dataclass, field

import anyio
from cachetools import TTLCache

from ddim_lab.lab.live.shares import Account
from ddim_lab.lab.pages.digits.kept import Kept


@dataclass(eq=False)
class Ticket:
    """One page's: its downloads take turns with all else of it, one at a time, and draw what it keeps."""

    account: Account = field(default_factory=Account)  # of network passes
    time: Account = field(default_factory=Account)  # of the cores
    kept: Kept | None = None  # until the page leaves
    lock: anyio.Lock = field(default_factory=anyio.Lock)


class Tickets:
    """Those of the open pages, which nothing takes from them, and of the latest that left: their links stay right."""

    def __init__(self) -> None:
        self._open: dict[str, Ticket] = {}
        self._left: TTLCache[str, Ticket] = TTLCache(1000, 8 * 3600)  # seconds

    def add(self, token: str, ticket: Ticket) -> None:
        """Of a page that opened."""
        self._open[token] = ticket

    def leave(self, token: str) -> None:
        """The page keeps nothing any more."""
        self._left[token] = ticket = self._open.pop(token)
        ticket.kept = None

    def find(self, token: str) -> Ticket | None:
        """The ticket; None if no page was told that token."""
        return self._open.get(token) or self._left.get(token)


tickets = Tickets()
