"""Connections that ask nothing, or never read: uvicorn keeps them for ever, and a process may have only so many files.

A few hundred of them would leave the server deaf to everybody. So room is made for as many as the system allows, and
every second those go that have been silent for long; where they are too many, those that have been for longest.
"""

import asyncio
import itertools
import logging
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary, ref

log = logging.getLogger(__name__)
FILES = 10_240  # open at a time, where the system lets a process have so many
EACH = 4  # files for a connection: Streamlit opens three more for a session's script
SILENT = 10.0  # seconds without a whole request
STUCK = 30.0  # seconds in which nothing is read of what was sent
LOOK = 1.0
TOLD = 60.0  # seconds between two lines of log


class Connections:
    """Those of a uvicorn server, as `server_state.connections` holds them, HTTP's and sockets alike."""

    def __init__(self, open: Iterable[Any], most: int):
        self._open, self._most = open, most
        self._seen: WeakKeyDictionary[Any, tuple[Any, float]] = WeakKeyDictionary()  # what it is at, since when
        self._told = -TOLD

    async def watch(self) -> None:
        """Ends those that have been silent for too long, for ever."""
        asyncio.get_running_loop().set_exception_handler(self._on_error)
        while True:
            await asyncio.sleep(LOOK)
            self.end_silent(time.monotonic())

    def end_silent(self, now: float) -> None:
        """Ends what has been silent for too long at `now`.

        Of more than there is room for those go first that have been silent for longest, then those that have waited
        for longest for an answer. Sockets stay: their number is bounded elsewhere.
        """
        silent, asking = [], []
        open = [connection for connection in tuple(self._open) if _is_open(connection)]
        for connection in open:
            state = _state(connection)
            at = state, _request(connection)  # who asks often is silent whenever one looks, and each time anew
            if connection not in self._seen or self._seen[connection][0] != at:
                self._seen[connection] = at, now
            since = self._seen[connection][1]
            if state is not None:
                silent.append((since, state, connection))
            elif hasattr(connection, "cycle"):
                asking.append((since, state, connection))
        beyond = len(open) - self._most
        first_to_go = [sorted(kind, key=lambda each: each[0]) for kind in (silent, asking)]
        for i, (since, state, connection) in enumerate(itertools.chain(*first_to_go)):
            is_late = state is not None and now - since > (STUCK if state else SILENT)
            if is_late or i < beyond:
                connection.transport.abort()

    def _on_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What asyncio says when a process has no more files, two thousand times a second, is said now and then."""
        if "out of system resource" not in context.get("message", ""):
            loop.default_exception_handler(context)
        elif time.monotonic() - self._told > TOLD:
            self._told = time.monotonic()
            log.warning("more connections than this process may have files open: those that are silent are ended")


def _is_open(connection: Any) -> bool:
    """Whether it has a file still: one that is being closed has, until what was sent is read."""
    transport = getattr(connection, "transport", None)
    return transport is not None and (not transport.is_closing() or transport.get_write_buffer_size() > 0)


def _request(connection: Any) -> "ref[Any] | None":
    """The request that it asked last; a weak one, for it knows its connection."""
    cycle = getattr(connection, "cycle", None)
    return None if cycle is None else ref(cycle)


def _state(connection: Any) -> int | None:
    """How many bytes wait to be read by one that is silent (0: it asks nothing); None where all goes on."""
    if waiting := connection.transport.get_write_buffer_size():
        return waiting
    if hasattr(connection, "cycle"):  # HTTP's; a socket may be silent, which its pings look after
        return 0 if connection.cycle is None or connection.cycle.response_complete else None
    return None


def watched() -> "asyncio.Task[None] | None":
    """Watches the connections of the uvicorn server that runs this app; None where another one does."""
    import uvicorn

    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)  # which hears the signals, as uvicorn does
    if not isinstance(server, uvicorn.Server):
        return None
    connections = Connections(server.server_state.connections, _files() // EACH)
    return asyncio.get_running_loop().create_task(connections.watch())


def _files() -> int:
    """How many files this process may have open, now that it was allowed more."""
    try:
        import resource
    except ImportError:  # Windows, which sets no such limit
        return FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
