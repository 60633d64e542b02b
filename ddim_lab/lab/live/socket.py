"""The live socket: for each view of a page one request is answered at a time, and the latest wins.

An answer is made part by part in a worker thread. A newer request for its view stops it at the next part, or where it
waits for the network. Views do not wait for each other; those of all learners meet in the network's passes.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import anyio
from anyio import to_thread
from anyio.abc import TaskGroup
from cachetools import TTLCache
from starlette.websockets import WebSocket, WebSocketDisconnect

from ddim_lab.lab.live import bounds, messages, passes
from ddim_lab.lab.live.messages import BadMessageError, Request, Stop
from ddim_lab.lab.live.views import Part, Work
from ddim_lab.lab.pages import VIEWS
from ddim_lab.lab.pages.digits.kept import Kept
from ddim_lab.lab.refusals import in_words, same_origin

Made = TypeVar("Made")
log = logging.getLogger(__name__)
_waiting = anyio.CapacityLimiter(1000)  # threads that mostly wait, for their turn in a network pass
_turns = bounds.Turns()  # of what costs no network pass
pages: "bounds.Pages[Page]" = bounds.Pages()
tickets: "TTLCache[str, Ticket]" = TTLCache(1000, 8 * 3600)  # by a page's token; a lost socket leaves its links right
AWHILE = 0.02  # seconds until a step card looks again whether the film in flight has come by
SOON = 0.015  # seconds for which what is known waits for the first part: they travel together, and the page draws once
SENDING = 30.0  # seconds after which a page that does not read what it is sent is given up
TOO_FAST = f"this page sends more than {bounds.RATE:.0f} messages a second: they are heard more slowly"
BUSY = 0.4  # seconds after which a page that waits is told how many pictures are ahead of its own


async def live(websocket: WebSocket) -> None:
    """The route: answers `messages.parse` messages until the page leaves."""
    if not same_origin(websocket):
        await websocket.close(1008)
        return
    await websocket.accept()
    page = Page(websocket)
    page.token = page.kept.token = pages.add(page)
    tickets[page.token] = Ticket(page.account)
    try:
        async with anyio.create_task_group() as tasks:
            page.tasks = tasks
            for box in page.boxes.values():
                tasks.start_soon(page.serve, box)
            try:
                await page.receive()
            finally:
                page.leave()
            tasks.cancel_scope.cancel()
    except* WebSocketDisconnect as gone:  # the page left while something was being sent
        log.debug("page left: %s", gone.exceptions)
    finally:
        pages.leave(page.token)


class Mailbox:
    """Holds the latest message only; but what is stopped before it began is still begun, and then stops."""

    def __init__(self) -> None:
        self._letters: list[Request | Stop] = []
        self._event = anyio.Event()
        self.turn: passes.Turn | None = None  # of the request that is being answered

    def put(self, message: Request | Stop) -> None:
        self._letters = [*(self._letters if isinstance(message, Stop) else []), message]
        self._event.set()
        self.drop()

    def drop(self) -> None:
        """What is being answered costs no further network pass."""
        if self.turn is not None:
            self.turn.drop()

    @property
    def waiting(self) -> bool:
        return bool(self._letters)

    async def take(self) -> Request | Stop:
        while not self._letters:
            self._event = anyio.Event()
            await self._event.wait()
        return self._letters.pop(0)


@dataclass(frozen=True, eq=False)
class Ticket:
    """What a page's downloads come under: they take turns with all else of the page, one at a time."""

    account: passes.Account
    lock: anyio.Lock = field(default_factory=anyio.Lock)


