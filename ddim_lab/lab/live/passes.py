"""Network passes of all who look: whoever needs one waits in line, and what waits goes through the network together.

One of those who wait makes the next pass, of at most so many pictures, the most urgent first: the first picture after a
change, then the image that is looked at, then the rest, page by page in fair turns, and last what a draft has beyond
its first picture, since a moving hand takes it back. What the network said of a picture
is remembered: neither eta nor the steps below the top one change what it hears of x_T, and a class that looks at one
setting pays for it once. What a page no longer wants is dropped before it costs a pass.
"""

import hashlib
import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from cachetools import LRUCache

ROWS_CPU, ROWS_GPU = 16, 256  # pictures of one pass; on a CPU more of them take longer each
FEW = 2  # pictures up to which a first request counts as a first picture
REMEMBERED = 16_000  # answers of the network, 3 kB each: 50 MB
_arrivals = count()

Key = tuple[bytes, float, int, float]  # of a picture: its bytes, alpha_bar_t, label, guidance


class DroppedError(Exception):
    """What was asked for is not wanted any more."""


@dataclass(eq=False)
class Account:
    """What a page has had of the network, in pictures: who had least comes first."""

    used: float = 0.0


@dataclass(eq=False)
class Turn:
    """One request of a page; `looked` while it is at the image that is looked at, `draft` where a hand still moves."""

    account: Account = field(default_factory=Account)
    looked: bool = False
    draft: bool = False
    passes: int = 0  # that it took part in
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
    """Pictures that wait: x (n, 1, 28, 28), what they depend on, and the eps that have come, with those `left`."""

    line: "Passes"
    turn: Turn
    x: Any
    keys: list[Key]
    eps: Any
    left: list[int]
    ready: threading.Condition
    arrival: int = field(default_factory=lambda: next(_arrivals))
    error: Exception | None = None

    @property
    def urgency(self) -> tuple[int, float, int]:
        """Sorts those who wait: smaller comes first."""
        mine = self.turn
        is_first = mine.passes == 0 and len(self.keys) <= FEW
        rank = 0 if is_first else 1 if mine.looked else 3 if mine.draft else 2
        return rank, mine.account.used, self.arrival


class Passes:
    """A denoiser (x_t, alpha_bar_t, label, guidance) that learners share; threads that call it meet in its passes.

    `denoiser` is a `model.denoiser.Denoiser`, whose noise level and label may be given per image.
    """

    def __init__(self, denoiser: Any):
        self.denoiser, self.engine = denoiser, denoiser.engine
        self.rows = ROWS_CPU if self.engine.device.type == "cpu" else ROWS_GPU
        self._lock = threading.Lock()
        self._waiting: list[Request] = []
        self._is_running = False
        self._least = 0.0  # what the page that had least of those who wait has had: a newcomer begins there
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
        return self._is_running or bool(self._waiting)

    def _ask(self, x: Any, level: float, labels: list[int], guidance: float) -> Any:
        import torch

        rows = x.cpu().contiguous().numpy()
        keys = [
            (hashlib.blake2b(row.data, digest_size=16).digest(), level, label, guidance)
            for row, label in zip(rows, labels, strict=True)
        ]
        mine = turn.get() or Turn(passes=1)
        request = Request(self, mine, x, keys, torch.empty_like(x), [], threading.Condition(self._lock))
        with self._lock:
            for i, key in enumerate(keys):
                if (known := self._known.get(key)) is None:
                    request.left.append(i)
                else:
                    request.eps[i] = known
            if request.left:
                self._serve(request)
        if request.error is not None:
            raise request.error
        return request.eps

    def _serve(self, request: Request) -> None:
        """Waits until the request is served, or makes passes as long as nobody else does. The lock is held."""
        mine = request.turn
        mine.waiting = request
        mine.account.used = max(mine.account.used, self._least)
        self._waiting.append(request)
        try:
            while request.left and request.error is None:
                if mine.dropped:
                    raise DroppedError
                if self._is_running:
                    request.ready.wait()
                else:
                    self._pass()
            mine.passes += 1
        finally:
            mine.waiting = None
            self._waiting.remove(request)
            if self._waiting and not self._is_running:
                min(self._waiting, key=lambda other: other.urgency).ready.notify()  # the next one makes the passes

    def _pass(self) -> None:
        """The most urgent pictures go through the network; the lock is free meanwhile."""
        chosen = self._chosen()
        self._is_running = True
        self._lock.release()
        try:
            answers, errors = self._answers(chosen)
        finally:
            self._lock.acquire()
            self._is_running = False
        for key, places in chosen.items():
            for request, i in places:
                request.error = request.error or errors.get(request)
                request.turn.account.used += 1 / len(places)
                if key in answers:
                    request.eps[i] = answers[key]
                    request.left.remove(i)
                if not request.left or request.error is not None:
                    request.ready.notify()
        self._known.update(answers)

    def _chosen(self) -> dict[Key, list[tuple[Request, int]]]:
        """The pictures of the next pass, each with the places it is for: equal ones are one."""
        chosen: dict[Key, list[tuple[Request, int]]] = {}
        room = self.rows
        self._least = min(request.turn.account.used for request in self._waiting)
        for request in sorted(self._waiting, key=lambda request: request.urgency):
            for i in request.left:
                key = request.keys[i]
                if key not in chosen:
                    if room <= 0:
                        continue
                    room -= 1 if key[-1] == 1 else 2  # guided pictures go through with and without their label
                chosen.setdefault(key, []).append((request, i))
        return chosen

    def _answers(self, chosen: dict[Key, list[tuple[Request, int]]]) -> tuple[dict[Key, Any], dict[Request, Exception]]:
        """What the network says of each picture; where it fails, whom of those who asked it failed for."""
        try:
            return self._through(chosen), {}
        except Exception as error:
            requests = {request for places in chosen.values() for request, _ in places}
            if len(requests) == 1:
                return {}, {requests.pop(): error}
        answers, errors = {}, {}
        for request in requests:  # each alone: one learner's error is nobody else's
            own = {key: places for key, places in chosen.items() if any(of is request for of, _ in places)}
            try:
                answers |= self._through(own)
            except Exception as error:
                errors[request] = error
        return answers, errors

    def _through(self, chosen: dict[Key, list[tuple[Request, int]]]) -> dict[Key, Any]:
        import torch

        x = torch.stack([places[0][0].x[places[0][1]] for places in chosen.values()])
        _, levels, labels, guidance = zip(*chosen, strict=True)
        levels, guidance = (torch.tensor(numbers, dtype=torch.float64) for numbers in (levels, guidance))
        eps = self.denoiser(x, levels, label=torch.tensor(labels), guidance=guidance)
        return dict(zip(chosen, eps.detach(), strict=True))
