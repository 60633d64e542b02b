"""A class at one server: `python -m tests.benchmarks.bench_class --learners 30` plays it in the page's own protocol.

Each learner, in a process beside the server's, drags eta ten times a second for a second, lets go (a full run of 8
images, S = 10), waits .5 to 1.5 s, and begins again; each has a seed of its own, so nothing shared can win it.
`--same`: all look at one link, eta at marks. `--mixed`: a third of the learners are on the other pages, and encode in
full. `--flood 4`: so many connections send right messages as fast as they are taken, beside a class that was measured
without them before. `--requests 10000`: no pauses, until so many were sent, and what the server's memory did meanwhile;
what an open page costs that keeps all it may, before. A page keeps more with each run until it is full, after some 700
of these requests: with two learners, 10,000 are enough to see what stays.

change → picture: from a change to the first picture of it or of a later one; a draft holds the next one back until its
picture is there, as static/live.js does, for at most PATIENCE. release → looked-at, all: until the picture of the image
that is looked at, and those of all eight, are exact. p is the time of a pass of 16 images on all cores, measured before
and after, D that of the passes of one cycle; the bars were set at p = 28 ms. The server's processor time is beside that
of the pictures that went through its network, at what one costs on one core, measured in the same minutes.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.classroom import IMAGES, Learner, S, Script, opened, play
from tests.browser.conftest import App

BATCH = 16
QUICK = Script(pace=0.02, pause=(0.0, 0.0), images=2, S=3)  # for many requests
SETTLED = 0.2  # of the requests, after which memory should be flat
FULL_PAGES = 2
PASS = """
import sys, time, torch, ddim_lab as dl
rows, rounds, threads = map(int, sys.argv[1:])
d, x = dl.load_denoiser("cpu", threads=threads), dl.initial_noise(rows, (1, 28, 28))
for i in range(5 + rounds):
    wall, cpu = time.perf_counter(), time.thread_time()
    d(x, .5, label=torch.arange(rows) % 10)
    if i >= 5:
        print(time.perf_counter() - wall, time.thread_time() - cpu)
"""


class Passes:
    """What a pass costs here, from several moments: ms of 16 images on all cores, ms of the processor for one image."""

    def __init__(self) -> None:
        self.whole: list[float] = []
        self.single: list[float] = []

    def measure(self) -> None:
        self.whole += [wall for wall, _ in self._timed(0)]
        self.single += [cpu / BATCH for _, cpu in self._timed(1)]

    @staticmethod
    def _timed(threads: int) -> list[tuple[float, float]]:
        command = [sys.executable, "-c", PASS, str(BATCH), "15", str(threads)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return [(1000 * float(wall), 1000 * float(cpu)) for wall, cpu in map(str.split, told.splitlines())]

    @property
    def p(self) -> float:
        return statistics.median(self.whole)

    @property
    def image(self) -> float:
        return statistics.median(self.single)


@dataclass(frozen=True)
class Server:
    """The app that is measured, seen from outside (Linux)."""

    url: str
    pid: int

    @property
    def seconds(self) -> float:
        """Of the processor, all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        """Of memory that is its own."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("RssAnon")).split()[1]) / 1024

    @property
    def pictures(self) -> int:
        """That went through its network."""
        with urllib.request.urlopen(f"{self.url}/ddim/health", timeout=30) as answer:
            return json.load(answer)["pictures"]


@contextmanager
def served() -> Iterator[Server]:
    """An app of its own, warm."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(Path(folder) / "log")
        process = app.start()
        try:
            app.wait(process)
            asyncio.run(play(app.url, 1, Script(seconds=3)))
            yield Server(app.url, process.pid)
        finally:
            process.terminate()
            process.wait(20)


def told(name: str, values: list[float], *bars: tuple[int, float]) -> None:
    """One line: medians and 95th percentiles in ms, and each bar (percentile, ms) with whether it is met."""
    if not values:
        print(f"{name:42} none")
        return
    p50, p95 = np.percentile(values, [50, 95], method="higher") * 1000
    line = f"{name:42} p50 {p50:7.0f} ms   p95 {p95:7.0f} ms   ({len(values)})"
    for percentile, bar in bars:
        met = {50: p50, 95: p95}[percentile] <= bar
        line += f"   p{percentile} bar {bar:.0f}: {'met' if met else 'MISSED'}"
    print(line)


