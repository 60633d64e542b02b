"""A run: equal by value, bounded by its tightest transition, and the same numbers as the core's functions."""

import copy
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import ddim_lab as dl
from ddim_lab.run import Run
from ddim_lab.walk import itself, path, walk

SCHEDULE = dl.NoiseSchedule.linear()
KINDS = st.sampled_from(dl.NoiseSchedule.KINDS)


@given(KINDS, st.sampled_from(dl.spacing.KINDS), st.integers(1, 60), st.floats(0, 1))
def test_a_run_holds_what_the_core_computes_along_its_transitions(kind, spacing, S, eta):
    schedule = dl.NoiseSchedule.named(kind, 60)
    run = Run(schedule, dl.spacing.named(spacing, 60, S), eta)
    pairs = dl.spacing.transitions(run.tau)
    np.testing.assert_array_equal(run.levels, [[schedule.alpha_bar[t], schedule.alpha_bar[p]] for t, p in pairs])
    for row, (a, b) in enumerate(run.levels.tolist()):
        c = dl.coefficients(a, b, eta)
        assert (run.k[row], run.m[row], run.sigma[row]) == pytest.approx((c.k, c.m, c.sigma), rel=1e-12, abs=1e-300)
    assert run.eta_bound == np.min(dl.eta_max(run.levels[:, 0], run.levels[:, 1]))
    np.testing.assert_allclose(np.hypot(run.sigma, run.put_back), run.sigma_max, rtol=1e-12, atol=1e-15)
    assert run.calls == run.S == S
    assert list(zip(run.t.tolist(), run.t_prev.tolist(), strict=True)) == pairs
    np.testing.assert_allclose(run.fresh_share * run.sigma_max**2, run.sigma**2, rtol=1e-12, atol=1e-300)
    assert run.fresh_share[-1] == 0


def test_runs_and_schedules_are_equal_and_hashed_by_value():
    one, same = (Run(dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 10), 0.5) for _ in range(2))
    assert (one, hash(one)) == (same, hash(same))
    assert {one: 1}[same] == 1
    assert one.schedule == SCHEDULE
    assert hash(one.schedule) == hash(SCHEDULE)
    others = [
        Run(SCHEDULE, one.tau, 0.25),
        Run(SCHEDULE, one.tau[:-1], 0.5),
        Run(dl.NoiseSchedule.cosine(), one.tau, 0.5),
        Run(SCHEDULE, one.tau, 0.5, clip="keep_eps"),
        Run(SCHEDULE, one.tau, 1.0, True),
        Run(SCHEDULE, one.tau, 0.5, solver="dpmpp_2m"),
    ]
    assert len({one, *others}) == 7
    assert Run(SCHEDULE, one.tau, 1.0) != Run(SCHEDULE, one.tau, 1.0, True)


def test_a_run_cannot_be_changed():
    run = Run(SCHEDULE, [10, 20])
    for attribute, value in (("eta", 1.0), ("tau", [3]), ("schedule", None)):
        with pytest.raises(AttributeError):
            setattr(run, attribute, value)
    for kept in (run.tau, run.levels, run.k, run.m, run.sigma, run.schedule.alpha_bar):
        with pytest.raises(ValueError, match="read-only"):
            kept[0] = 3


@given(KINDS, st.integers(2, 40), st.floats(0, 10))
def test_fit_lowers_eta_to_the_bound_and_nothing_else(kind, S, eta):
    schedule, tau = dl.NoiseSchedule.named(kind, 40), dl.spacing.trailing(40, S)
    run = Run.fit(schedule, tau, eta)
    assert run.eta == min(eta, run.eta_bound)
    if eta > run.eta_bound * (1 + 1e-9):
        with pytest.raises(ValueError, match=r"beyond the bound .* of the transition \d+ -> \d+"):
            Run(schedule, tau, eta)
    assert Run.fit(schedule, tau, eta, sigma_hat=True) == Run(schedule, tau, 1.0, True)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"schedule": "linear"}, TypeError, "schedule must be a NoiseSchedule"),
        ({"tau": [0, 5]}, ValueError, "within 1..1000"),
        ({"tau": [5.0]}, TypeError, "integers"),
        ({"eta": -0.1}, ValueError, "eta must be at least 0"),
        ({"eta": "1"}, TypeError, "eta must be a real number"),
        ({"eta": 0.5, "sigma_hat": True}, ValueError, "eta = 1 alone"),
        ({"sigma_hat": 1}, TypeError, "sigma_hat must be True or False"),
        ({"clip": "hard"}, ValueError, "clip must be one of"),
        ({"solver": "euler"}, ValueError, "solver must be one of"),
    ],
)
def test_what_is_no_run_is_refused_by_name(wrong, error, message):
    with pytest.raises(error, match=message):
        Run(**({"schedule": SCHEDULE, "tau": [500, 1000]} | wrong))


def test_the_walk_hands_each_hook_its_transition_its_state_and_the_record_before():
    told = []

    def move(at, x, before):
        told.append((at.j, at.t, at.t_prev, x, before))
        return x + at.t

    steps = list(walk(path(SCHEDULE, dl.spacing.trailing(1000, 3)), 0, move, itself))
    assert steps == [1000, 1667, 2000]
    assert told == [(1, 1000, 667, 0, None), (2, 667, 333, 1000, 1000), (3, 333, 0, 1667, 1667)]


def test_stopping_the_walk_stops_the_work():
    told = []
    steps = walk(range(5), 0, lambda place, x, before: told.append(place), itself)
    assert not told
    next(steps)
    next(steps)
    assert told == [0, 1]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_copied_or_unpickled_it_is_the_same_and_cannot_be_changed(again) -> None:
    run = Run(SCHEDULE, [100, 500, 1000], 0.5)
    _ = run.levels, run.k
    mixture = dl.exact.GaussianMixture([0.5, 0.5], [0.0, 1.0], [0.1, 0.2])
    twins = again(SCHEDULE), again(run), again(mixture)
    assert twins[0] == SCHEDULE
    assert twins[1] == run
    assert np.array_equal(twins[2].sample(5), mixture.sample(5))
    for values in (twins[0].alpha_bar, twins[1].tau, twins[1].levels, twins[1].k, twins[2].means, twins[2].weights):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.1


@pytest.mark.parametrize("eta", [np.array(0.5), np.float32(0.5), torch.tensor(0.5), torch.tensor(0.5).bfloat16()])
def test_eta_may_be_a_number_of_any_kind(eta) -> None:
    run = Run(SCHEDULE, [500, 1000], eta)
    assert run == Run(SCHEDULE, [500, 1000], 0.5)
    assert type(run.eta) is float
    x, world = torch.ones(2, 3).double(), dl.exact.Gaussian(0.3, 0.5)
    ends = [dl.last(dl.sample(world.eps, x, SCHEDULE, [500, 1000], value)).x_prev for value in (eta, 0.5)]
    steps = [dl.step(x, x, 0.3, 0.5, value, z=x).x_prev for value in (eta, 0.5)]
    assert torch.equal(*ends)
    assert torch.equal(*steps)
