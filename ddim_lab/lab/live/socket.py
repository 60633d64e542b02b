"""The live socket: for each view of a page one request is answered at a time, and the latest wins.

An answer is made part by part in a worker thread, so it stops at the next part when a newer request for its view
arrives. Views do not wait for each other; network passes take turns, those of all learners on one machine.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

import anyio
from anyio import to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from ddim_lab.lab.live import messages
from ddim_lab.lab.live.messages import BadMessageError, Request, Stop
from ddim_lab.lab.live.views import Part, Work
from ddim_lab.lab.pages import VIEWS
from ddim_lab.lab.pages.digits.kept import Kept
from ddim_lab.lab.refusals import in_words, same_origin

log = logging.getLogger(__name__)
_passes = anyio.CapacityLimiter(1)  # one network pass at a time: learners on one machine take turns step by step
_parts = anyio.CapacityLimiter(2)
AWHILE = 0.02  # seconds until a step card looks again whether the film in flight has come by


async def live(websocket: WebSocket) -> None:
    """The route: answers `messages.parse` messages until the page leaves."""
    if not same_origin(websocket):
        await websocket.close(1008)
        return
    await websocket.accept()
    page = Page(websocket)
    try:
        async with anyio.create_task_group() as tasks:
            for box in page.boxes.values():
                tasks.start_soon(page.serve, box)
            await page.receive()
            tasks.cancel_scope.cancel()
    except* WebSocketDisconnect as gone:  # the page left while something was being sent
        log.debug("page left: %s", gone.exceptions)


class Mailbox:
    """Holds the latest message only; but what is stopped before it began is still begun, and then stops."""

    def __init__(self) -> None:
        self._letters: list[Request | Stop] = []
        self._event = anyio.Event()

    def put(self, message: Request | Stop) -> None:
        self._letters = [*(self._letters if isinstance(message, Stop) else []), message]
        self._event.set()

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

    def __init__(self, websocket: WebSocket):
        self.websocket = websocket
        self.boxes = {name: Mailbox() for name in VIEWS}
        self.kept = Kept()

    async def receive(self) -> None:
        while (event := await self.websocket.receive())["type"] != "websocket.disconnect":
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
            await self.websocket.send_bytes(b"".join(answers))
        except RuntimeError as gone:  # after a close; a RuntimeError of the work itself is another matter
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
        """The parts as they are made, until a newer request waits; the first one is always sent. Then the end."""
        started, view = time.perf_counter(), VIEWS[request.view]
        work = await to_thread.run_sync(view.begin, request.values, self.kept)
        answers = [request.part(*part) for part in work.known]
        if not work.ended and (not work.soon or _passes.borrowed_tokens):
            await self.send(*answers)
            answers = []
        at_least, seconds = work.at_least, 0.0
        try:
            while True:
                parts = await self.gathered(work, box, at_least, seconds)
                over = work.ended or box.waiting
                answers += [request.part(*part) for part in parts]
                if over:
                    answers.append(request.end(time.perf_counter() - started, not work.ended, work.told()))
                await self.send(*answers)
                if over:
                    return
                answers, at_least, seconds = [], 1, work.pace
        finally:
            work.close()

    async def gathered(self, work: Work, box: Mailbox, at_least: int, seconds: float) -> list[Part]:
        """`at_least` so many parts and those of the next `seconds`; fewer where others wait for the network."""
        while work.waits() and not box.waiting:
            await anyio.sleep(AWHILE)
        if work.ended or work.waits():
            return []

        def is_wanted() -> bool:
            return box.waiting or _passes.statistics().tasks_waiting > 0

        limiter = _parts if work.free else _passes
        return await to_thread.run_sync(_gather, work, at_least, seconds, is_wanted, limiter=limiter)


def _gather(work: Work, at_least: int, seconds: float, is_wanted: Callable[[], bool]) -> list[Part]:
    until, parts = time.perf_counter() + seconds, []
    while not work.ended:
        parts += work.take()
        if is_wanted() or (len(parts) >= at_least and time.perf_counter() > until):
            break
    return parts


def _text(event: Any) -> str:
    text = event.get("text")
    if text is None:
        raise BadMessageError("bad-message", "a message must be text, got bytes")
    return text
