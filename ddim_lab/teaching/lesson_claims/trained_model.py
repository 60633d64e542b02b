"""Sentences of lesson 11, A trained model: the table, known errors, codes, filling, guidance, memorising.

What they measure is in `ddim_lab.teaching.trained` and, of the table, in `ddim_lab.teaching.quality_table`.
"""

import math
from functools import cache
from typing import Any

import numpy as np
import torch

import ddim_lab as dl
from ddim_lab import exact, spacing
from ddim_lab.run import Run
from ddim_lab.teaching import measure, memory, quality_table, trained
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.lesson_claims import exact_worlds as known
from ddim_lab.teaching.lesson_claims import one_network
from ddim_lab.teaching.pages.quality.claims import FEWER_STEPS, distance_against_judge, few_steps_told


def everywhere(size: float) -> Any:
    """An error of the predicted noise at every noise level."""
    return lambda a: size


KINDS = {"everywhere": everywhere, "early only": trained.early}
TIE_COUNTS = (5, 10, 20, 50, 100)


@cache
def tie(kind: str, S: int) -> float:
    """The error with which eta 0 and eta 1 end equally far from the data; the exact denoiser favours eta 0."""
    clean, unit = ([f(S, eta) for eta in (0.0, 1.0)] for f in (known.run, _unit(kind)))

    def lead(size: float) -> float:  # of eta 1 over eta 0
        means = [c.mean + size * (u.mean - c.mean) for c, u in zip(clean, unit, strict=True)]
        none, full = (exact.w2(exact.Moments(m, c.cov), known.DATA) for m, c in zip(means, clean, strict=True))
        return none - full

    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if lead(middle) < 0 else (low, middle)
    return high


def _unit(kind: str) -> Any:
    return lambda S, eta: known.with_error(S, eta, KINDS[kind](1.0))


def ties() -> dict[str, float]:
    """The ties of an error everywhere, and of an early one, with 10 and with 100 steps."""
    return {f"{kind[:5]}{S}": tie(kind, S) for kind in KINDS for S in (10, 100)}


def typical_shares() -> dict[str, float]:
    """Share of the results within half a standard deviation of the mean: of the data, and of ten exact steps."""

    def share(moments: exact.Moments) -> float:
        half = 0.5 * measure.STD
        edges = [(measure.MEAN + side * half - float(moments.mean)) / float(moments.cov) ** 0.5 for side in (-1, 1)]
        return 100 * (math.erf(edges[1] / 2**0.5) - math.erf(edges[0] / 2**0.5)) / 2

    return {"data": share(known.DATA), "none": share(known.run(10, 0.0)), "full": share(known.run(10, 1.0))}


def _start_decides() -> bool:
    measured = [measure.gap(*(measure.pictures(Run.named(S=S, eta=eta)) for S in (10, 50))) for eta in (0.0, 1.0)]
    return measured[0] < measured[1] / 2


def _start_decides_digits() -> bool:
    measured = trained.start_gaps()
    return measured["none"] < measured["full"] / 2


def _zero_wins(size: float) -> bool:
    """Ten steps with an error of the predicted noise at every level, run and not scaled from another."""
    none, full = (exact.w2(known.with_error(10, eta, lambda a: size), known.DATA) for eta in (0.0, 1.0))
    return none < full


def _ties_shrink() -> bool:
    size = tie("everywhere", 10)
    turned = _zero_wins(0.9 * size) and not _zero_wins(1.1 * size)
    return turned and all(tie(kind, 100) < tie(kind, 20) < 1 for kind in KINDS)


def _typical() -> bool:
    measured = typical_shares()
    return measured["data"] < measured["none"] < measured["full"]


def _forgotten_digits() -> bool:
    measured = trained.moved()
    return measured["full"] < measured["none"] / 1.5


def _forgotten() -> bool:
    return known.shift(1.0, known.early, 10) < known.shift(0.0, known.early, 10) / 1.5


