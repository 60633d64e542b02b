"""The digits of a cell, drawn by the network: image i shows the digit i mod 10, so that the classes are balanced."""

from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from ddim_lab.model import mnist
from ddim_lab.model.denoiser import Denoiser
from ddim_lab.model.network import IMAGE_SHAPE
from ddim_lab.noise import initial_noise
from ddim_lab.quality.cell import SEED, Cell
from ddim_lab.sampler import last, sample


def wanted_digits(n: int, first: int = 0) -> NDArray[np.int64]:
    """(n,) the digit asked of each of the images first .. first + n - 1."""
    return np.arange(first, first + n) % 10


def batches(n: int, batch: int) -> list[tuple[int, int]]:
    """The first image and the size of each batch of n images."""
    return [(first, min(batch, n - first)) for first in range(0, n, batch)]


def draw(denoiser: Denoiser, cell: Cell, first: int, n: int) -> NDArray[np.uint8]:
    """The images first .. first + n - 1 of the cell, grey levels (n, 28, 28); in whichever batch, the same."""
    run = cell.run
    bound = partial(denoiser, label=torch.from_numpy(wanted_digits(n, first)))
    x_T = initial_noise(n, IMAGE_SHAPE, SEED, first).to(denoiser.engine.device)
    how = {"seed": SEED, "first": first, "solver": run.solver}
    steps = sample(bound, x_T, run.schedule, run.tau, run.eta, run.sigma_hat, **how)
    return mnist.to_grey(last(steps).x_prev.cpu().numpy())
