"""A user's sampler in a process of its own: whatever it does there, leaving included, the judge stays to say so.

Only rows of numbers and words come back, as bytes: nothing of a stranger's is unpickled here.
"""

import io
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.address import load, parted
from ddim_lab.referee.judging import Case, FaultError, results

OPTION = "--sampler"
DEADLINE = 60.0  # seconds for the import, and for each case
READY, ROWS, FAULT, GONE = b"+", b"=", b"!", b"-"  # the first byte of an answer: loaded, results, a fault, no verdict


class UnjudgedError(ValueError):
    """Why nothing can be said of a sampler, in words."""


class Apart:
    """The sampler at `address`, loaded in a process that lives until the block ends.

    It has `deadline` seconds for its import and for each case. Raises UnjudgedError where it cannot be loaded.
    """

    def __init__(self, address: str, deadline: float = DEADLINE) -> None:
        parted(address, OPTION)
        context = multiprocessing.get_context("spawn")
        self._address, self._deadline = address, deadline
        self._connection, self._theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(address, self._theirs))

    def __enter__(self) -> "Apart":
        with _without_main():
            self._process.start()
        self._theirs.close()
        try:
            self._answer("its import")
        except UnjudgedError as why:
            self.__exit__()
            raise UnjudgedError(f"{self._address}: {why}") from why
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()
        self._connection.close()

    def results(self, case: Case) -> NDArray[np.floating]:
        """As `judging.results` gives them. Raises FaultError as that does, UnjudgedError if the sampler left."""
        try:
            self._connection.send(case)
        except OSError as error:  # it ended after its last answer
            raise UnjudgedError(self._ended()) from error
        rows = np.load(io.BytesIO(self._answer("this case")), allow_pickle=False)
        if rows.shape != (case.run.S + 4, 1) or rows.dtype.kind != "f":
            raise UnjudgedError("its process sent what is no result")
        return rows

    def _answer(self, what: str) -> bytes:
        if not wait([self._connection, self._process.sentinel], self._deadline):
            raise UnjudgedError(f"no answer within {self._deadline:g} seconds for {what} (--deadline gives more)")
        try:
            answer = self._connection.recv_bytes() if self._connection.poll() else b""
        except (EOFError, OSError):
            answer = b""
        kind, content = answer[:1], answer[1:]
        if kind in (READY, ROWS):
            return content
        words = " ".join(content.decode(errors="replace").split())  # one line, whatever it is
        if kind == FAULT:
            raise FaultError(words)
        raise UnjudgedError(words if kind == GONE else self._ended())

    def _ended(self) -> str:
        self._process.join(1)
        code = self._process.exitcode
        how = f"by {signal.Signals(-code).name}" if code is not None and code < 0 else f"with exit status {code}"
        return f"its process ended {how}, without a result"


@contextmanager
def _without_main() -> Iterator[None]:
    """Within this context a process that starts does not run the caller's script again, guarded or not."""
    main = vars(sys.modules["__main__"])
    kept = {name: main[name] for name in ("__file__", "__spec__") if name in main}
    main.pop("__file__", None)
    main["__spec__"] = None
    try:
        yield
    finally:
        main.update(kept)


def _serve(address: str, connection: Connection) -> None:
    """Loads the sampler and answers a case with its rows, until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches every process: the judge decides
    try:
        sampler = load(address, OPTION)
        connection.send_bytes(READY)
        while True:
            case = connection.recv()
            answer = _answer(sampler, case)
            with suppress(Exception):
                sys.stdout.flush()  # what it printed stands before its verdict
            connection.send_bytes(answer)
    except EOFError:
        return
    except Exception as error:
        connection.send_bytes(GONE + str(error).encode())
    except BaseException as leaving:  # sys.exit is no way out
        connection.send_bytes(GONE + f"it left by {_named(leaving)}, without a result".encode())


def _answer(sampler: Any, case: Case) -> bytes:
    try:
        rows = io.BytesIO()
        np.save(rows, results(sampler, case), allow_pickle=False)
        return ROWS + rows.getvalue()
    except FaultError as fault:
        return FAULT + str(fault).encode()


def _named(leaving: BaseException) -> str:
    """sys.exit(0) as it was written; another exception by its name."""
    return f"sys.exit({leaving.code!r})" if isinstance(leaving, SystemExit) else type(leaving).__name__
