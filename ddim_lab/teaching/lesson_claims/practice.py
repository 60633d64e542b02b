"""Sentences under what learners ask once they know the formulas: see `ddim_lab.teaching.asked`."""

from typing import Any

import torch

import ddim_lab as dl
from ddim_lab.teaching import quality_table
from ddim_lab.teaching.claims import Claim


def practice() -> dict[str, Any]:
    """What the table says of eta 0 over the number of steps, in words, and the distance of as many real digits."""
    measured = quality_table.over_steps()
    told = ", ".join(f"{far:.3f} with {S} steps" for S, far in measured.items())
    return {"told": told, "floor": quality_table.floors()["floor"]}


def _fewest_are_farthest() -> bool:
    measured = quality_table.over_steps()
    return measured[min(measured)] == max(measured.values())


def shown(guidance: float) -> int:
    """How many pictures the network is shown for four of them with a label, at this guidance."""
    from ddim_lab import noise
    from ddim_lab.model import denoiser

    rows: list[int] = []

    class Counted:
        name, device = "counted", torch.device("cpu")

        def __call__(self, x_t: Any, log_snr: Any, label: Any) -> Any:
            rows.append(len(x_t))
            return x_t

    denoiser.Denoiser(Counted())(noise.initial_noise(4, (1, 28, 28)), 0.5, label=3, guidance=guidance)
    return sum(rows)


def sizes() -> dict[str, float]:
    """How many numbers a picture of Stable Diffusion has, and its latent."""
    picture, latent = 3 * 512 * 512, 4 * 64 * 64
    return {"picture": picture, "latent": latent, "times": picture // latent}


def left_at_T() -> dict[str, float]:
    """What is left of the picture in x_T: on Stable Diffusion's noise schedule, and on the linear one."""
    kinds = {"theirs": dl.NoiseSchedule.scaled_linear(), "ours": dl.NoiseSchedule.linear()}
    return {name: float(schedule.alpha_bar[-1]) ** 0.5 for name, schedule in kinds.items()}


def _ends_early() -> bool:
    left = left_at_T()
    return left["theirs"] > 10 * left["ours"]


CLAIMS: tuple[Claim, ...] = (
    quality_table.claim(
        "practice-table",
        "Measured on the digits of this lab at eta 0, the fewest steps end the farthest from real digits: {told}. As "
        "many real digits have {floor:.3f}.",
        _fewest_are_farthest,
        practice,
    ),
    Claim(
        "guidance-doubles",
        "A guided step asks the network twice, with the label and without it: 20 guided steps cost what 40 plain ones "
        "do.",
        {"guidance": 2.0},
        lambda: shown(2.0) == 2 * shown(1.0) == 8,
    ),
    Claim(
        "latents-are-small",
        "A latent of {latent:,} numbers stands for a picture of {picture:,}: {times} times fewer.",
        {},
        lambda: sizes()["times"] * sizes()["latent"] == sizes()["picture"],
        numbers=sizes,
    ),
    Claim(
        "stable-diffusion-ends-early",
        "Stable Diffusion's noise schedule (scaled linear, betas from .00085 to .012, T = 1000) leaves {theirs:.3f} of "
        "the picture in x_T, more than ten times what the linear one of this lab leaves, {ours:.4f}.",
        {"schedule": "scaled_linear", "T": 1000},
        _ends_early,
        numbers=left_at_T,
    ),
)
