"""Network passes of all who look: whoever needs one waits in line, and what waits goes through the network together.

Those who wait make the passes, each of at most so many pictures, the most urgent first: the first picture after a
change, then the image that is looked at, then the rest, page by page in fair turns, and last what a draft has beyond
its first picture, since a moving hand takes it back. What the network said of a picture
is remembered: neither eta nor the steps below the top one change what it hears of x_T, and a class that looks at one
setting pays for it once. What a page no longer wants is dropped before it costs a pass.
"""

import hashlib
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from ddim_lab.lab.live.shares import Account, Shares

ROWS_GPU = 256  # pictures of one pass
ROWS_CPU, ROWS_CORE = 16, 8  # on all cores, on one: more of them take longer each, and let a first picture wait
FEW = 2  # pictures up to which a request counts as one for a first picture
FIRST = 2  # the network is asked so often for the first picture that eta changes: of x_T, and of the next one
CROWD = 1.0  # seconds for which those who met in the line count as a crowd
REMEMBERED = 8_000  # answers of the network, 3 kB each: 25 MB
_arrivals = count()

Key = tuple[bytes, float, int, float]  # of a picture: its bytes, alpha_bar_t, label, guidance
Chosen = dict[Key, list[tuple["Request", int]]]  # the pictures of a pass, each with the places it is for


class DroppedError(Exception):
    """What was asked for is not wanted any more."""


@dataclass(eq=False)
class Turn:
    """One request of a page; `looked` while it is at the image that is looked at, `draft` where a hand still moves."""

    account: Account = field(default_factory=Account)
    looked: bool = False
    draft: bool = False
    passes: int = 0  # that it took part in
    heard: int = 0  # how often it asked, and was told
    dropped: bool = False
    waiting: "Request | None" = None

    @property
    def ahead(self) -> int:
        """How many pictures go before those that wait; 0 if none do."""
        request = self.waiting
        return 0 if request is None else request.line.ahead(request)

    def drop(self) -> None:
        """It is not wanted any more: whoever waits for a pass of it gets a `DroppedError`."""
        self.dropped = True
        request = self.waiting
        if request is not None:
            with request.ready:
                request.ready.notify()


turn: ContextVar[Turn | None] = ContextVar("turn", default=None)  # of the request that is being answered


def wanted() -> None:
    """Raises DroppedError if the request that is being answered is not wanted any more."""
    mine = turn.get()
    if mine is not None:
        if mine.dropped:
            raise DroppedError
        mine.passes += 1


@dataclass(eq=False)
class Request:
    """Pictures that wait: x (n, 1, 28, 28), what they depend on, and the eps that have come, float32 in NumPy.

    Pictures come and go one by one, which costs PyTorch ten times as much.
    """

    line: "Passes"
    turn: Turn
    x: NDArray[np.float32]
    keys: list[Key]
    eps: NDArray[np.float32]
    ready: threading.Condition
    left: list[int] = field(default_factory=list)  # the pictures that are in no pass yet
    missing: int = 0  # those without an answer
    is_idle: bool = False  # whether its thread waits for others
    arrival: int = field(default_factory=lambda: next(_arrivals))
    error: Exception | None = None

    @property
    def urgency(self) -> tuple[int, float, int]:
        """Sorts those who wait: smaller comes first."""
        mine = self.turn
        is_first = mine.heard < FIRST and len(self.keys) <= FEW
        rank = 0 if is_first else 1 if mine.looked else 3 if mine.draft else 2
        return rank, mine.account.used, self.arrival


