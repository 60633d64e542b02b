"""The mystery sampler: every suspect comes up, the instruments tell it from the other candidates, tells are true."""

import numpy as np
import pytest
import torch

from ddim_lab import errata, exact
from ddim_lab.errata import mystery
from ddim_lab.errata.mystery import SUSPECTS

WORLD = exact.Gaussian(mean=0.3, std=0.5).eps
KEYS = [one.key for one in SUSPECTS]
ROUNDS = [mystery.pick(seed) for seed in range(len(SUSPECTS))]


def test_seeds_go_through_all_suspects_and_always_give_the_same_round() -> None:
    assert sorted(one.culprit.key for one in ROUNDS) == sorted(KEYS)
    assert len(set(KEYS)) == len(KEYS)
    assert set(KEYS) == {case.key for case in errata.ALL if case.suspect}
    assert mystery.pick(3) == ROUNDS[3]
    assert len({one.answer for one in ROUNDS}) == mystery.CHOICES  # the right answer is not always the same letter
    assert mystery.pick(3).options != mystery.pick(3 + len(KEYS)).options
    for bad in (-1, 1.5):
        with pytest.raises((ValueError, TypeError)):
            mystery.pick(bad)
    with pytest.raises(ValueError, match="'year' is no suspect"):
        mystery.suspect(errata.find("year"))


@pytest.mark.parametrize("one", ROUNDS, ids=lambda one: one.culprit.key)
def test_a_round(one: mystery.Mystery) -> None:
    assert len(set(one.candidates)) == len(one.options) == mystery.CHOICES
    verdicts = [one.judge(choice) for choice in range(mystery.CHOICES)]
    assert [verdict.right for verdict in verdicts].index(True) == one.answer
    assert sum(verdict.right for verdict in verdicts) == 1
    assert verdicts[one.answer].repaired == one.suspect.repaired
    for verdict in verdicts:
        if not verdict.right:
            before, after = verdict.reply.split(";")
            assert before.split("would ")[1] != after  # names what that cause would show, and what is shown
            assert verdict.repaired == ""
    with pytest.raises(ValueError, match="choice"):
        one.judge(mystery.CHOICES)
    assert one.suspect.line != one.suspect.repaired


@pytest.mark.parametrize("one", ROUNDS, ids=lambda one: one.culprit.key)
def test_the_instruments_show_that_something_is_wrong(one: mystery.Mystery) -> None:
    found = one.readings()
    assert found.repeat == 0 or np.isnan(found.repeat)
    same_steps = found.visited == tuple(moment.t for moment in found.exact)
    assert not same_steps or not np.allclose(found.seen, found.exact, rtol=0, atol=1e-3)
    assert found.calls == len(found.visited) - 1
    at = one.setting
    assert found.exact == errata.right_moments(at.schedule, at.tau, at.eta)


def test_the_round_draws_what_its_case_draws() -> None:
    one = ROUNDS[0]
    x_T, at = torch.randn(3, 1, dtype=torch.float64), ROUNDS[0].setting
    *_, last = one.sampler(WORLD, x_T, seed=2)
    *_, same = errata.find(one.culprit.key).sampler(WORLD, x_T, at.schedule, at.tau, at.eta, seed=2)
    assert torch.equal(last.x_prev, same.x_prev)


def run_at(key: str, **changes: float) -> tuple[tuple[errata.Moment, ...], tuple[errata.Moment, ...]]:
    """Moments of the suspect and of the right sampler, at its setting with `changes`."""
    run = mystery.suspect(errata.find(key)).setting
    at = errata.even_steps(**({"eta": run.eta, "S": run.S} | changes))
    return errata.find(key).moments(at.schedule, at.tau, at.eta), errata.right_moments(at.schedule, at.tau, at.eta)


def ends(key: str, **changes: float) -> tuple[float, float]:
    wrong, right = run_at(key, **changes)
    return wrong[-1].variance, right[-1].variance


