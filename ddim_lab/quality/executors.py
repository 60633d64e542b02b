"""Who does the tasks: processes of this machine, or a Ray cluster (`ddim_lab.quality.cluster`).

An executor yields each task with its result as soon as it is done, in any order, and each task once.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from ddim_lab.quality.plan import Task
from ddim_lab.quality.worker import THREADS, Setup, compute

Done = Iterator[tuple[Task, dict[str, Any]]]
_setup: Setup | None = None  # of a child process: sent once, not with every task


def processes(setup: Setup, tasks: Sequence[Task], jobs: int) -> Done:
    """Does the tasks in `jobs` processes with one thread each. Leaving the iterator ends them at once."""
    before = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    with _environment(THREADS):  # read when a child loads its libraries
        pool = ProcessPoolExecutor(jobs, context, _begin, (setup,))
        try:
            waiting: dict[Future[dict[str, Any]], Task] = {pool.submit(_do, task): task for task in tasks}
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()
        except BrokenProcessPool as error:
            raise OSError("a process ended before its task (was memory short?): the same command goes on") from error
        finally:
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            pool.shutdown(cancel_futures=True)


def _begin(setup: Setup) -> None:
    global _setup
    _setup = setup
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches every process: the parent decides


def _do(task: Task) -> dict[str, Any]:
    assert _setup is not None  # _begin ran
    return compute(_setup, task)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
