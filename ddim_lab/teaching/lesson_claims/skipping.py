"""Sentences of lesson 4, Skipping steps."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from ddim_lab import exact, spacing
from ddim_lab.errata import spacing_peers
from ddim_lab.exact import recursion, rules
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim

T = 1000
WORLD = measure.KNOWN_WORLD
Pairs = list[tuple[int, int]]


def outcome(pairs: Pairs, schedule: NoiseSchedule | None = None) -> exact.Moments:
    """Exact mean and variance of the results at eta 0 of any list of (t, t_prev), right or wrong, top first."""
    alpha_bar = (schedule or NoiseSchedule.linear(T)).alpha_bar
    levels = [(float(alpha_bar[t]), float(alpha_bar[t_prev])) for t, t_prev in pairs]
    return [*recursion.propagate(WORLD, levels, rules.ddim(0.0))][-1]


def right_and_assumed(S: int) -> tuple[float, float]:
    """Variance with linspace's own next steps, and with t - T // S in their place."""
    steps = spacing_peers.find("linspace").visited(T, S)
    right = spacing.transitions(spacing.custom(steps, T))
    assumed = spacing_peers.assumed_previous(steps, T, S)[::-1]
    return float(outcome(right).cov), float(outcome(assumed).cov)


def two_or_one(frozen: bool) -> float:
    """How far t = 500 -> 450 -> 400 ends from 500 -> 400 at eta 0; `frozen`: with one predicted noise for all steps."""
    from ddim_lab import noise, sampler

    alpha_bar = NoiseSchedule.linear(T).alpha_bar
    a, between, b = (float(alpha_bar[t]) for t in (500, 450, 400))
    x_t = noise.initial_noise(64, (1,)).double()
    eps = WORLD.eps(x_t, a)
    middle = sampler.step(x_t, eps, a, between).x_prev
    once_more = eps if frozen else WORLD.eps(middle, between)
    return measure.gap(sampler.step(middle, once_more, between, b).x_prev, sampler.step(x_t, eps, a, b).x_prev)


@cache
def counts() -> Mapping[str, float]:
    """Over all S in 1..T: for how many each rule goes wrong; and two examples."""
    uniform, trailing, linspace, own = (spacing_peers.find(key) for key in ("uniform", "trailing", "linspace", "ddimN"))
    steps = {S: linspace.visited(T, S) for S in range(1, T + 1)}
    return MappingProxyType(
        {
            "T": T,
            "uniform": len(spacing_peers.unsound(uniform)),
            "made": spacing_peers.look(uniform, T, 300).made,
            "trailing": len(spacing_peers.unsound(trailing)),
            "first": spacing_peers.unsound(trailing)[0],
            "previous": sum(bool(spacing_peers.wrong_previous(steps[S], T, S)) for S in steps),
            "exist": T - len(spacing_peers.unsound(own)),
        }
    )


def _counts_go_wrong() -> bool:
    measured = counts()
    return measured["uniform"] > 900 and measured["made"] != 300 and measured["exist"] < 100


def _one_step_too_many() -> bool:
    measured = counts()
    look = spacing_peers.look(spacing_peers.find("trailing"), T, int(measured["first"]))
    return look.made == look.asked + 1 and look.outside == 1


def assumed() -> dict[str, float]:
    """`right_and_assumed` of 600 steps, the data's variance, and for how many S of 1..T that guess is wrong."""
    right, wrong = right_and_assumed(600)
    return {"right": right, "wrong": wrong, "data": float(WORLD.cov), "previous": counts()["previous"], "T": T}


def _assumed_leaves_noise() -> bool:
    measured = assumed()
    return measured["previous"] > 900 and measured["wrong"] > 1.5 * measured["data"] > measured["right"]


def short_start() -> dict[str, float]:
    """501 steps, leading and trailing: where leading starts, and both means at the end."""
    pairs = [spacing.transitions(rule(T, 501)) for rule in (spacing.leading, spacing.trailing)]
    low, full = (float(outcome(walk).mean) for walk in pairs)
    return {"top": pairs[0][0][0], "low": low, "full": full, "data": float(WORLD.mean)}


def _short_start_is_too_grey() -> bool:
    measured = short_start()
    return abs(measured["low"]) < 0.9 * measured["data"] < measured["full"]


def stopped_early() -> dict[str, float]:
    """Ten steps of a short chain with large betas; ended at alpha_bar_1, as an index shift makes it, and at 1."""
    import numpy as np

    short = NoiseSchedule.from_betas(np.linspace(0.01, 0.9, 10))
    pairs = spacing.transitions(spacing.trailing(10, 10))
    return {
        "right": float(outcome(pairs, short).cov),
        "left": float(outcome(pairs[:-1], short).cov),
    }


def _stopping_early_leaves_noise() -> bool:
    measured = stopped_early()
    return measured["left"] > 1.05 * measured["right"]


def calls(eta: float, S: int) -> int:
    """How often a run of S steps asks its denoiser."""
    from ddim_lab import noise, sampler

    asked: list[float] = []

    def counted(x_t: Any, a: float) -> Any:
        asked.append(a)
        return WORLD.eps(x_t, a)

    run = Run.named(S=S, eta=eta)
    sampler.last(sampler.sample(counted, noise.initial_noise(1, (1,)), run.schedule, run.tau, eta=eta))
    return len(asked)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "steps-not-faster",
        "A step asks the network once, at eta 0 as at eta 1: 10 steps are 10 calls, 1000 are 1000. The run gets faster "
        "because there are fewer steps, not because a step does.",
        {"S": 10},
        lambda: all(calls(eta, S) == S for eta in (0.0, 1.0) for S in (10, 1000)),
    ),
    Claim(
        "two-steps-one",
        "At eta 0, two short steps end where one long step ends if the predicted noise is the same in both. "
        "In general it is not, and then they end elsewhere.",
        {"eta": 0.0},
        lambda: two_or_one(frozen=True) < 1e-12 < 1e-3 < two_or_one(frozen=False),
    ),
    Claim(
        "strides-miscount",
        "A whole stride T // S gives another number of steps than asked for with {uniform} of the {T} possible S: "
        "asked for 300, it gives {made}. A stride that gives exactly S exists for only {exist} of them.",
        {},
        _counts_go_wrong,
        numbers=counts,
    ),
    Claim(
        "one-step-too-many",
        "Counting down from T in fractions and rounding gives one step too many with {trailing} of the {T} possible S, "
        "the first of them S = {first}. The extra step has the index −1, and a list takes that for its last entry.",
        {},
        _one_step_too_many,
        numbers=counts,
    ),
    Claim(
        "assumed-previous",
        "Going to t − T // S in place of the next step visited misses it with {previous} of the {T} possible S. "
        "With 600 steps the results then have the variance {wrong:.2f}; right would be {right:.2f}, the data have "
        "{data:.2f}.",
        {"S": 600, "eta": 0.0},
        _assumed_leaves_noise,
        numbers=assumed,
    ),
    Claim(
        "short-start-grey",
        "Started from pure noise at t = {top:.0f}, where a trace of the picture is still expected, grey values come "
        "out with the mean {low:.3f}; started at T, with {full:.3f}. The data have {data:.3f}.",
        {"S": 501, "eta": 0.0},
        _short_start_is_too_grey,
        numbers=short_start,
    ),
    Claim(
        "stopping-early",
        "A run that ends at alpha_bar_1 instead of 1 keeps the noise of t = 1: in ten steps with betas from .01 to .9 "
        "the variance is {left:.4f} instead of {right:.4f}.",
        {"eta": 0.0},
        _stopping_early_leaves_noise,
        numbers=stopped_early,
    ),
)