def readings(key: str) -> mystery.Readings:
    return next(one for one in ROUNDS if one.culprit.key == key).readings()


def nearest_eta(key: str) -> float:
    wrong, _ = run_at(key)
    at = mystery.suspect(errata.find(key)).setting
    etas = np.linspace(0, 1, 51)
    path = np.array([moment.variance for moment in wrong[:-1]])
    gaps = [
        np.abs(np.array([m.variance for m in errata.right_moments(at.schedule, at.tau, e)[:-1]]) - path).max()
        for e in etas
    ]
    return float(etas[int(np.argmin(gaps))])


TELLS = {  # each sentence `tell`, recomputed
    "covariance": lambda: ends("covariance")[0] > 2 * ends("covariance")[1]
    and ends("covariance", eta=0.0)[0] == pytest.approx(ends("covariance", eta=0.0)[1]),
    "noise-off": lambda: readings("noise-off").reseeded == 0 and ends("noise-off")[0] < 1e-4,
    "same-noise": lambda: readings("same-noise").reseeded == 0 and ends("same-noise")[0] > 10,
    "alpha-midway": lambda: abs(run_at("alpha-midway")[0][-1].mean) < 0.05 and ends("alpha-midway")[0] > 0.5,
    "x-for-x0": lambda: max(moment.variance for moment in run_at("x-for-x0")[0]) > 1,
    "lost-root": lambda: ends("lost-root")[0] < ends("lost-root")[1]
    and run_at("lost-root", S=500)[0][-1].mean < run_at("lost-root")[0][-1].mean < 0.1,
    "variance-is-deviation": lambda: ends("variance-is-deviation")[0] < 0.1 * ends("variance-is-deviation")[1]
    and all(np.isnan(ends("variance-is-deviation", eta=e, S=S)[0]) for e in (0.5, 1.0) for S in (10, 37, 1000)),
    "eta-once": lambda: ends("eta-once")[0] == pytest.approx(ends("eta-once", eta=0.3**0.5)[1], abs=1e-9)
    and all(ends("eta-once", eta=e)[0] == pytest.approx(ends("eta-once", eta=e)[1], abs=1e-9) for e in (0.0, 1.0)),
    "training-without-roots": lambda: all(
        wrong < right for wrong, right in zip(*(run[-1][1:] for run in run_at("training-without-roots")), strict=True)
    )
    and readings("training-without-roots").reseeded == 0,
    "linked-direction": lambda: np.allclose(*ends("linked-direction", eta=1.0))
    and np.diff([np.subtract(*ends("linked-direction", eta=e)) for e in (0.0, 0.25, 0.5, 0.75, 1.0)]).min() > 0,
    "linked-noise": lambda: all(w.variance < r.variance for w, r in list(zip(*run_at("linked-noise"), strict=True))[1:])
    and ends("linked-noise", eta=0.0)[0] == pytest.approx(ends("linked-noise", eta=0.0)[1]),
    "class-unscaled-noise": lambda: readings("class-unscaled-noise").calls == 999
    and ends("class-unscaled-noise")[0] > 10,
    "sigma-table": lambda: readings("sigma-table").visited[-1] == 1 and nearest_eta("sigma-table") < 0.25,
    "last-transition": lambda: readings("last-transition").visited[-1] == 1,
    "uniform-repeats": lambda: readings("uniform-repeats").visited[:2] == (1000, 1000)
    and ends("uniform-repeats")[0] == pytest.approx(ends("uniform-repeats")[1], abs=1e-9),
    "exp-is-quadratic": lambda: len(set(readings("exp-is-quadratic").visited)) < 1 + readings("exp-is-quadratic").calls
    and np.median(readings("exp-is-quadratic").visited) < 300,
    "short-chain": lambda: readings("short-chain").visited[0] == 250 and run_at("short-chain")[0][-1].mean < 0.27,
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_what_gives_a_suspect_away_is_true(key: str) -> None:
    assert TELLS[key]()