class Page:
    """One open page."""

    tasks: TaskGroup
    token: str

    def __init__(self, websocket: WebSocket):
        self.websocket = websocket
        self.sending = anyio.Lock()
        self.boxes = {name: Mailbox() for name in VIEWS}
        self.kept = Kept()
        self.account, self.time = passes.Account(), passes.Account()
        self.heard = time.monotonic()

    def end(self) -> None:
        """More pages are open than this machine carries: this one is closed."""
        self.tasks.start_soon(self.websocket.close, 1013)

    def leave(self) -> None:
        """Nothing is wanted any more."""
        for box in self.boxes.values():
            box.drop()

    async def receive(self) -> None:
        rate, told = bounds.Rate(), -1.0
        while (event := await self.websocket.receive())["type"] != "websocket.disconnect":
            self.heard = time.monotonic()
            if wait := rate.take():
                if self.heard > told + 1:
                    told = self.heard
                    await self.send(messages.error("too-fast", TOO_FAST, None))
                await anyio.sleep(wait)  # meanwhile nothing more is read of it
            try:
                message = messages.parse(_text(event))
            except BadMessageError as error:
                await self.send(messages.error(error.code, str(error), error.id))
                continue
            self.boxes["film" if isinstance(message, Stop) else message.view].put(message)

    async def send(self, *answers: bytes) -> None:
        """Sends the packed `answers` as one message."""
        if not answers:
            return
        try:
            async with self.sending:
                with anyio.fail_after(SENDING):
                    await self.websocket.send_bytes(b"".join(answers))
        except (RuntimeError, TimeoutError) as gone:  # after a close; a RuntimeError of the work is another matter
            raise WebSocketDisconnect(1006) from gone

    async def serve(self, box: Mailbox) -> None:
        """Answers one view's requests; what goes wrong is said on the page, which goes on."""
        while True:
            message = await box.take()
            if isinstance(message, Stop):
                continue  # what it stopped has ended
            try:
                await self.answer(message, box)
            except WebSocketDisconnect:
                raise
            except Exception as error:
                await self.send(messages.error(*in_words(error), message.id, message.view))

    async def answer(self, request: Request, box: Mailbox) -> None:
        """The parts as they are made, until a newer request waits. Then the end."""
        started, view = time.perf_counter(), VIEWS[request.view]
        box.turn = turn = passes.Turn(self.account)
        passes.turn.set(turn)
        work = await self.in_turn(not view.passes, view.begin, request.values, self.kept)
        answers = [request.part(*part) for part in work.known]
        at_least, seconds = work.at_least, 0.0
        try:
            while True:
                beside = anyio.CancelScope()
                self.tasks.start_soon(self.meanwhile, beside, request, turn, answers)
                try:
                    parts = await self.gathered(work, box, at_least, seconds)
                finally:
                    beside.cancel()
                over = work.ended or box.waiting
                ready = [*answers, *(request.part(*part) for part in parts)]
                answers.clear()  # before anything is awaited: `meanwhile` may wake up
                if over:
                    ready.append(request.end(time.perf_counter() - started, not work.ended, work.told()))
                await self.send(*ready)
                if over:
                    return
                at_least, seconds = 1, work.pace
        except Exception:
            known, answers[:] = [*answers], []  # before anything is awaited, as above
            await self.send(*known)  # what is known is right
            raise
        finally:
            box.turn = None
            work.close()

    async def meanwhile(
        self, until: anyio.CancelScope, request: Request, turn: passes.Turn, answers: list[bytes]
    ) -> None:
        """While parts are made: sends what is known if they take a while, and what is ahead of them if they wait."""
        with until:
            await anyio.sleep(SOON)
            known, answers[:] = [*answers], []
            with anyio.CancelScope(shield=True):
                await self.send(*known)
            while True:
                await anyio.sleep(BUSY)
                if ahead := turn.ahead:
                    with anyio.CancelScope(shield=True):
                        await self.send(request.part({"kind": "busy", "ahead": ahead}))

    async def gathered(self, work: Work, box: Mailbox, at_least: int, seconds: float) -> list[Part]:
        """`at_least` so many parts, and those of the next `seconds`; fewer where a newer request waits."""
        while work.waits() and not box.waiting:
            await anyio.sleep(AWHILE)
        if work.ended or work.waits():
            return []
        return await self.in_turn(work.free, _gather, work, at_least, seconds, lambda: box.waiting)

    async def in_turn(self, free: bool, function: Callable[..., Made], *arguments: Any) -> Made:
        """In a thread; what costs no network pass (`free`) takes turns here, the rest does where passes are made."""
        if not free:
            return await to_thread.run_sync(function, *arguments, limiter=_waiting)
        async with _turns.of(self.time):
            return await to_thread.run_sync(function, *arguments, limiter=_waiting)


def _gather(work: Work, at_least: int, seconds: float, is_over: Callable[[], bool]) -> list[Part]:
    until, parts = time.perf_counter() + seconds, []
    try:
        while not work.ended:
            parts += work.take()
            if is_over() or (len(parts) >= at_least and time.perf_counter() > until):
                break
    except passes.DroppedError:
        pass
    return parts


def _text(event: Any) -> str:
    text = event.get("text")
    if text is None:
        raise BadMessageError("bad-message", "a message must be text, got bytes")
    return text
