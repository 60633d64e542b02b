"""Sentences of lesson 0, See it."""

import numpy as np

from ddim_lab.run import Run
from ddim_lab.schedule import NoiseSchedule, log_snr
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.pages.digits import evidence

KINDS = ("linear", "cosine")


def crossings() -> dict[str, float]:
    """Of each noise schedule the first t at which noise outweighs the picture (signal-to-noise ratio below 1)."""
    return {kind: int(np.argmax(log_snr(NoiseSchedule.named(kind).alpha_bar) < 0)) for kind in KINDS}


def _linear_drowns_earlier() -> bool:
    first = crossings()
    return first["linear"] < 300 < first["cosine"]


def _same_level_same_picture() -> bool:
    """Where both schedules cross, one picture with one noise differs by less than a grey level in 50."""
    import torch

    from ddim_lab import noise
    from ddim_lab.model import parameterization

    picture, dust = torch.full((784,), 0.7), noise.initial_noise(1, (784,))[0]
    linear, cosine = (
        parameterization.noised(picture, dust, float(NoiseSchedule.named(kind).alpha_bar[int(t)]))
        for kind, t in crossings().items()
    )
    return float((linear - cosine).abs().max()) < 0.02


def _variety_from_start() -> bool:
    spreads = evidence.spreads_at_ten()
    return spreads["ddim"] > spreads["ddpm"] > 0


def _variety_from_start_digits() -> bool:
    threes = measure.digits_film(Run.named(), [3] * 8)[-1].x_prev
    gaps = [measure.gap(threes[i], threes[j]) for i in range(8) for j in range(i)]
    return min(gaps) > 0.1


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "linear-drowns-earlier",
        "With the linear noise schedule, noise outweighs the picture from t = {linear} on; with the cosine one, "
        "only from t = {cosine} on.",
        {},
        _linear_drowns_earlier,
        numbers=crossings,
    ),
    Claim(
        "same-level-same-picture",
        "Where two noise schedules have the same signal-to-noise ratio, the same digit with the same noise is the "
        "same picture, although t is another number.",
        {},
        _same_level_same_picture,
    ),
    Claim(
        "variety-from-start",
        "At eta 0 all variety comes from the starting noise, and that is enough: of eight starts no two become the "
        "same three.",
        {"S": 10},
        _variety_from_start,
        check_digits=_variety_from_start_digits,
    ),
)
