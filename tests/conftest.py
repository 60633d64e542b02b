"""Fixtures that several test files name."""

import pytest
import torch


def pytest_collection_modifyitems(items):
    """Fast tests first: the browser, which takes minutes, comes last."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture
def one_thread():
    """As many threads here as in a process started here; and tiny tensors are slower on more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
