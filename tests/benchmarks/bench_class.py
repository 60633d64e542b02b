"""A class at one server: `python -m tests.benchmarks.bench_class --learners 30` plays it in the page's own protocol.

Each learner, in a process beside the server's, drags eta ten times a second for a second, lets go (a full run of 8
images, S = 10), waits .5 to 1.5 s, and begins again; each has a seed of its own, so nothing shared can win it.
`--same`: all look at one link, eta at marks. `--mixed`: a third of the learners encode in full instead.

change → picture: from a change to the first picture of it or of a later one; a draft holds the next one back until its
picture is there, as static/live.js does, for at most PATIENCE. release → looked-at, all: until the picture of the image
that is looked at, and those of all eight, are exact. p is the time of a pass of 16 images, D those of one cycle.
"""

import argparse
import asyncio
import base64
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import websockets

from tests.browser.conftest import App

IMAGES, S, MOVES, PACE = 8, 10, 10, 0.1
PATIENCE = 0.3
PAUSE = 0.5, 1.5
RESULT = S + 1  # the frame that holds the results
BATCH = 16


class Learner:
    """One open lab page, moved by a script."""

    def __init__(self, socket: Any, settings: dict[str, Any], chance: random.Random):
        self.socket, self.settings, self.chance = socket, settings, chance
        self.id = self.shown = 0
        self.pictures: dict[int, float] = {}  # request -> when its first picture came that eta changes
        self.looked: dict[int, float] = {}
        self.done: dict[int, float] = {}
        self.came = asyncio.Event()
        self.drags: list[float] = []
        self.releases: list[tuple[float, float]] = []
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
        elif head.get("kind") == "frame":
            if head["j"] > 1:
                self.pictures.setdefault(id, now)
            if head["j"] == RESULT and head["first"] == 0:
                self.looked.setdefault(id, now)
        elif head["type"] == "end" and not head["cancelled"]:
            self.done[id] = now

    async def ask(self, eta: float, draft: bool) -> int:
        self.id += 1
        values = {"settings": self.settings | {"eta": eta}, "draft": draft, "focus": 0}
        await self.socket.send(json.dumps({"id": self.id, "view": "film", "values": values}))
        return self.id

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
            await asyncio.sleep(max(0.0, started + i * PACE - time.perf_counter()))
            changed.append(time.perf_counter())
            if sent:  # the draft under way holds this change back, until the next one takes its place
                held = sent_at + PATIENCE - time.perf_counter()
                await self.until(self.pictures, sent[-1][0], min(held, PACE))
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

    async def live(self, until: float) -> None:
        listening = asyncio.create_task(self.listen())
        await asyncio.sleep(self.chance.uniform(0, 2))
        while time.perf_counter() < until:
            await self.drag()
            await asyncio.sleep(self.chance.uniform(*PAUSE))
        listening.cancel()


class Encoder(Learner):
    """One open page of another kind: a picture is encoded in full."""

    async def drag(self) -> None:
        self.id += 1
        picture = base64.b64encode(self.chance.randbytes(784)).decode()
        values = {"do": "code", "settings": {"S": 50}, "picture": picture, "label": "none", "implicit": False}
        values["draft"] = False
        sent = time.perf_counter()
        await self.socket.send(json.dumps({"id": self.id, "view": "encode", "values": values}))
        await self.until(self.done, self.id, 120)
        self.releases.append((np.inf, self.done.get(self.id, np.inf) - sent))


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


async def play(url: str, learners: int, seconds: float, same: bool, mixed: bool) -> list[Learner]:
    async def one(number: int) -> Learner:
        async with opened(url) as socket:
            chance = random.Random(number)
            settings = {"images": IMAGES, "S": S, "seed": 0 if same else 1000 + number}
            kind = Encoder if mixed and number % 3 == 2 else Learner
            learner = kind(socket, settings, chance)
            await learner.live(time.perf_counter() + seconds)
            return learner

    return await asyncio.gather(*(one(number) for number in range(learners)))


def pass_ms(rows: int) -> float:
    """Milliseconds of a pass, in a process of its own: the median of 15."""
    code = (
        "import time, torch, statistics, ddim_lab as dl\n"
        f"d, x = dl.load_denoiser('cpu'), dl.initial_noise({rows}, (1, 28, 28))\n"
        "times = []\n"
        "for _ in range(20):\n"
        "    t = time.perf_counter()\n"
        f"    d(x, .5, label=torch.arange({rows}) % 10)\n"
        "    times.append(time.perf_counter() - t)\n"
        "print(1000 * statistics.median(times[5:]))"
    )
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def told(name: str, values: list[float]) -> str:
    if not values:
        return f"{name:42} none"
    p50, p95 = np.percentile(values, [50, 95], method="higher") * 1000
    return f"{name:42} p50 {p50:7.0f} ms   p95 {p95:7.0f} ms   ({len(values)})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--same", action="store_true")
    parser.add_argument("--mixed", action="store_true")
    parser.add_argument("--url", help="of an app that runs; by default one is started")
    options = parser.parse_args()
    p = pass_ms(BATCH)
    if options.url:
        learners = asyncio.run(play(options.url, options.learners, options.seconds, options.same, options.mixed))
    else:
        with tempfile.TemporaryDirectory() as folder, App(Path(folder) / "log").running() as app:
            asyncio.run(play(app.url, 1, 3, False, False))  # warm
            learners = asyncio.run(play(app.url, options.learners, options.seconds, options.same, options.mixed))
    report(learners, p)


def report(learners: list[Learner], p: float) -> None:
    lab = [learner for learner in learners if not isinstance(learner, Encoder)]
    runs = [release for learner in lab for release in learner.releases]
    print(f"{len(learners)} learners; p, a pass of {BATCH} images: {p:.1f} ms ({p / 28:.2f} of the bars' 28)")
    print(told("change → first picture that shows it", [drag for learner in lab for drag in learner.drags]))
    print(told("release → the looked-at image exact", [looked for looked, _ in runs]))
    print(told("release → all exact", [done for _, done in runs]))
    D = IMAGES * S / BATCH * p / 1000
    print(f"{'R = learners · D - 2 s, at least D':42} {max(D, len(lab) * D - 2):.2f} s")
    others = [release for learner in learners if isinstance(learner, Encoder) for _, release in learner.releases]
    if others:
        print(told("a full encode, S = 50", others))
    errors = [error for learner in learners for error in learner.errors]
    print(f"{len(runs)} cycles; {len(errors)} errors {sorted(set(errors))}")


if __name__ == "__main__":
    main()
