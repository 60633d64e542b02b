"""The live socket: one run in flight for each page, and the latest setting wins.

A run is taken step by step in a worker thread, so it stops at the next step when a newer one arrives. Step cards have
a lane of their own: they are made from the walk that the page keeps, and do not wait behind another long run; answers
have another, where no step card can take their place; so has each view of the other pages.
"""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import anyio
from anyio import to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from ddim_lab.lab import shipped
from ddim_lab.lab.live import film, views
from ddim_lab.lab.live.messages import Answer, BadMessageError, Message, Run, StepCard, Stop, View, pack, parse
from ddim_lab.lab.pages.digits.kept import Kept
from ddim_lab.lab.settings import Settings

log = logging.getLogger(__name__)
_passes = anyio.CapacityLimiter(1)  # one network pass at a time: learners on one machine take turns step by step
_parts = anyio.CapacityLimiter(2)
AWHILE = 0.02  # seconds until a step card looks again whether the run in flight has come by
PACE, DRAFT_PACE = 0.4, 0.03  # seconds between two sendings: a browser that draws takes the cores from sampling


def same_origin(websocket: WebSocket) -> bool:
    """Whether the page that opened the socket came from this very server; Streamlit does not guard user routes."""
    origin = urlsplit(websocket.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == websocket.headers.get("host")


async def live(websocket: WebSocket) -> None:
    """The route: answers `messages.parse` messages until the page leaves."""
    if not same_origin(websocket):
        await websocket.close(1008)
        return
    await websocket.accept()
    page = Page(websocket)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(page.serve_runs)
            tasks.start_soon(page.serve, page.cards, page.step)
            tasks.start_soon(page.serve, page.answers, page.answer)
            for name in views.VIEWS:
                tasks.start_soon(page.serve, page.views[name], page.view)
            await page.receive()
            tasks.cancel_scope.cancel()
    except* WebSocketDisconnect as gone:  # the page left while something was being sent
        log.debug("page left: %s", gone.exceptions)


class Mailbox:
    """Holds the latest message only; but a run that is stopped before it began is still told of, and then stops."""

    def __init__(self) -> None:
        self._letters: list[Message] = []
        self._event = anyio.Event()

    def put(self, message: Message) -> None:
        stopped = [one for one in self._letters if isinstance(message, Stop) and isinstance(one, Run)]
        self._letters = [*stopped, message]
        self._event.set()

    @property
    def waiting(self) -> bool:
        return bool(self._letters)

    async def take(self) -> Any:
        while not self._letters:
            self._event = anyio.Event()
            await self._event.wait()
        return self._letters.pop(0)


class Page:
    """One open page."""

    def __init__(self, websocket: WebSocket):
        self.websocket = websocket
        self.runs, self.cards, self.answers = Mailbox(), Mailbox(), Mailbox()
        self.views = {name: Mailbox() for name in views.VIEWS}
        self.kept = Kept()
        self.filming: tuple[Settings, range] | None = None  # the run in flight: its setting, its images
        self.walk: tuple[Settings, int, Iterator[Any]] | None = None  # the last one that a step card had to make

    async def receive(self) -> None:
        while (event := await self.websocket.receive())["type"] != "websocket.disconnect":
            try:
                message = parse(_text(event))
            except BadMessageError as error:
                await self.send({"type": "error", "code": error.code, "id": error.id, "message": str(error)})
                continue
            self.box(message).put(message)

    def box(self, message: Message) -> "Mailbox":
        if isinstance(message, View):
            return self.views[message.view]
        return {StepCard: self.cards, Answer: self.answers}.get(type(message), self.runs)

    async def send(self, head: dict[str, Any], pictures: bytes = b"") -> None:
        await self.send_packed(pack(head, pictures))

    async def send_packed(self, *answers: bytes) -> None:
        if not answers:
            return
        try:
            await self.websocket.send_bytes(b"".join(answers))
        except RuntimeError as gone:  # after a close; a RuntimeError of the work itself is another matter
            raise WebSocketDisconnect(1006) from gone

    async def serve_runs(self) -> None:
        while True:
            message = await self.runs.take()
            if isinstance(message, Run):
                await self.guarded(message.id, self.run, message)

    async def serve(self, box: Mailbox, work: Any) -> None:
        while True:
            message = await box.take()
            await self.guarded(message.id, work, message)

    async def guarded(self, id: int, work: Any, message: Message) -> None:
        """Runs `work(message)`; what goes wrong is said on the page, which goes on."""
        try:
            await work(message)
        except film.ModelUnavailableError as error:
            await self.send({"type": "error", "code": "weights", "id": id, "message": str(error)})
        except (TypeError, ValueError) as error:
            await self.send({"type": "error", "code": "bad-settings", "id": id, "message": str(error)})
        except WebSocketDisconnect:
            raise
        except Exception:
            log.exception("a request failed")
            text = "Something went wrong on the server; its log says what. Change a setting to go on."
            await self.send({"type": "error", "code": "internal", "id": id, "message": text})

    async def run(self, message: Run) -> None:
        """Curves at once, then the frames as they are sampled, and how it went."""
        settings, images = message.settings, message.images
        answers = [pack({"type": "curves", **message.head, "settings": settings.to_dict(), **film.curves(settings)})]
        if not message.draft and settings == Settings():  # on screen before torch has loaded
            answers += [_pack_frame(message, frame) for frame in shipped.frames()]
        begun = self.kept.begun(settings, images)
        if begun is None or _passes.borrowed_tokens:  # else pictures are as quick, and the page draws once
            await self.send_packed(*answers)
            answers = []
        self.filming = settings, images
        try:
            await self.sample(message, begun, answers)
        finally:
            self.filming = None

    async def sample(self, message: Run, begun: Any, answers: list[bytes]) -> None:
        """Sends `answers` with the first frame, then frames together, at its pace, until a newer run waits.

        A draft whose first pass is known begins with two: the second is the first that eta changes, and one pass of one
        image holds nothing up. How it went comes with the last frames.
        """
        started, S, j = time.perf_counter(), message.settings.S, 0
        frames = await to_thread.run_sync(self.begin, message.settings, message.images, message.focus, begun)
        at_least, seconds = 2 if message.draft and begun is not None else 1, 0.0
        while j <= S:
            some = await to_thread.run_sync(_next, frames, at_least, seconds, self.is_wanted, limiter=_passes)
            j = some[-1].j
            answers += [_pack_frame(message, frame) for frame in some]
            if j > S:
                passes = S if begun is None else S - 1
                answers.append(pack(_done(message, passes, time.perf_counter() - started)))
            elif self.runs.waiting:
                answers.append(pack({"type": "cancelled", **message.head, "j": j}))
            await self.send_packed(*answers)
            if self.runs.waiting:
                return
            answers, at_least, seconds = [], 1, DRAFT_PACE if message.draft else PACE

    def begin(self, settings: Settings, images: range, focus: int, begun: Any = None) -> Iterator[film.Frame]:
        """The frames of `images`, which are kept as they are sampled."""
        return film.film(settings, images[0], len(images), self.kept.begin(settings, images, focus), begun)

    def is_wanted(self) -> bool:
        """Whether another run of this page, or another learner's step, waits for the one in flight."""
        return self.runs.waiting or _passes.statistics().tasks_waiting > 0

    async def step(self, message: StepCard) -> None:
        """A transition of one image, as it was sampled: walked to only where no walk of it is kept."""
        step = await self.found(message)
        while step is None:
            if self.cards.waiting:
                return
            if self.is_filmed(message):
                await anyio.sleep(AWHILE)
            else:
                await self.walk_on(message.settings, message.image)
            step = await self.found(message)
        numbers, pictures = await to_thread.run_sync(film.step_card, message.settings, step, message.j)
        await self.send({"type": "step", "id": message.id, "image": message.image, "j": message.j, **numbers}, pictures)

    async def found(self, message: StepCard) -> Any:
        return await to_thread.run_sync(self.kept.find, message.settings, message.image, message.j)

    def is_filmed(self, message: StepCard) -> bool:
        """Whether the run in flight will come by the step that the card shows."""
        return self.filming is not None and self.filming[0] == message.settings and message.image in self.filming[1]

    async def walk_on(self, settings: Settings, image: int) -> None:
        """One step further down the walk of a single image; a card that another replaced left it where it was."""
        if self.walk is None or self.walk[:2] != (settings, image):
            self.walk = settings, image, await to_thread.run_sync(self.begin, settings, range(image, image + 1), image)
        if await to_thread.run_sync(next, self.walk[2], None, limiter=_passes) is None:
            self.walk = None  # it is at its end, and what it passed had to make room: once more

    async def view(self, message: View) -> None:
        """The view's parts as they are made, until a newer request for it waits; the first part is always sent."""
        head = {"id": message.id, "view": message.view}
        started = time.perf_counter()
        limiter = _passes if message.view in views.PASSES else _parts
        parts = await to_thread.run_sync(lambda: views.find(message.view)(message.values))
        while (part := await to_thread.run_sync(next, parts, None, limiter=limiter)) is not None:
            await self.send({"type": "part", **head, **part[0]}, part[1])
            if self.views[message.view].waiting:
                return
        await self.send({"type": "ended", **head, "seconds": time.perf_counter() - started})

    async def answer(self, message: Answer) -> None:
        from ddim_lab.teaching.page_questions import find
        from ddim_lab.teaching.questions import reveal

        told = await to_thread.run_sync(reveal, find(message.key), message.choice)
        await self.send({"type": "answer", "id": message.id, "key": message.key, "choice": message.choice, **told})


def _text(event: Any) -> str:
    text = event.get("text")
    if text is None:
        raise BadMessageError("bad-message", "a message must be text, got bytes")
    return text


def _pack_frame(run: Run, frame: film.Frame) -> bytes:
    told = {"type": "frame", **run.head, "j": frame.j, "first": run.images[0], "n": len(frame.x_t)}
    return pack(told, frame.x_t.tobytes() + frame.x0.tobytes())


def _done(run: Run, passes: int, seconds: float) -> dict[str, Any]:
    engine = film.denoiser().engine
    where = {"device": str(engine.device), "engine": engine.name}
    return {"type": "done", **run.head, "seconds": seconds, "passes": passes, "n": len(run.images), **where}


def _next(
    frames: Iterator[film.Frame], at_least: int, seconds: float, is_wanted: Callable[[], bool]
) -> list[film.Frame]:
    """`at_least` so many frames and those of the next `seconds`; fewer, but one, where the network is wanted."""
    until, made = time.perf_counter() + seconds, []
    for frame in frames:
        made.append(frame)
        if is_wanted() or (len(made) >= at_least and time.perf_counter() > until):
            break
    return made
