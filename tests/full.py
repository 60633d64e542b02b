"""A disk that fills: no file may grow beyond a limit, which the system says as it says that a disk is full."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def disk(room: int) -> Iterator[None]:
    """Within it no file of this process may hold more than `room` bytes; print nothing meanwhile."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
