"""What comparing samplers on one start needs beside `ddim_lab.sample`: the same walk without its fresh noise, one start
for many noises, and how far apart the results are."""

from collections.abc import Iterator
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddim_lab import checks, noise
from ddim_lab.run import Run
from ddim_lab.sampler import Denoiser, Step, move
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.tensors import check_walk
from ddim_lab.walk import walk

VISIBLE = 0.2  # root mean square difference, of a range of 2, beyond which two pictures differ to the eye


def noise_off(
    denoiser: Denoiser,
    x_T: Tensor,
    schedule: NoiseSchedule,
    tau: Any,
    eta: float = 1.0,
    sigma_hat: bool = False,
    clip: str = "none",
) -> Iterator[Step]:
    """The walk of `ddim_lab.sample` with its own k and m, but z = 0 in every transition: at eta = 1 the common slip
    "DDPM without its noise", which is not DDIM. Records and errors as there; only eta = 0 gives a right sampler."""
    check_walk(denoiser, x_T, schedule)
    run = Run(schedule, tau, eta, sigma_hat, clip)
    return walk(run.transitions, x_T, partial(move, denoiser, run, _nothing), attrgetter("x_prev"))


def _nothing(_: Any, x: Tensor) -> Tensor:
    return torch.zeros_like(x)


def one_start(n: int, shape: tuple[int, ...], seed: int = 0, image: int = 0) -> Tensor:
    """x_T of one `image` n times over, (n, *shape): sampled with first = 0, each row has a fresh noise of its own."""
    checks.integer("n", n, 1)
    return noise.initial_noise(1, shape, seed, image).repeat(n, *[1] * len(shape))


def gaps(pictures: NDArray[Any], yardstick: NDArray[Any]) -> NDArray[np.float64]:
    """Root mean square difference of each picture to its partner: (n, ...) twice -> (n,)."""
    if pictures.shape != yardstick.shape:
        raise ValueError(f"pictures to compare must come in pairs, got shapes {pictures.shape} and {yardstick.shape}")
    apart = (pictures.astype(np.float64) - yardstick).reshape(len(pictures), -1)
    return np.sqrt((apart**2).mean(axis=1))


def pixel_std(pictures: NDArray[Any]) -> NDArray[np.float64]:
    """The standard deviation of each pixel over the pictures (n, ...), which are all there are: no n - 1."""
    return pictures.astype(np.float64).std(axis=0)