def _narrowed(measured: dict[str, float]) -> bool:
    """At eta 0 a Gaussian world is linear: what is short stays short."""
    return abs(measured["straight_spread"] / measured["interpolate_spread"] - 0.5**0.5) < 0.02


def _straight_is_short() -> bool:
    measured = trained.halfway()
    return (
        abs(measured["interpolate"] - 1) < 0.01 and abs(measured["straight"] - 0.5**0.5) < 0.01 and _narrowed(measured)
    )


def _comes_back() -> bool:
    x_0 = measure.start() * measure.STD + measure.MEAN
    taus = {S: spacing.trailing(trained.T, S) for S in (10, 20)}
    ups = {S: dl.last(dl.encode(known.WORLD.eps, x_0, trained.SCHEDULE, tau)).x_t for S, tau in taus.items()}
    downs = [trained.end(known.WORLD.eps, up, S) for S, up in ups.items()]
    return trained.gap(downs[1], x_0) < trained.gap(downs[0], x_0)


def _comes_back_digits() -> bool:
    measured = trained.errors_back()
    falling = measured["explicit5"] > measured["explicit10"] > measured["explicit20"]
    return falling and measured["implicit10"] < measured["explicit20"] / 5


def _measured_back() -> bool:
    measured = trained.measured_back()
    return measured["many_mse"] < measured["few_mse"]


def _resampling_agrees() -> bool:
    measured = trained.fillings()
    return abs(measured["ten"] - measured["exact"]) < abs(measured["once"] - measured["exact"]) / 2


def _guidance_narrows() -> bool:
    return one_network.guided_spread(1.0) > one_network.guided_spread(3.0)


def _guidance_costs_digits() -> bool:
    measured = trained.guided_ends()
    return measured["right4"] > measured["right0"] and measured["spread4"] < measured["spread1"] < measured["spread0"]


def _ideal_memorises() -> bool:
    points = np.random.default_rng(0).standard_normal((10, 50))
    x = trained.end(
        exact.empirical(points).eps, torch.as_tensor(np.random.default_rng(1).standard_normal((20, 50))), 20
    )
    return float(memory.nearest(x, points)[0].max()) < 0.02


def _ideal_memorises_digits() -> bool:
    measured = memory.memory_gaps()
    return measured["ideal"] < 0.1 * measured["network"]


def _verdicts_follow() -> bool:
    measured = quality_table.tally()
    return quality_table.verdicts_follow_numbers() and max(measured["cifar10"], measured["celeba"]) <= measured["all"]


def _floor_is_lowest() -> bool:
    measured = quality_table.floors()
    return 0 < measured["floor"] < measured["worst"] and measured["best"] <= measured["worst"]


def _at_odds() -> bool:
    measured = quality_table.at_odds()
    return measured["right_a"] > measured["right_b"] and measured["far_a"] > measured["far_b"]


