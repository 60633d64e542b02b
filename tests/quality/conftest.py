"""What this process measures of the tiny sweep, computed once for all who are held against it."""

import pytest

from ddim_lab.quality import worker
from tests.quality import sweep


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    return sweep.setup(tmp_path_factory.mktemp("sweep"))


@pytest.fixture(scope="session")
def alone(small):
    """Each task's result."""
    return {task: worker.compute(small, task) for task in sweep.TASKS}
