"""The end of the server: no answer under way keeps it for long, and no process of its own outlives it.

uvicorn waits for every answer that was begun, and Python for every thread; a download of a thousand passes, or a
learner's network that hangs, would hold both. So who is told to end first lets go of what is under way (`at_end`), and
ends the process itself where that was not enough.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

from ddim_lab.lab import connections

log = logging.getLogger(__name__)
SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE = 3.0  # seconds for what was begun
_let_go: list[Callable[[], None]] = []


def at_end(let_go: Callable[[], None]) -> Callable[[], None]:
    """`let_go` is called when the server is told to end, perhaps twice, in a thread of its own; it must not wait."""
    _let_go.append(let_go)
    return let_go


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Around the life of the app: watches its connections, and hears the signals that end it before uvicorn does."""
    watching = connections.watched()
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            signal.signal(number, _heard_first(signal.getsignal(number)))
    yield
    if watching is not None:
        watching.cancel()
    _end()


def _heard_first(then: Any) -> Callable[[int, FrameType | None], None]:
    def hear(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=_within_grace, daemon=True).start()  # a lock may be held where the signal came
        if callable(then):
            then(number, frame)

    return hear


def _within_grace() -> None:
    _end()
    time.sleep(GRACE)
    _end()  # what was begun meanwhile
    log.warning("ended after %g seconds, with work still under way", GRACE)
    logging.shutdown()
    os._exit(0)


def _end() -> None:
    for let_go in _let_go:
        let_go()
