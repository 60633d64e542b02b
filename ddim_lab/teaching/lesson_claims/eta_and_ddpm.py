"""Sentences of lesson 3, eta and the DDPM."""

from typing import Any

import numpy as np

from ddim_lab import exact
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim
from ddim_lab.transition import coefficients

COUNTS = (7, 10, 50)
THREES = [3] * 8


def respaced_gap(S: int) -> float:
    """How far k, m and sigma(1) of a run of S steps are from the posterior of the DDPM with those S betas."""
    a, b = measure.levels({"S": S})
    chain = NoiseSchedule.from_betas((1 - a / b)[::-1])  # a DDPM of S steps that knows of no others
    bar, betas = chain.alpha_bar, 1 - chain.alpha_bar[1:] / chain.alpha_bar[:-1]
    k = np.sqrt(bar[:-1]) * betas / (1 - bar[1:])  # DDPM, Eq. 7
    m = np.sqrt(1 - betas) * (1 - bar[:-1]) / (1 - bar[1:])
    variance = (1 - bar[:-1]) / (1 - bar[1:]) * betas
    c = coefficients(a, b, 1.0)
    found = (np.asarray(c.k), np.asarray(c.m), np.asarray(c.sigma) ** 2)
    return max(float(np.abs(one[::-1] - other).max()) for one, other in zip(found, (k, m, variance), strict=True))


def _ddpm_of_the_visited() -> bool:
    return max(respaced_gap(S) for S in COUNTS) < 1e-12


def noise_off_spreads() -> dict[str, float]:
    """The exact spread at the end where the noise of eta = 1 is left out, by number of steps; the first belief's."""
    found = {f"s{S}": measure.spread_without_noise({"eta": 1.0, "S": S}) for S in (10, 50, 1000)}
    top = float(measure.levels({})[0][0])
    (belief,) = exact.propagate(measure.KNOWN_WORLD, [(top, 1.0)], lambda a, b: (1.0, 0.0, 0.0))  # nothing but x0
    return found | {"belief": float(belief.cov) ** 0.5, "right": measure.STD}


def _noise_off_is_first_belief() -> bool:
    found = noise_off_spreads()
    return max(abs(found[name] - found["belief"]) for name in ("s10", "s50", "s1000")) < 1e-12


def without_noise(steps: int, labels: list[int]) -> Any:
    """Digits (n, 1, 28, 28) of the DDPM with its noise switched off, by the trained network."""
    import functools

    import torch

    from ddim_lab import noise
    from ddim_lab.model import denoiser

    state = {"S": steps}
    asked = functools.partial(denoiser.load_denoiser(device="cpu"), label=torch.tensor(labels))
    pairs = exact.levels_of(measure.schedule_of(state), measure.tau_of(state))
    x_T = noise.initial_noise(len(labels), (1, 28, 28))
    with torch.no_grad():
        *_, last = exact.rules.walk(asked, x_T, pairs, exact.rules.noise_off)
    return last


def _noise_off_alike() -> bool:
    off = measure.spread_without_noise({"eta": 1.0})
    return off < 0.1 * min(measure.exact_spread({"eta": eta}) for eta in (0.0, 1.0))


def _noise_off_alike_digits() -> bool:
    ddim = measure.digits_film({}, THREES)[-1].x_prev
    return measure.spread(without_noise(10, THREES)) < 0.3 * measure.spread(ddim)


def negative_radicands() -> dict[str, float]:
    """In how many transitions of a run 1 - b - sigma-hat^2 is below 0; the last one, where sigma-hat is 0, left out."""
    found = {}
    for S in (10, 50, 1000):
        a, b = (level[:-1] for level in measure.levels({"S": S}))
        found[f"s{S}"] = int((1 - b - (1 - a / b) < 0).sum())
    return found


def _hat_breaks_the_direction() -> bool:
    """Each run has such a transition, they are those with a < b^2, and the core's sigma-hat runs through them all."""
    pairs = [measure.levels({"S": S}) for S in (10, 50, 1000)]
    as_said = [bool((((b - 1 + 1 - a / b) > 0) == (a < b**2))[:-1].all()) for a, b in pairs]
    finite = [bool(np.isfinite(np.asarray(coefficients(a, b, 1.0, True).m)).all()) for a, b in pairs]
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
