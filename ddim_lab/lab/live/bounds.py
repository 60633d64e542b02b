"""What one page may take of a server that others use too: messages a second, turns of the cores, a place at all."""

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

import anyio

from ddim_lab.lab.live.passes import Account

RATE, BURST = 60.0, 180.0  # messages a second; a drag sends thirty for a view, and some views are asked for together
PAGES_MAX = 150  # open at a time; a page that is left open costs a few MB
CORES = 2  # answers that need no network are made at a time

Page = TypeVar("Page", bound="Open")


class Rate:
    """A bucket of BURST messages, filled at RATE."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._left, self._at = clock, BURST, clock()

    def take(self) -> float:
        """Takes one message; the seconds to wait before it is heard, 0 within the rate."""
        now = self._clock()
        self._left = min(BURST, self._left + (now - self._at) * RATE) - 1
        self._at = now
        return max(0.0, -self._left / RATE)


class Turns:
    """Places for work, given to whoever has had least time of them; who comes new begins where that one is."""

    def __init__(self, places: int = CORES):
        self._free = places
        self._waiting: list[tuple[Account, anyio.Event]] = []
        self._least = 0.0

    @asynccontextmanager
    async def of(self, account: Account) -> AsyncIterator[None]:
        """A place for the length of the block; its seconds are put to `account`."""
        account.used = max(account.used, self._least)
        if self._free:
            self._free -= 1
        else:
            await self._wait(account)
        started = time.perf_counter()
        try:
            yield
        finally:
            account.used += time.perf_counter() - started
            self._next()

    async def _wait(self, account: Account) -> None:
        mine = account, anyio.Event()
        self._waiting.append(mine)
        try:
            await mine[1].wait()
        except BaseException:
            if mine in self._waiting:
                self._waiting.remove(mine)
            else:  # it was given the place and does not want it any more
                self._next()
            raise

    def _next(self) -> None:
        if not self._waiting:
            self._free += 1
            return
        account, event = chosen = min(self._waiting, key=lambda waiting: waiting[0].used)
        self._least = account.used
        self._waiting.remove(chosen)
        event.set()


class Open(Protocol):
    """An open page: when it was last heard (seconds of a monotonic clock), and how to end it."""

    heard: float

    def end(self) -> None: ...


class Pages(Generic[Page]):
    """The open pages by the token that each alone is told; one more than `most` ends the one silent for longest."""

    def __init__(self, most: int = PAGES_MAX):
        self._most = most
        self._open: dict[str, Page] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, page: Page) -> str:
        """The new page's token."""
        while len(self._open) >= self._most:
            oldest = min(self._open, key=lambda token: self._open[token].heard)
            self._open.pop(oldest).end()
        token = secrets.token_urlsafe(16)
        self._open[token] = page
        return token

    def leave(self, token: str) -> None:
        """That page is closed."""
        self._open.pop(token, None)
