"""Who comes next, of pages that share something: the one that had least of it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(eq=False)
class Account:
    """What a page has had of one thing: pictures of the network, or seconds of the cores."""

    used: float = 0.0


class Shares:
    """One thing that pages share; who comes new begins where the one is that had least of those who wait."""

    def __init__(self) -> None:
        self._least = 0.0

    def welcome(self, account: Account) -> None:
        """A page waits: what it did not take while it was away does not count."""
        account.used = max(account.used, self._least)

    def least(self, waiting: Iterable[Account]) -> Account:
        """Who comes next of those who wait; there must be one."""
        chosen = min(waiting, key=lambda account: account.used)
        self._least = chosen.used
        return chosen
