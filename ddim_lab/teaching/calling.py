"""Calls what a learner wrote, in bounded time and on copies: whatever it does wrong comes back as a sentence."""

import copy
import ctypes
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

import numpy as np

SECONDS = 10.0  # for all calls of one check: nbgrader gives a cell 30
LONGEST = 160  # letters of a stranger's message
NOT_WRITTEN = "Nothing is written here yet."


class TroubleError(Exception):
    """Why a call has no value, in words; `gap`: nothing was written yet."""

    def __init__(self, words: str, gap: bool = False):
        super().__init__(words)
        self.gap = gap


class _TooLongError(BaseException):
    """Raised inside the learner's function: no `except Exception` of its own holds it up."""


class Caller:
    """Calls one function again and again, in `seconds` altogether."""

    def __init__(self, function: Callable[..., Any], seconds: float = SECONDS):
        self._function, self._seconds = function, seconds
        self._end = time.monotonic() + seconds

    def __call__(self, *arguments: Any) -> Any:
        """What it returns. Raises TroubleError in words for all that it raises, for no answer in time, for `...` or
        None, and where it changes what it was given."""
        given = copy.deepcopy([each for each in arguments if not callable(each)])
        handed = iter(given)
        try:
            with _limited(self._end - time.monotonic()), _quiet():
                value = self._function(*(each if callable(each) else next(handed) for each in arguments))
        except _TooLongError:
            self._end = 0.0  # it is not called again
            raise TroubleError(f"it gave no answer within {self._seconds:g} seconds: does a loop never end?") from None
        except (Exception, SystemExit) as error:  # KeyboardInterrupt is the learner's own wish
            raise told(error, self._function) from error
        if value is ...:
            raise TroubleError(NOT_WRITTEN, gap=True)
        if value is None:
            raise TroubleError("it returns nothing: is `return` missing?")
        if not all(map(_alike, given, (each for each in arguments if not callable(each)))):
            raise TroubleError("it changes an array that it was given: make a new one, without += or an index")
        return value


def told(error: BaseException, function: Callable[..., Any]) -> TroubleError:
    """The exception in words, with the line of the learner's own code."""
    if isinstance(error, NotImplementedError) or "ellipsis" in _text(error).lower():
        return TroubleError(NOT_WRITTEN, gap=True)
    if isinstance(error, RecursionError):
        return TroubleError("it calls itself without end (RecursionError)")
    line = _line(error, getattr(getattr(function, "__code__", None), "co_filename", None))
    return TroubleError(f"it raises {type(error).__name__}: {_text(error)}{f' (line {line} of its cell)' * bool(line)}")


def _text(error: BaseException) -> str:
    try:
        words = " ".join(str(error).split())
    except Exception:  # an exception of a stranger's class
        return "no words"
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} …"


def _line(error: BaseException, file: str | None) -> int | None:
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _alike(one: Any, other: Any) -> bool:
    return np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings, and nothing on stderr: nbgrader takes whatever stands there for a failure."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stderr(sys.stdout):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raises _TooLongError in this thread after `seconds`; a call into C that never returns is not reached."""
    if seconds <= 0:
        raise _TooLongError
    thread, over, lock = ctypes.c_ulong(threading.get_ident()), threading.Event(), threading.Lock()

    def stop() -> None:
        with lock:
            if not over.is_set():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_TooLongError))

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            over.set()
