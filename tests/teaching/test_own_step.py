"""The checker of the learner's own step: the right one passes, every slip is named, gaps are gaps."""

import re

import pytest
import torch

import ddim_lab as dl
from ddim_lab.teaching import own_step, reading
from ddim_lab.teaching.own_step import check, check_pairs
from ddim_lab.teaching.slips import STEP_TERMS, Trial, right_terms, slips


def written(x_t, eps, a, b, eta, z):
    """A learner's right step, written from the paper (DDIM, Eqs. 12 and 16) and not from the core."""
    x0 = (x_t - (1 - a) ** 0.5 * eps) / a**0.5
    sigma = eta * ((1 - b) / (1 - a)) ** 0.5 * (1 - a / b) ** 0.5
    direction = (1 - b - sigma**2) ** 0.5
    return x0, sigma, direction, b**0.5 * x0 + direction * eps + sigma * z


def with_slip(term, place):
    """The right step, but for one term the value of its slip number `place`."""

    def own(x_t, eps, a, b, eta, z):
        trial = Trial(a, b, eta, x_t, eps, z)
        named = right_terms(trial)
        named[term] = list(slips(term, named, trial))[place][1]
        if term != "x_prev":
            named["x_prev"] = b**0.5 * named["x0"] + named["direction"] * eps + named["sigma"] * z
        return tuple(named[name] for name in STEP_TERMS)

    return own


SLIPS = [
    (term, place)
    for term in STEP_TERMS
    for trial in [next(own_step.trials())]
    for place in range(len(list(slips(term, right_terms(trial), trial))))
]


def test_a_right_step_is_right():
    assert check(written).right
    assert check(own_step.core_step).right
    assert repr(check(written)) == "x0: right; sigma: right; direction: right; x_prev: right"


@pytest.mark.parametrize(("term", "place"), SLIPS)
def test_every_slip_is_named_and_only_it(term, place):
    report = check(with_slip(term, place))
    assert {v.term for v in report.verdicts if v.state == "wrong"} == {term}
    (wrong,) = [v for v in report.verdicts if v.state == "wrong"]
    trial = next(own_step.trials())
    words = [words for words, _ in slips(term, right_terms(trial), trial)]
    assert any(said in wrong.hint for said in words), wrong.hint
    assert not report.right


def test_a_slip_that_hides_at_eta_0_is_found():
    def own(x_t, eps, a, b, eta, z):
        x0, sigma, _, _ = written(x_t, eps, a, b, eta, z)
        return x0, sigma, (1 - b) ** 0.5, b**0.5 * x0 + (1 - b) ** 0.5 * eps + sigma * z

    (wrong,) = [v for v in check(own).verdicts if v.state == "wrong"]
    assert (wrong.term, "η = 1" in wrong.hint, "comes on top" in wrong.hint) == ("direction", True, True)


def test_gaps_are_gaps():
    report = check(lambda *_: (..., ..., ..., ...))
    assert [v.state for v in report.verdicts] == ["gap"] * 4
    report = check(lambda x_t, eps, a, b, eta, z: (written(x_t, eps, a, b, eta, z)[0], ..., ..., ...))
    assert [v.state for v in report.verdicts] == ["right", "gap", "gap", "gap"]
    report = check(lambda x_t, eps, a, b, eta, z: (..., ..., ..., b**0.5 * ...))
    assert [v.state for v in report.verdicts] == ["gap"] * 4


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "not finite"),
        (0.123, "0.1230, where 0.0000 belongs"),
        ("σ", "is a text"),
        (torch.zeros(3), r"it has the shape \(3,\), where one number belongs"),
    ],
)
def test_other_mistakes_are_described(value, said):
    def own(x_t, eps, a, b, eta, z):
        x0, _, direction, x_prev = written(x_t, eps, a, b, eta, z)
        return x0, value, direction, x_prev

    verdict = check(own).verdicts[1]
    assert verdict.state == "wrong"
    assert re.search(said, verdict.hint)


def test_whatever_is_raised_is_told():
    assert "ZeroDivisionError" in check(lambda *_: 1 / 0).verdicts[0].hint
    assert "2 values, where x0, sigma" in check(lambda *_: (1, 2)).verdicts[0].hint
    assert "returns nothing" in check(lambda *_: None).verdicts[0].hint


@pytest.mark.parametrize(
    ("own", "state", "said"),
    [
        (lambda tau: list(zip(tau[::-1], [*tau[-2::-1], 0], strict=True)), "right", ""),
        (lambda tau: ..., "gap", ""),
        (lambda tau: list(zip(tau[::-1], tau[-2::-1], strict=False)), "wrong", "must end at 0"),
        (lambda tau: list(zip(tau, [0, *tau[:-1]], strict=True)), "wrong", "turn the order round"),
        (lambda tau: list(zip([0, *tau[:-1]], tau, strict=True)), "wrong", "from, to"),
        (lambda tau: [(t, t - 1) for t in tau], "wrong", "was expected"),
        (lambda tau: tau.missing, "wrong", "AttributeError"),
    ],
)
def test_pairs(own, state, said):
    (verdict,) = check_pairs(own).verdicts
    assert verdict.state == state
    assert said in verdict.hint


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_a_walk_with_the_right_step_is_the_samplers(eta):
    schedule, world = dl.NoiseSchedule.linear(), dl.exact.Gaussian(0.3, std=0.5)
    x_T, tau = dl.initial_noise(4, (1, 4, 4)).double(), dl.spacing.trailing(1000, 5)
    theirs = dl.last(dl.sample(world.eps, x_T, schedule, tau, eta=eta)).x_prev
    torch.testing.assert_close(own_step.walk(written, world.eps, x_T, schedule, tau, eta)[-1], theirs)


def test_source_is_shown_as_it_stands():
    shown = reading.source(dl.spacing.transitions)
    assert repr(shown).startswith("# ddim_lab/spacing.py\ndef transitions(tau")
    assert "<code>ddim_lab/spacing.py</code>" in shown._repr_html_()
    assert re.sub(r"<[^>]+>", "", shown._repr_html_()).count("visited[:0:-1]") == 1
    with pytest.raises(ValueError, match="must stand in one file"):
        reading.source(dl.spacing.transitions, dl.step)
