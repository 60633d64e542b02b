"""Work that cannot be stopped step by step, in a process with a deadline: past it that ends, and a new one begins.

`python -m ddim_lab.lab.apart MODULE SECONDS` is that process: it reads [function, *arguments] as JSON, a line each, and
answers with a line of JSON. It ends with whoever started it, and cannot outlive the deadline of what it is at.
"""

import faulthandler
import json
import os
import signal
import subprocess
import sys
import threading
from importlib import import_module
from typing import Any

from ddim_lab.files import PACKAGE
from ddim_lab.lab.ending import at_end


class EndedError(ValueError):
    """The work passed its deadline (or its process died), and was ended."""


class Apart:
    """The functions of `module`, each call at most `seconds` long. Calls wait for each other; it stays warm."""

    def __init__(self, module: str, seconds: float):
        self.module, self.seconds = module, seconds
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._is_over = False
        at_end(self.close)

    def __call__(self, function: str, *arguments: Any) -> Any:
        """What `function` says of `arguments`, which are plain data, as is the answer.

        Raises EndedError past the deadline, TypeError and ValueError as the function does.
        """
        with self._lock:
            line = self._answer(json.dumps([function, *arguments]))
        if not line:
            raise EndedError(f"this took longer than {self.seconds:g} seconds, and was ended: make it shorter")
        kind, told = json.loads(line)
        if kind == "answer":
            return told
        raise {"TypeError": TypeError, "ValueError": ValueError}.get(kind, RuntimeError)(told)

    def warm(self) -> None:
        """Starts the process, unless it runs: the first call shall not wait for its imports."""
        with self._lock:
            self._running()

    def end(self) -> None:
        """Ends the process; a later call starts another."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.communicate()
                self._process = None

    def close(self) -> None:
        """Ends the process at once, whatever it is at; no other is started."""
        self._is_over = True
        process = self._process
        if process is not None:
            process.kill()

    def _answer(self, line: str) -> str:
        """The answer's line; empty if the process ended instead."""
        process = self._running()
        assert process.stdin is not None  # both are pipes
        assert process.stdout is not None
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            told = process.stdout.readline()
        except OSError:
            told = ""
        if not told:
            process.kill()
            process.communicate()
        return told

    def _running(self) -> "subprocess.Popen[str]":
        if self._is_over:
            raise EndedError("the server ends")
        if self._process is None or self._process.poll() is not None:
            path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, self.module, str(self.seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=os.environ | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            )
        return self._process


def serve(module: str, seconds: float) -> None:
    """Answers lines of standard input until it ends; ends the process itself where an answer takes too long."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches every process: the server decides
    functions = import_module(module)
    with open(os.devnull, "w") as nowhere:  # where the stack of what was ended goes
        for line in sys.stdin:
            name, *arguments = json.loads(line)
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)  # needs no turn of the interpreter
            try:
                told = "answer", getattr(functions, name)(*arguments)
            except Exception as error:
                told = type(error).__name__, str(error)
            text = json.dumps(told)
            faulthandler.cancel_dump_traceback_later()
            print(text, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1], float(sys.argv[2]))
