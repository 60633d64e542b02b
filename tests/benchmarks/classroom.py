"""A class at one server, as scripts that play it in the page's own protocol."""

import asyncio
import base64
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import websockets

from tests.lab import fuzz

IMAGES, S, MOVES = 8, 10, 10
PATIENCE = 0.3
LAB = ("film", "step", "path", "library", "take")
OTHERS = [request for request in fuzz.RIGHT if request[0] not in LAB]  # what other pages ask
FEW = 3


@dataclass(frozen=True)
class Script:
    """How a class behaves: each learner plays for `seconds`, or until all have sent `requests`."""

    seconds: float = 20.0
    requests: int | None = None
    pace: float = 0.1  # seconds between two moves of a drag
    pause: tuple[float, float] = (0.5, 1.5)  # seconds between two drags
    same: bool = False  # all look at one link
    mixed: bool = False  # a third are on another page
    images: int = IMAGES
    S: int = S


class Learner:
    """One open lab page, moved by a script."""

    def __init__(self, socket: Any, script: Script, settings: dict[str, Any], chance: random.Random):
        self.socket, self.script, self.settings, self.chance = socket, script, settings, chance
        self.id = self.shown = 0
        self.pictures: dict[int, float] = {}  # request -> when its first picture came that eta changes
        self.looked: dict[int, float] = {}
        self.done: dict[int, float] = {}
        self.came = asyncio.Event()
        self.drags: list[float] = []
        self.releases: list[tuple[float, float]] = []
        self.encoded: list[float] = []
        self.errors: list[str] = []

    async def listen(self) -> None:
        async for message in self.socket:
            now = time.perf_counter()
            for head in heads(message):
                self.take(head, now)
            self.came.set()

    def take(self, head: dict[str, Any], now: float) -> None:
        id = head["id"]
        if head["type"] == "error":
            self.errors.append(head["message"])
            self.done[id] = now
        elif head.get("kind") == "frame":
            if head["j"] > 1:
                self.pictures.setdefault(id, now)
            if head["j"] == self.script.S + 1 and head["first"] == 0:
                self.looked.setdefault(id, now)
        elif head["type"] == "end" and not head["cancelled"]:
            self.done[id] = now

    async def send(self, view: str, values: dict[str, Any]) -> int:
        self.id += 1
        id = self.id
        await self.socket.send(json.dumps({"id": id, "view": view, "values": values}))
        return id

    async def ask(self, eta: float, draft: bool) -> int:
        return await self.send("film", {"settings": self.settings | {"eta": eta}, "draft": draft, "focus": 0})

    async def until(self, what: dict[int, float], id: int, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while id not in what and (left := end - time.perf_counter()) > 0:
            self.came.clear()
            try:
                await asyncio.wait_for(self.came.wait(), left)
            except TimeoutError:
                return

    async def drag(self) -> None:
        changed: list[float] = []  # when each change was made
        sent: list[tuple[int, int]] = []  # request, the changes made by then
        started = sent_at = time.perf_counter()
        for i in range(MOVES):
            await asyncio.sleep(max(0.0, started + i * self.script.pace - time.perf_counter()))
            changed.append(time.perf_counter())
            if sent:  # the draft under way holds this change back, until the next one takes its place
                held = sent_at + PATIENCE - time.perf_counter()
                await self.until(self.pictures, sent[-1][0], min(held, self.script.pace))
                if sent[-1][0] not in self.pictures and time.perf_counter() < sent_at + PATIENCE:
                    continue
            sent.append((await self.ask(self.eta(i), True), i + 1))
            sent_at = time.perf_counter()
        released = time.perf_counter()
        full = await self.ask(self.eta(MOVES), False)
        sent.append((full, MOVES))
        await self.until(self.done, full, 120)
        for i, at in enumerate(changed):
            shows = [self.pictures[id] for id, made in sent if made > i and id in self.pictures]
            self.drags.append(min(shows, default=float("inf")) - at)
        self.releases.append((self.looked.get(full, np.inf) - released, self.done.get(full, np.inf) - released))

    def eta(self, i: int) -> float:
        return round(self.chance.random(), 4) if self.settings["seed"] else i / MOVES

    async def live(self, is_over: Callable[[], bool]) -> None:
        listening = asyncio.create_task(self.listen())
        await asyncio.sleep(self.chance.uniform(0, 2 * self.script.pause[1] / 1.5))
        while not is_over():
            await self.drag()
            await asyncio.sleep(self.chance.uniform(*self.script.pause))
        listening.cancel()


class Elsewhere(Learner):
    """One open page of another kind: some requests of the other pages, then a picture is encoded in full."""

    async def drag(self) -> None:
        for view, values in self.chance.sample(OTHERS, FEW):
            await self.until(self.done, await self.send(view, values), 120)
        picture = base64.b64encode(self.chance.randbytes(784)).decode()
        values = {"do": "code", "settings": {"S": 50}, "picture": picture, "label": "none", "implicit": False}
        sent = time.perf_counter()
        id = await self.send("encode", values | {"draft": False})
        await self.until(self.done, id, 120)
        self.encoded.append(self.done.get(id, np.inf) - sent)


def heads(message: bytes) -> Iterator[dict[str, Any]]:
    """The heads of the answers that travelled together."""
    at = 0
    while at < len(message):
        head, data = np.frombuffer(message[at : at + 8], "<u4").tolist()
        yield json.loads(message[at + 8 : at + 8 + head])
        at += 8 + head + data


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Any]:
    """A socket of the app at `url`."""
    address = url.replace("http", "ws") + "/ddim/live"
    async with websockets.connect(address, origin=websockets.Origin(url), max_size=None) as socket:
        yield socket


async def play(
    url: str, learners: int, script: Script, floods: int = 0, meanwhile: Callable[[int], None] = lambda _: None
) -> list[Learner]:
    """The class, when all have ended, beside so many `floods`.

    `meanwhile` hears a few times a second how many requests were sent.
    """
    present: list[Learner] = []
    until = time.perf_counter() + script.seconds

    def sent() -> int:
        return sum(learner.id for learner in present)

    def is_over() -> bool:
        return time.perf_counter() > until if script.requests is None else sent() >= script.requests

    async def one(number: int) -> None:
        async with opened(url) as socket:
            settings = {"images": script.images, "S": script.S, "seed": 0 if script.same else 1000 + number}
            kind = Elsewhere if script.mixed and number % 3 == 2 else Learner
            learner = kind(socket, script, settings, random.Random(number))
            present.append(learner)
            await learner.live(is_over)

    async def watch() -> None:
        while True:
            meanwhile(sent())
            await asyncio.sleep(0.2)

    beside = [asyncio.create_task(watch()), *(asyncio.create_task(flood(url, number)) for number in range(floods))]
    await asyncio.gather(*(one(number) for number in range(learners)))
    for task in beside:
        task.cancel()
    return present


async def flood(url: str, number: int) -> None:
    """One connection that sends right messages as fast as they are taken, and reads its answers; until cancelled."""
    async with opened(url) as socket:

        async def listen() -> None:
            async for _ in socket:
                pass

        listening = asyncio.create_task(listen())
        chance, id = random.Random(number), 0
        try:
            while True:
                id += 1
                settings = {"images": 64, "S": 100, "eta": round(chance.random(), 4), "seed": number}
                film = ("film", {"settings": settings, "draft": False, "focus": 0})
                view, values = film if id % 2 else chance.choice(fuzz.RIGHT)
                await socket.send(json.dumps({"id": id, "view": view, "values": values}))
                await asyncio.sleep(0)
        finally:
            listening.cancel()