def report(learners: list[Learner], p: float) -> None:
    """What the class saw, beside the bars of issue 15 for as many."""
    lab = [learner for learner in learners if not learner.encoded]
    n, scale = len(lab), p / 28
    runs = [release for learner in lab for release in learner.releases]
    D = IMAGES * S / BATCH * p / 1000
    R = max(D, n * D - 2)
    print(f"{len(learners)} learners; p = {p:.1f} ms ({scale:.2f} of the bars'), D = {D:.2f} s, R = {R:.2f} s")
    drags = [drag for learner in lab for drag in learner.drags]
    told("change → first picture that shows it", drags, (95, 300 * scale if n > 10 else 160))
    told("release → the looked-at image exact", [looked for looked, _ in runs], (95, 1000 * scale))
    told("release → all exact", [done for _, done in runs], (50, 1300 * R), (95, 2000 * R))
    encoded = [seconds for learner in learners for seconds in learner.encoded]
    if encoded:
        told("a full encode, S = 50", encoded, (95, 10_000 * scale))
    errors = [error for learner in learners for error in learner.errors]
    print(f"{len(runs)} cycles; {len(errors)} errors {sorted(set(errors))}")


def measured(server: Server, learners: int, script: Script, floods: int = 0) -> None:
    """One class, with what it cost."""
    passes = Passes()
    passes.measure()
    seconds, pictures, own, started = server.seconds, server.pictures, time.process_time(), time.perf_counter()
    present = asyncio.run(play(server.url, learners, script, floods))
    wall, own = time.perf_counter() - started, time.process_time() - own
    seconds, pictures = server.seconds - seconds, server.pictures - pictures
    passes.measure()
    report(present, passes.p)
    network = pictures * passes.image / 1000
    print(
        f"processor: server {seconds:.1f} s in {wall:.1f} s; its network {network:.1f} s ({network / seconds:.0%}: "
        f"{pictures} pictures of {passes.image:.2f} ms); this script {own:.1f} s"
    )


async def fill(url: str, number: int, megabytes: Any) -> float:
    """MB that FULL_PAGES open pages take in all, each of which keeps as many walks as it may."""
    before, sockets = megabytes(), []
    for page in range(FULL_PAGES):
        opening = opened(url)
        socket = await opening.__aenter__()
        sockets.append(opening)
        settings = {"S": 100, "images": 9, "solver": "dpmpp_2m", "seed": number + page}  # two of them fill Kept
        for id, eta in enumerate((0.0, 0.5)):
            learner = Learner(socket, Script(), settings, None)
            listening = asyncio.create_task(learner.listen())
            learner.id = id
            await learner.until(learner.done, await learner.ask(eta, False), 300)
            listening.cancel()
    after = megabytes()
    for opening in sockets:
        await opening.__aexit__(None, None, None)
    return after - before


def remembered(server: Server, learners: int, requests: int) -> None:
    """What memory does: of a page that keeps all it may, and over many requests."""
    asyncio.run(fill(server.url, 10, lambda: 0.0))  # what the network remembers is full now
    one = asyncio.run(fill(server.url, 20, lambda: server.megabytes)) / FULL_PAGES
    print(f"an open page that keeps all it may: {one:.1f} MB   bar 20: {'met' if one <= 20 else 'MISSED'}")
    course: list[tuple[int, float]] = []
    script = replace(QUICK, requests=requests)
    present = asyncio.run(
        play(server.url, learners, script, meanwhile=lambda sent: course.append((sent, server.megabytes)))
    )
    settled = [megabytes for sent, megabytes in course if sent >= SETTLED * requests]
    quarter = max(1, len(settled) // 4)
    first, last = statistics.median(settled[:quarter]), statistics.median(settled[-quarter:])
    grown = last / first - 1
    print(f"{sum(learner.id for learner in present)} requests of {learners} learners; memory after each tenth, MB:")
    tenths = [next(mb for sent, mb in course if sent >= tenth * requests / 10) for tenth in range(10)]
    print(" ".join(f"{mb:.0f}" for mb in (*tenths, course[-1][1])))
    print(f"from {first:.0f} to {last:.0f} MB, {grown:+.1%}   bar 5 %: {'met' if grown <= 0.05 else 'MISSED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--same", action="store_true")
    parser.add_argument("--mixed", action="store_true")
    parser.add_argument("--flood", type=int, default=0)
    parser.add_argument("--requests", type=int)
    options = parser.parse_args()
    script = Script(options.seconds, same=options.same, mixed=options.mixed)
    with served() as server:
        if options.requests:
            remembered(server, options.learners, options.requests)
            return
        measured(server, options.learners, script)
        if options.flood:
            print(f"beside {options.flood} that flood:")
            measured(server, options.learners, script, options.flood)


if __name__ == "__main__":
    main()
