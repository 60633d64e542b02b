"""Fixtures that several test files name, and how tests share the machine."""

import os
import sys

# Two test processes share the cores, and tiny tensors are slower on more than one; processes started here inherit it.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
sys.modules["rfc3987_syntax"] = None  # pyright: ignore  # as if not installed: a grammar that nbformat parses in vain

import pytest  # noqa: E402
import torch  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

torch.set_num_threads(1)

# The same examples each time, however busy the machine: a change is judged by what it changed. New ones are looked for
# by `python -m pytest --hypothesis-profile explore`.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", PATIENT, derandomize=True, max_examples=60)
settings.register_profile("explore", PATIENT, max_examples=400, print_blob=True)
settings.load_profile("same")


def pytest_collection_modifyitems(config, items):
    """The browser is slow. In one process what is quick comes first; of several, what is long: they end at once."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker("slow")
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None, reverse=hasattr(config, "workerinput"))


@pytest.fixture
def one_thread():
    """As many threads here as in a process started here; and tiny tensors are slower on more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