def _few_steps() -> dict[str, str | int]:
    quality_table.floors()  # raises LookupError, in words, where too little is measured
    return few_steps_told()


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "start-decides-over-S",
        "From the same x_T, the digits of 10 and of 40 steps differ by {none:.2f} a pixel at eta 0, and by {full:.2f} "
        "at eta 1.",
        {"S": 10},
        _start_decides,
        numbers=trained.start_gaps,
        check_digits=_start_decides_digits,
    ),
    quality_table.claim(
        "table-floor",
        "As many real test digits as a cell holds, {n:.0f}, have the Fréchet distance {floor:.3f} from the training "
        "digits. The best cell has {best_times:.1f} times as much, the worst {worst_times:.0f} times.",
        _floor_is_lowest,
        quality_table.floors,
    ),
    quality_table.claim(
        "table-beside-paper",
        "Of these {all} statements, digits answer {cifar10} as CIFAR10 does in the paper and {celeba} as CelebA does; "
        "too close to call: {open}.",
        _verdicts_follow,
        quality_table.tally,
    ),
    quality_table.claim("table-few", FEWER_STEPS.replace("eta ", "η = "), distance_against_judge, _few_steps),
    quality_table.claim(
        "table-at-odds",
        "At S = {S}, the digits of eta {eta_a:g} are recognised more often than those of eta {eta_b:g}, {right_a:.1f} "
        "against {right_b:.1f} %, and yet they are farther from the real ones: {far_a:.3f} against {far_b:.3f}.",
        _at_odds,
        quality_table.at_odds,
    ),
    Claim(
        "typical-is-recognised",
        "In the known world, {data:.0f} % of the data lie within half a standard deviation of their mean. Of the "
        "results of ten exact steps {none:.0f} % do at eta 0, and {full:.0f} % at eta 1.",
        {"S": 10},
        _typical,
        numbers=typical_shares,
    ),
    Claim(
        "ties-shrink",
        "With 10 steps, eta 1 wins if the predicted noise is off by more than {every10:.3f} everywhere, or by "
        "{early10:.3f} early. With 100 steps {every100:.3f} and {early100:.3f} will do.",
        {},
        _ties_shrink,
        numbers=ties,
    ),
    Claim(
        "network-forgets-too",
        "An early error of {size} in the network's predicted noise moves its digits by {none:.2f} a pixel at eta 0 "
        "and by {full:.2f} at eta 1, with the same noise.",
        {"S": 10},
        _forgotten,
        numbers=trained.moved,
        check_digits=_forgotten_digits,
    ),
    Claim(
        "straight-is-short",
        "Halfway between two codes, a blend on the sphere has {interpolate:.2f} times the length of noise, a straight "
        "one {straight:.2f} times. In the known world the results of ten steps from there spread by "
        "{interpolate_spread:.2f} and by {straight_spread:.2f}.",
        {},
        _straight_is_short,
        numbers=trained.halfway,
    ),
    Claim(
        "digits-come-back",
        "Encoded and decoded in 5, 10 and 20 explicit steps, the digits miss by {explicit5:.1e}, {explicit10:.1e} and "
        "{explicit20:.1e}; in 10 implicit ones by {implicit10:.1e}.",
        {"eta": 0.0},
        _comes_back,
        numbers=trained.errors_back,
        check_digits=_comes_back_digits,
    ),
    quality_table.claim(
        "table-comes-back",
        "Of {digits} MNIST test digits, explicit encoding loses {few_mse:.1e} with S = {few} and {many_mse:.1e} with "
        "S = {many}. Implicit encoding with S = {implicit} loses {implicit_mse:.1e}, for {rounds:.1f} rounds a step.",
        _measured_back,
        trained.measured_back,
    ),
    Claim(
        "resampling-agrees",
        "Two pixels that go together, one seen at {seen}: the other should be {exact:.2f} on average. Filled in 20 "
        "steps it is {once:.2f}; with each step taken ten times it is {ten:.2f}.",
        {"S": 20},
        _resampling_agrees,
        numbers=trained.fillings,
    ),
    Claim(
        "guidance-costs",
        "Without a label, {right0} of {n} digits are what was asked for; with guidance 4, {right4}. Their spread falls "
        "from {spread0:.3f} without a label to {spread1:.3f} with guidance 1 and {spread4:.3f} with 4.",
        {"S": 6},
        _guidance_narrows,
        numbers=trained.guided_ends,
        check_digits=_guidance_costs_digits,
    ),
    Claim(
        "ideal-memorises",
        "The ideal denoiser of ten pictures draws nothing else: no result is farther than {ideal:.0e} a pixel from one "
        "of the ten. The network's digits are at least {network:.2f} from each of them.",
        {"S": 20},
        _ideal_memorises,
        numbers=memory.memory_gaps,
        check_digits=_ideal_memorises_digits,
    ),
)