class Passes:
    """A denoiser (x_t, alpha_bar_t, label, guidance) that learners share; threads that call it meet in its passes.

    `denoiser` is a `model.denoiser.Denoiser`, whose noise level and label may be given per image. `narrow` is the same
    on one core: a crowd is served by as many passes at a time as there are `cores`, since cores that share one pass
    wait for each other at every layer. Whoever is alone has them all for each pass.
    """

    def __init__(self, denoiser: Any, narrow: Any = None, cores: int = 1):
        self.denoiser, self.engine = denoiser, denoiser.engine
        self._narrow, self._cores = narrow or denoiser, cores
        self.rows = ROWS_CPU if self.engine.device.type == "cpu" else ROWS_GPU
        self._lock = threading.Lock()
        self._waiting: list[Request] = []
        self._busy = 0  # cores that make passes
        self._met = -CROWD  # when two pages last waited at once
        self._shares = Shares()
        self.pictures = 0  # that went through the network
        self._flying: Chosen = {}  # what is in a pass now
        self._known: LRUCache[Key, Any] = LRUCache(REMEMBERED)

    def __call__(self, x_t: Any, alpha_bar_t: float, label: Any = None, guidance: float = 1.0) -> Any:
        """As `Denoiser.__call__`. Raises DroppedError if the turn it is called in is not wanted any more."""
        import torch

        if x_t.dtype != torch.float32:
            return self.denoiser(x_t, alpha_bar_t, label=label, guidance=guidance)
        labels = torch.as_tensor(self.denoiser.classes if label is None else label).expand(len(x_t)).tolist()
        return self._ask(x_t, alpha_bar_t, labels, 1.0 if label is None else guidance)

    def ahead(self, of: Request) -> int:
        """How many pictures go before those of a request."""
        with self._lock:
            return sum(len(other.left) for other in self._waiting if other.urgency < of.urgency)

    @property
    def is_busy(self) -> bool:
        """Whether others wait, or are in a pass."""
        return self._busy > 0 or bool(self._waiting)

    def _ask(self, x: Any, level: float, labels: list[int], guidance: float) -> Any:
        import torch

        rows = np.ascontiguousarray(x.cpu().numpy())
        keys = [
            (hashlib.blake2b(row, digest_size=16).digest(), level, label, guidance)
            for row, label in zip(rows, labels, strict=True)
        ]
        mine = turn.get() or Turn(heard=FIRST)
        request = Request(self, mine, rows, keys, np.empty_like(rows), threading.Condition(self._lock))
        with self._lock:
            for i, key in enumerate(keys):
                if (known := self._known.get(key)) is not None:
                    request.eps[i] = known
                    continue
                request.missing += 1
                if key in self._flying:
                    self._flying[key].append((request, i))
                else:
                    request.left.append(i)
            if request.missing:
                self._serve(request)
        if request.error is not None:
            raise request.error
        mine.heard += 1
        return torch.from_numpy(request.eps).to(x.device)

    def _serve(self, request: Request) -> None:
        """Waits until the request is served, and makes passes while there are cores for one. The lock is held."""
        mine = request.turn
        mine.waiting = request
        self._shares.welcome(mine.account)
        self._waiting.append(request)
        if any(other.turn.account is not mine.account for other in self._waiting):
            self._met = time.monotonic()
        try:
            while request.missing and request.error is None:
                if mine.dropped:
                    raise DroppedError
                if self._has_work():
                    self._pass()
                else:
                    request.is_idle = True
                    request.ready.wait()
                    request.is_idle = False
            mine.passes += 1
        finally:
            mine.waiting = None
            self._waiting.remove(request)
            self._call_next()

    def _has_work(self) -> bool:
        """Whether a pass can be made now."""
        return self._busy < self._cores and any(request.left for request in self._waiting)

    def _call_next(self) -> None:
        """Somebody else who waits makes the next pass, if there is one to make."""
        if self._has_work():
            idle = [request for request in self._waiting if request.is_idle]
            if idle:
                chosen = min(idle, key=lambda request: (not request.left, request.urgency))
                chosen.is_idle = False  # it is called once
                chosen.ready.notify()

    def _pass(self) -> None:
        """The most urgent pictures go through the network; the lock is free meanwhile."""
        is_crowd = time.monotonic() < self._met + CROWD
        if is_crowd and self._cores > 1:
            denoiser, cores, rows = self._narrow, 1, ROWS_CORE
        else:
            denoiser, cores, rows = self.denoiser, self._cores - self._busy, self.rows
        chosen = self._chosen(rows)
        if not chosen:
            return
        self._busy += cores
        self.pictures += len(chosen)
        self._call_next()
        self._lock.release()
        try:
            answers, errors = _answers(denoiser, chosen)
        finally:
            self._lock.acquire()
            self._busy -= cores
        self._deliver(chosen, answers, errors)

    def _deliver(self, chosen: Chosen, answers: dict[Key, Any], errors: dict[Request, Exception]) -> None:
        for key, places in chosen.items():
            del self._flying[key]
            for request, i in places:
                request.turn.account.used += 1 / len(places)
                if key in answers:
                    request.eps[i] = answers[key]
                    request.missing -= 1
                elif request in errors:
                    request.error = errors[request]
                else:  # it came while the pass failed for others
                    request.left.append(i)
        self._known.update(answers)
        for request in {request for places in chosen.values() for request, _ in places}:
            if not request.missing or request.error is not None:
                request.is_idle = False
                request.ready.notify()

    def _chosen(self, room: int) -> Chosen:
        """The pictures of the next pass: equal ones are one, also with one that is in a pass already."""
        chosen: Chosen = {}
        self._shares.least(request.turn.account for request in self._waiting)
        for request in sorted(self._waiting, key=lambda request: request.urgency):
            staying = []
            for i in request.left:
                key = request.keys[i]
                if key in self._flying:
                    self._flying[key].append((request, i))
                elif room > 0:
                    self._flying[key] = chosen[key] = [(request, i)]
                    room -= 1 if key[-1] == 1 else 2  # guided pictures go through with and without their label
                else:
                    staying.append(i)
            request.left = staying
        return chosen


def _answers(denoiser: Any, chosen: Chosen) -> tuple[dict[Key, Any], dict[Request, Exception]]:
    """What the network says of each picture; where it fails, whom of those who asked it failed for."""
    try:
        return _through(denoiser, chosen), {}
    except Exception as error:
        requests = {request for places in chosen.values() for request, _ in places}
        if len(requests) == 1:
            return {}, {requests.pop(): error}
    answers, errors = {}, {}
    for request in requests:  # each alone: one learner's error is nobody else's
        own = {key: places for key, places in chosen.items() if any(of is request for of, _ in places)}
        try:
            answers |= _through(denoiser, own)
        except Exception as error:
            errors[request] = error
    return answers, errors


def _through(denoiser: Any, chosen: Chosen) -> dict[Key, Any]:
    import torch

    x = torch.from_numpy(np.stack([request.x[i] for (request, i), *_ in chosen.values()]))
    _, levels, labels, guidance = zip(*chosen, strict=True)
    levels, guidance = (torch.tensor(numbers, dtype=torch.float64) for numbers in (levels, guidance))
    eps = denoiser(x, levels, label=torch.tensor(labels), guidance=guidance)
    rows = eps.detach().cpu().numpy()
    return {key: row.copy() for key, row in zip(chosen, rows, strict=True)}  # what is kept keeps no other row
