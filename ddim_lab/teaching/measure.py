"""What questions and claims ask the core: runs of `dl.sample` in a world that is known exactly, and on digits.

A run is a `ddim_lab.run.Run`; `Run.named` makes it from the names and values that open a page.
"""

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from ddim_lab import exact
from ddim_lab.exact.known import KNOWN_WORLD as KNOWN_WORLD
from ddim_lab.exact.known import MEAN as MEAN
from ddim_lab.exact.known import STD as STD
from ddim_lab.run import Run
from ddim_lab.walk import Transition, last, walk

if TYPE_CHECKING:
    from torch import Tensor

    from ddim_lab.sampler import Step


def fresh_share(run: Run) -> float:
    """The median share of fresh noise in the noise variance of x_prev, over the transitions that leave any."""
    return float(np.median(run.fresh_share[run.sigma_max > 0]))


def start(seed: int = 0, n: int = 64) -> "Tensor":
    """x_T of n grey values, float64 (n, 1)."""
    from ddim_lab import noise

    return noise.initial_noise(n, (1,), seed).double()


def film(run: Run, seed: int = 0, n: int = 64, denoiser: Any = None) -> "list[Step]":
    """The records of `run` in the known world (or of `denoiser`), top first."""
    from ddim_lab import sampler

    return list(
        sampler.sample(
            denoiser or KNOWN_WORLD.eps,
            start(seed, n),
            run.schedule,
            run.tau,
            eta=run.eta,
            sigma_hat=run.sigma_hat,
            seed=seed,
            solver=run.solver,
        )
    )


def pictures(run: Run, seed: int = 0, n: int = 64) -> "Tensor":
    """The results of `film`, (n, 1)."""
    return film(run, seed, n)[-1].x_prev


def spread(values: "Tensor") -> float:
    """Standard deviation over the images."""
    return float(values.std(dim=0).mean())


def exact_spread(run: Run) -> float:
    """The standard deviation of the results over all starts and noises, in the known world: no Monte Carlo."""
    return float(exact.moments(KNOWN_WORLD, run.schedule, run.tau, run.eta, run.sigma_hat).cov) ** 0.5


def spread_without_noise(run: Run) -> float:
    """`exact_spread` of `run` with its own k and m, but every fresh noise left out."""
    rule = exact.rules.ddim(run.eta)
    quiet = last(exact.propagate(KNOWN_WORLD, run.levels, lambda a, b: (*rule(a, b)[:2], 0.0)))
    return float(quiet.cov) ** 0.5


def gap(one: "Tensor", other: "Tensor") -> float:
    """Root mean square difference."""
    return float((one - other).pow(2).mean().sqrt())


def resumed(run: Run, after: int, seed: int = 0, n: int = 64) -> "Tensor":
    """The results of a run broken off after `after` steps that goes on from the picture held, knowing no other."""
    from ddim_lab import noise, sampler

    def move(at: Transition, held: "Tensor", _: Any) -> "Step":
        z = noise.fresh_noise(n, (1,), at.j, seed)
        return sampler.step(held, KNOWN_WORLD.eps(held, at.a), at.a, at.b, eta=run.eta, z=z)

    held = film(run, seed, n)[after - 1].x_prev
    return last(walk(run.transitions[after:], held, move, lambda step: step.x_prev)).x_prev


def levels_asked(run: Run) -> list[float]:
    """Every alpha_bar at which `run` calls its denoiser."""
    asked: list[float] = []

    def listening(x_t: "Tensor", alpha_bar_t: float) -> "Tensor":
        asked.append(alpha_bar_t)
        return KNOWN_WORLD.eps(x_t, alpha_bar_t)

    film(run, n=1, denoiser=listening)
    return asked


@functools.cache
def network() -> Any:
    """The shipped denoiser, on the CPU."""
    from ddim_lab.model.denoiser import load_denoiser

    return load_denoiser(device="cpu")


def asked_for(labels: Any, guidance: float = 1.0) -> Any:
    """The shipped denoiser, asked for these digits: a label each, or None for any."""
    import torch

    label = None if labels is None else torch.tensor(labels)
    return functools.partial(network(), label=label, guidance=guidance)


def digits_film(run: Run, labels: list[int], seed: int = 0) -> "list[Step]":
    """The records of `run` by the shipped network, one picture for each label."""
    from ddim_lab import noise, sampler

    x_T = noise.initial_noise(len(labels), (1, 28, 28), seed)
    walk = sampler.sample(asked_for(labels), x_T, run.schedule, run.tau, eta=run.eta, seed=seed, solver=run.solver)
    return list(walk)


def digits_read(pictures: "Tensor") -> list[int]:
    """The digits that the judge reads in pictures (n, 1, 28, 28)."""
    from ddim_lab.model import classifier, mnist

    return classifier.look(classifier.load_classifier(), mnist.to_grey(pictures.numpy()))[1].tolist()
