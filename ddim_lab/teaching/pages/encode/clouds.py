"""A world of pictures in which the code of a picture can be computed: clouds, Gaussian over all their pixels.

Neighbouring pixels go together as exp(-distance / REACH), so a cloud is as little like noise as a digit is, and its
exact denoiser is known. What a digit's code still owes to the network is seen beside its code.
"""

from functools import cache

import numpy as np

from ddim_lab import exact
from ddim_lab.latents.looks import Look, look
from ddim_lab.run import Run

SIDE, REACH, STD, S, SEED = 28, 4.0, 0.5, 250, 3


@cache
def world() -> exact.Gaussian:
    """The clouds, 784 pixels."""
    places = np.arange(SIDE)
    along = np.exp(-np.abs(places[:, None] - places) / REACH)
    return exact.Gaussian(np.zeros(SIDE * SIDE), cov=STD**2 * np.kron(along, along))


@cache
def cloud_and_code() -> tuple["np.ndarray", "np.ndarray"]:
    """One cloud and its code in S explicit steps, each (1, 1, 28, 28)."""
    import torch

    from ddim_lab import sampler
    from ddim_lab.latents import encoding

    run, cloud = Run.named(S=S), world().sample(1, SEED)
    walk = encoding.encode(world().eps, torch.tensor(cloud), run.schedule, run.tau)
    shape = (1, 1, SIDE, SIDE)
    return cloud.reshape(shape), sampler.last(walk).x_t.numpy().reshape(shape)


def looks_of_both() -> tuple[Look, Look]:
    """How much the cloud and its code are like noise."""
    import torch

    cloud, code = (look(torch.from_numpy(picture)) for picture in cloud_and_code())
    return cloud, code
