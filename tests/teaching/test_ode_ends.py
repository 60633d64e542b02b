"""The shipped ends of the ODE of lesson 12 are what the sampler and the shipped network give."""

import numpy as np
import pytest
import torch

from ddim_lab.solvers import calls as calls_of
from ddim_lab.teaching import ode_ends
from ddim_lab.teaching.lesson_claims import after_ddim

pytestmark = pytest.mark.usefixtures("one_thread")
IMAGE = 3  # one is enough: every image is a function of its own number


@pytest.mark.slow
@pytest.mark.parametrize("schedule", ode_ends.SCHEDULES)
def test_a_shipped_end_is_that_of_399_calls(schedule):
    calls = calls_of("dpmpp_2s", ode_ends.FINE)
    assert calls == 399
    found = ode_ends.drawn(schedule, "dpmpp_2s", calls, first=IMAGE, n=1)
    shipped = ode_ends.end(schedule)
    assert shipped.shape == (ode_ends.PICTURES, 1, 28, 28)
    torch.testing.assert_close(found[0], shipped[IMAGE], rtol=0, atol=2e-3)  # kept as float16


def test_other_weights_are_not_answered_from_the_file(monkeypatch, tmp_path):
    monkeypatch.setattr(ode_ends, "PATH", tmp_path / "ends.npz")
    np.savez(tmp_path / "ends.npz", weights="others", linear=np.zeros((16, 1, 28, 28), np.float16))
    monkeypatch.setattr(ode_ends, "drawn", lambda *asked: asked)
    assert ode_ends.end.__wrapped__("linear") == ("linear", "dpmpp_2s", 399)


def test_equal_calls_are_calls_of_the_network(monkeypatch):
    asked = []

    def repeating(labels):
        return lambda x, level: asked.append(len(labels)) or x

    monkeypatch.setattr(ode_ends.trained, "asked", repeating)
    made = {}
    for solver in ("ddim", "dpmpp_2m", "dpmpp_2s"):
        ode_ends.drawn.__wrapped__("linear", solver, 10, n=2)
        made[solver] = len(asked) - sum(made.values())
    assert made == {"ddim": 10, "dpmpp_2m": 10, "dpmpp_2s": 9}
    assert set(asked) == {2}


def test_the_numbers_of_the_world_of_two_humps():
    """Measured once elsewhere: the gaps that lesson and claims speak of."""
    wanted = {
        "ddim": [6.2e-2, 3.1e-2, 1.6e-2, 7.9e-3],
        "dpmpp_2m": [5.8e-2, 1.8e-2, 3.7e-3, 2.7e-4],
        "dpmpp_2s": [4.0e-2, 1.7e-2, 7.0e-3, 2.5e-3],
    }
    for solver, gaps in wanted.items():
        assert after_ddim.line(solver)[1] == pytest.approx(gaps, rel=0.03)
