"""The live socket: for each view of a page one request is answered at a time, and the latest wins.

An answer is made part by part in a worker thread. A newer request for its view stops it at the next part, or where it
waits for the network. Views do not wait for each other; those of all learners meet in the network's passes.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

import anyio
from anyio import to_thread
from anyio.abc import TaskGroup
from starlette.websockets import WebSocket, WebSocketDisconnect

from ddim_lab.lab.live import bounds, messages, passes
from ddim_lab.lab.live.messages import BadMessageError, Request, Stop
from ddim_lab.lab.live.outgoing import Answer, Outbox
from ddim_lab.lab.live.tickets import Ticket, tickets
from ddim_lab.lab.pages import VIEWS
from ddim_lab.lab.pages.digits.kept import Kept
from ddim_lab.lab.refusals import in_words, same_origin

Made = TypeVar("Made")
log = logging.getLogger(__name__)
_waiting = anyio.CapacityLimiter(1000)  # threads that mostly wait, for their turn in a network pass
pages: "bounds.Pages[Page]" = bounds.Pages()
AWHILE = 0.02  # seconds until a step card looks again whether the film in flight has come by
SENDING = 30.0  # seconds after which a page that does not read what it is sent is given up
TOO_FAST = f"this page sends more than {bounds.RATE:.0f} messages a second: they are heard more slowly"


async def live(websocket: WebSocket) -> None:
    """The route: answers `messages.parse` messages until the page leaves."""
    if not same_origin(websocket):
        await websocket.close(1008)
        return
    await websocket.accept()
    page = Page(websocket)
    page.token = page.kept.token = pages.add(page)
    tickets.add(page.token, page.ticket)
    try:
        async with anyio.create_task_group() as tasks:
            page.tasks = tasks
            tasks.start_soon(page.write)
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
        tickets.leave(page.token)


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


class Page:
    """One open page."""

    tasks: TaskGroup
    token: str

    def __init__(self, websocket: WebSocket):
        self.websocket = websocket
        self.outbox = Outbox()
        self.boxes = {name: Mailbox() for name in VIEWS}
        self.kept = Kept()
        self.ticket = Ticket(kept=self.kept)
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
                    self.outbox.put(messages.error("too-fast", TOO_FAST, None))
                await anyio.sleep(wait)  # meanwhile nothing more is read of it
            try:
                message = messages.parse(_text(event))
            except BadMessageError as error:
                self.outbox.put(messages.error(error.code, str(error), error.id))
                continue
            self.boxes["film" if isinstance(message, Stop) else message.view].put(message)

    async def write(self) -> None:
        """Sends what is in the box, for ever."""
        while True:
            message = await self.outbox.take()
            try:
                async with asyncio.timeout(SENDING):
                    await self.websocket.send_bytes(message)
            except (RuntimeError, TimeoutError) as gone:  # after a close, or it does not read
                raise WebSocketDisconnect(1006) from gone

    async def serve(self, box: Mailbox) -> None:
        """Answers one view's requests; what goes wrong is said on the page, which goes on."""
        while True:
            message = await box.take()
            if isinstance(message, Stop):
                continue  # what it stopped has ended
            try:
                await self.answer(message, box)
            except Exception as error:
                self.outbox.put(messages.error(*in_words(error), message.id, message.view))

    async def answer(self, request: Request, box: Mailbox) -> None:
        """The parts as they are made, until a newer request waits. Then the end."""
        view = VIEWS[request.view]
        box.turn = turn = passes.Turn(self.ticket.account, dropped=box.waiting)
        passes.turn.set(turn)
        is_quick = view.keeps  # to begin a film or a card takes a millisecond: it waits behind nobody's long work
        work = await self.in_turn(not (view.apart or is_quick), view.begin, request.values, self.kept)
        answer = Answer(request, turn, work, self.outbox)
        try:
            while not answer.ended:
                while work.waits() and not turn.dropped:
                    await asyncio.sleep(AWHILE)
                await self.outbox.emptied()
                await self.in_turn(work.free, answer.make, work.free)
        finally:
            box.turn = None
            work.close()
            answer.close()

    async def in_turn(self, free: bool, function: Callable[..., Made], *arguments: Any) -> Made:
        """In a thread; what costs the cores alone (`free`) takes turns here, the rest does where it waits."""
        if not free:
            return await to_thread.run_sync(function, *arguments, limiter=_waiting)
        return await bounds.cores.run(self.ticket.time, function, *arguments)


def _text(event: Any) -> str:
    text = event.get("text")
    if text is None:
        raise BadMessageError("bad-message", "a message must be text, got bytes")
    return text
