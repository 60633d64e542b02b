"""A page's end of the live socket, in the tests."""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import anyio
import numpy as np
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit import config

from ddim_lab.lab.routes import GUARDS, routes

config.set_option("server.allowedHosts", ["testserver", "localhost", "::1", "*.school.example"])  # "started for"
OWN = {"origin": "http://testserver"}
PATIENCE = 60  # seconds for one answer, on a busy machine


def client() -> TestClient:
    return TestClient(Starlette(routes=routes(), middleware=GUARDS))


class Wire:
    """Sends messages and unpacks answers: dicts, with the grey levels under "pictures" (bytes)."""

    def __init__(self, session):
        self.session, self.id, self.answers = session, 0, deque()

    def send(self, **message) -> int:
        self.id += 1
        self.session.send_text(json.dumps({"id": self.id, **message}))
        return self.id

    def ask(self, view: str, **values) -> int:
        return self.send(view=view, values=values)

    def stop(self) -> int:
        return self.send(stop=True)

    def run(self, settings: dict | None = None, draft: bool = False, focus: int = 0) -> int:
        return self.ask("film", settings=settings or {}, draft=draft, focus=focus)

    def card(self, settings: dict, image: int, j: int) -> dict:
        """The answer to a step card's request: its one part, or an error."""
        return self.until(self.ask("step", settings=settings, image=image, j=j), "part", "error")[-1]

    def receive(self) -> dict:
        while not self.answers:
            self.answers.extend(unpack(self.message()))
        return self.answers.popleft()

    def message(self) -> bytes:
        async def take():
            with anyio.fail_after(PATIENCE):  # a lost answer fails the test instead of stopping it for ever
                return await self.session._send_rx.receive()

        message = self.session.portal.call(take)
        if message["type"] == "websocket.close":
            raise WebSocketDisconnect(message.get("code", 1000))
        return message["bytes"]

    def until(self, id: int, *kinds: str) -> list[dict]:
        """All answers up to the one of `kinds` to message `id`."""
        got = [self.receive()]
        while got[-1]["id"] != id or not {kind(got[-1]), "part" * (got[-1]["type"] == "part")} & {*kinds}:
            got.append(self.receive())
        return got

    def film(self, id: int) -> tuple[list[dict], np.ndarray, np.ndarray]:
        """(answers, x_t, x0) of run `id`, which must come to its end; pictures int (frames, n, 28, 28)."""
        got = self.until(id, "end", "error", "cancelled")
        assert kind(got[-1]) == "end", got[-1]
        frames = [answer for answer in got if kind(answer) == "frame" and answer["id"] == id]
        return got, *(np.stack(rows) for rows in zip(*map(pictures, frames), strict=True))


def ended(main, *args):
    """What an async function gives, run in a thread of its own: Playwright keeps a loop in the tests' thread."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(anyio.run, main, *args).result()


def kind(answer: dict) -> str:
    """What an answer is: "error", "end" or "cancelled" (an end before all was made), else the kind of a part."""
    if answer["type"] == "end":
        return "cancelled" if answer["cancelled"] else "end"
    return answer.get("kind", "part") if answer["type"] == "part" else answer["type"]


def types(answers: Iterable[dict]) -> list[str]:
    return [kind(answer) for answer in answers]


def pictures(frame: dict, data: bytes | None = None) -> tuple[np.ndarray, ...]:
    """The pictures of a frame by kind, each int (n, 28, 28): x_t and predicted x_0, and what else there is."""
    grey = np.frombuffer(frame["pictures"] if data is None else data, np.uint8).astype(int).reshape(-1, 28, 28)
    return tuple(np.split(grey, np.cumsum(list(frame["kinds"].values()))[:-1]))


def unpack(message: bytes) -> Iterator[dict]:
    """The answers that travelled together."""
    while message:
        head, rest = np.frombuffer(message[:8], "<u4").tolist()
        text, pictures, message = message[8 : 8 + head], message[8 + head :][:rest], message[8 + head + rest :]
        yield json.loads(text) | {"pictures": pictures}


@contextmanager
def page(origin: dict | None = None, server: TestClient | None = None):
    """One open page; pages that share an entered `server` share its event loop, as in the real app."""
    with (server or client()).websocket_connect("/ddim/live", headers=OWN if origin is None else origin) as session:
        yield Wire(session)
