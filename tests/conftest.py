"""Fixtures that several test files name."""

import pytest
import torch


@pytest.fixture
def one_thread():
    """As many threads here as in a process started here; and tiny tensors are slower on more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
