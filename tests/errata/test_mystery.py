"""The mystery sampler: every suspect comes up, the instruments tell it from the other candidates, tells are true."""

import dataclasses

import numpy as np
import pytest
import torch

from ddim_lab import errata, exact
from ddim_lab.errata import mystery
from ddim_lab.errata.mystery import SUSPECTS
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.pages.errata.tells import CLAIMS

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


# What gives a suspect away

TELLS = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)


def test_every_suspect_has_its_sentence() -> None:
    told = {claim.key.removeprefix("tell-"): claim.text() for claim in CLAIMS}
    assert sorted(told) == sorted(KEYS)
    for one in ROUNDS:
        assert one.judge(one.answer).reply == f"{told[one.culprit.key]} {one.culprit.why}"


@TELLS
def test_what_gives_a_suspect_away_is_true(claim: Claim) -> None:
    assert claim.check() is True


@TELLS
def test_it_would_not_be_true_of_the_right_sampler(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    find = errata.find
    monkeypatch.setattr(errata, "find", lambda key: dataclasses.replace(find(key), recipe=errata.RIGHT))
    monkeypatch.setattr(mystery, "measured", mystery.measured.__wrapped__)
    monkeypatch.setattr(mystery, "_path", mystery._path.__wrapped__)
    assert claim.check() is False
