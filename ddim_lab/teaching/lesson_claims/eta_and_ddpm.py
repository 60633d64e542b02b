"""Sentences of lesson 3, eta and the DDPM."""

from typing import Any

import numpy as np

from ddim_lab import exact
from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim
from ddim_lab.walk import last

COUNTS = (7, 10, 50)
THREES = [3] * 8


def respaced_gap(S: int) -> float:
    """How far k, m and sigma(1) of a run of S steps are from the posterior of the DDPM with those S betas."""
    run = Run.named(S=S, eta=1.0)
    a, b = run.levels.T
    chain = NoiseSchedule.from_betas((1 - a / b)[::-1])  # a DDPM of S steps that knows of no others
    bar, betas = chain.alpha_bar, 1 - chain.alpha_bar[1:] / chain.alpha_bar[:-1]
    k = np.sqrt(bar[:-1]) * betas / (1 - bar[1:])  # DDPM, Eq. 7
    m = np.sqrt(1 - betas) * (1 - bar[:-1]) / (1 - bar[1:])
    variance = (1 - bar[:-1]) / (1 - bar[1:]) * betas
    pairs = zip((run.k, run.m, run.sigma**2), (k, m, variance), strict=True)
    return max(float(np.abs(ours[::-1] - posterior).max()) for ours, posterior in pairs)


def _ddpm_of_the_visited() -> bool:
    return max(respaced_gap(S) for S in COUNTS) < 1e-12


def noise_off_spreads() -> dict[str, float]:
    """The exact spread at the end where the noise of eta = 1 is left out, by number of steps; the first belief's."""
    spreads = {f"s{S}": measure.spread_without_noise(Run.named(eta=1.0, S=S)) for S in (10, 50, 1000)}
    top = Run.named().transitions[0].a
    (belief,) = exact.propagate(measure.KNOWN_WORLD, [(top, 1.0)], lambda a, b: (1.0, 0.0, 0.0))  # nothing but x0
    return spreads | {"belief": float(belief.cov) ** 0.5, "right": measure.STD}


def _noise_off_is_first_belief() -> bool:
    spreads = noise_off_spreads()
    return max(abs(spreads[name] - spreads["belief"]) for name in ("s10", "s50", "s1000")) < 1e-12


def without_noise(steps: int, labels: list[int]) -> Any:
    """Digits (n, 1, 28, 28) of the DDPM with its noise switched off, by the trained network."""
    import torch

    from ddim_lab import noise

    x_T = noise.initial_noise(len(labels), (1, 28, 28))
    with torch.no_grad():
        return last(exact.rules.walk(measure.asked_for(labels), x_T, Run.named(S=steps).levels, exact.rules.noise_off))


def _noise_off_alike() -> bool:
    off = measure.spread_without_noise(Run.named(eta=1.0))
    return off < 0.1 * min(measure.exact_spread(Run.named(eta=eta)) for eta in (0.0, 1.0))


def _noise_off_alike_digits() -> bool:
    ddim = measure.digits_film(Run.named(), THREES)[-1].x_prev
    return measure.spread(without_noise(10, THREES)) < 0.3 * measure.spread(ddim)


def negative_radicands() -> dict[str, float]:
    """In how many transitions of a run 1 - b - sigma-hat^2 is below 0; the last one, where sigma-hat is 0, left out."""
    below = {}
    for S in (10, 50, 1000):
        a, b = Run.named(S=S).levels[:-1].T
        below[f"s{S}"] = int((1 - b - (1 - a / b) < 0).sum())
    return below


def _hat_breaks_the_direction() -> bool:
    """Each run has such a transition, they are those with a < b^2, and the core's sigma-hat runs through them all."""
    runs = [Run.named(S=S, eta=1.0, sigma_hat=True) for S in (10, 50, 1000)]
    as_said = [bool((((b - 1 + 1 - a / b) > 0) == (a < b**2))[:-1].all()) for a, b in (run.levels.T for run in runs)]
    finite = [bool(np.isfinite(run.m).all()) for run in runs]
    return min(negative_radicands().values()) > 0 and all(as_said) and all(finite)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "ddpm-of-visited-steps",
        "A run with eta 1 is a DDPM also where it skips: that of a chain which has the visited steps only, with "
        "the betas 1 − a/b.",
        {"eta": 1.0},
        _ddpm_of_the_visited,
    ),
    Claim(
        "noise-off-is-first-belief",
        "Without its noise, the DDPM ends exactly where its first belief was, in a world of grey values: from pure "
        "noise that belief hardly varies. More steps do not help. The spread at the end is {s10:.4f} with 10 steps, "
        "{s50:.4f} with 50 and {s1000:.4f} with 1000; the data's is {right:.1f}.",
        {"eta": 1.0},
        _noise_off_is_first_belief,
        numbers=noise_off_spreads,
    ),
    Claim(
        "noise-off-alike",
        "Results of the DDPM without its noise are far more alike than those of DDIM from the same starts.",
        {"S": 10},
        _noise_off_alike,
        check_digits=_noise_off_alike_digits,
    ),
    Claim(
        "hat-breaks-direction",
        "Under the root of the direction, sigma-hat would give no real number in {s10} transitions of a run with 10 "
        "steps, in {s50} with 50 and in {s1000} with 1000: those with a below b².",
        {"eta": 1.0, "sigma_hat": True},
        _hat_breaks_the_direction,
        numbers=negative_radicands,
    ),
)
