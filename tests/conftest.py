"""Fixtures that several test files name, and how tests share the machine."""

import pytest
import torch

torch.set_num_threads(1)  # two test processes share the cores; and tiny tensors are slower on more


def pytest_collection_modifyitems(items):
    """The browser, which takes minutes, is slow, and comes last."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker("slow")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture
def one_thread():
    """As many threads here as in a process started here; and tiny tensors are slower on more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
