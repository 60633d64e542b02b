"""What goes out to a page: the answer to a request, as a thread makes it, and the one box from which all is sent.

A wake-up costs more than the parts of a film do. So a thread makes an answer in one go and hands over what it has
gathered, and whatever is in the box when its turn comes travels as one message.
"""

import asyncio
import time
from collections.abc import Iterable

from ddim_lab.lab.live.messages import Request
from ddim_lab.lab.live.passes import DroppedError, Turn
from ddim_lab.lab.live.views import Part, Work

SOON = 0.015  # seconds for which what is known waits for the first part: they travel together, and the page draws once
BUSY, AGAIN = 0.4, 1.0  # seconds until a page that waits is told how many pictures are ahead of its own, and again


class Outbox:
    """The packed answers that one page is to be sent; on the event loop."""

    def __init__(self) -> None:
        self._answers: list[bytes] = []
        self._filled, self._emptied = asyncio.Event(), asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether the page reads what it is sent; threads may ask."""
        return not self._answers

    def put(self, *answers: bytes) -> None:
        self._answers += answers
        if self._answers:
            self._filled.set()

    async def take(self) -> bytes:
        """All there is, when there is something, as one message."""
        await self._filled.wait()
        message = b"".join(self._answers)
        self._answers.clear()
        self._filled.clear()
        self._emptied.set()
        return message

    async def emptied(self) -> None:
        """Waits until all was taken."""
        while self._answers:
            self._emptied.clear()
            await self._emptied.wait()


class Answer:
    """The answer to one request on its way into the box; on the event loop, but for `make`, which a thread calls."""

    def __init__(self, request: Request, turn: Turn, work: Work, outbox: Outbox):
        self._request, self._turn, self._work, self._outbox = request, turn, work, outbox
        self.ended = False
        self._started = time.perf_counter()
        self._wanted = work.at_least, 0.0  # parts, and seconds for which they are gathered
        self._loop = asyncio.get_running_loop()
        self._known = [request.part(*part) for part in work.known]
        self._put_at = self._loop.time()
        self._later(SOON)

    def make(self, once: bool) -> None:
        """The parts, and the end: until all are made, the turn is dropped or the page does not read; or `once`."""
        while not self.ended:
            parts = self._gathered()
            ready = [self._request.part(*part) for part in parts]
            self.ended = self._work.ended or self._turn.dropped
            if self.ended:
                seconds = time.perf_counter() - self._started
                ready.append(self._request.end(seconds, not self._work.ended, self._work.told()))
            self._wanted = 1, self._work.pace
            self._loop.call_soon_threadsafe(self._put, ready)
            if once or self._work.waits() or not self._outbox.is_empty:
                return

    def close(self) -> None:
        """However it ended: what is known is right."""
        self._timer.cancel()
        self._put(())

    def _gathered(self) -> list[Part]:
        """The next parts; fewer than are wanted where the turn is dropped."""
        at_least, seconds = self._wanted
        until, parts = time.perf_counter() + seconds, []
        try:
            while not self._work.ended and not self._work.waits():
                parts += self._work.take()
                if self._turn.dropped or (len(parts) >= at_least and time.perf_counter() > until):
                    break
        except DroppedError:
            pass
        return parts

    def _put(self, ready: Iterable[bytes]) -> None:
        self._outbox.put(*self._known, *ready)
        self._known.clear()
        self._put_at = self._loop.time()

    def _later(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._tell)

    def _tell(self) -> None:
        """While parts are made: what is known if they take a while, and what is ahead of them if they wait."""
        silent = self._loop.time() - self._put_at
        if self._known:
            self._put(())
            self._later(BUSY)
        elif silent < BUSY:
            self._later(BUSY - silent)
        else:
            if ahead := self._turn.ahead:
                self._outbox.put(self._request.part({"kind": "busy", "ahead": ahead}))
            self._later(AGAIN)
