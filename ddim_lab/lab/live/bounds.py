"""What one page may take of a server that others use too: messages a second, turns of the cores, a place at all."""

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Generic, Protocol, TypeVar

import anyio
from anyio import to_thread

from ddim_lab.lab.live.shares import Account, Shares

RATE, BURST = 60.0, 180.0  # messages a second; a drag sends thirty for a view, and some views are asked for together
SLOWEST, SLOWER = 6.0, 0.98  # messages a second of who goes on beyond the rate, and by how much each slows the next
PAGES_MAX = 150  # open at a time; a page that is left open costs a few MB
CORES = 2  # answers that need no network are made at a time

Page = TypeVar("Page", bound="Open")
Made = TypeVar("Made")
_threads = anyio.CapacityLimiter(CORES)


class Rate:
    """A bucket of BURST messages, filled at RATE; ever more slowly where it is empty, until it has been full again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._left, self._at, self._rate = clock, BURST, clock(), RATE

    def take(self) -> float:
        """Takes one message; the seconds to wait before it is heard, 0 within the rate."""
        now = self._clock()
        filled = self._left + (now - self._at) * self._rate
        if filled >= BURST:
            filled, self._rate = BURST, RATE
        self._left, self._at = filled - 1, now
        if self._left >= 0:
            return 0.0
        self._rate = max(SLOWEST, SLOWER * self._rate)
        return -self._left / self._rate


class Turns:
    """Places for work, given to whoever has had least time of them."""

    def __init__(self, places: int = CORES):
        self._free = places
        self._waiting: list[tuple[Account, anyio.Event]] = []
        self._shares = Shares()

    @asynccontextmanager
    async def of(self, account: Account) -> AsyncIterator[None]:
        """A place for the length of the block; its seconds are put to `account`."""
        self._shares.welcome(account)
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

    async def run(self, account: Account, function: Callable[..., Made], *arguments: Any) -> Made:
        """What `function` gives in a thread, when it is its turn."""
        async with self.of(account):
            return await to_thread.run_sync(function, *arguments, limiter=_threads)

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
        least = self._shares.least(account for account, _ in self._waiting)
        chosen = next(waiting for waiting in self._waiting if waiting[0] is least)
        self._waiting.remove(chosen)
        chosen[1].set()


cores = Turns()  # of all that costs no network pass, whoever asks


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
