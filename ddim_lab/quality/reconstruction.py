"""Reconstruction: a digit is encoded and decoded again, with no noise, and what is lost is measured (DDIM, Table 2).

An explicit encoding uses the noise predicted one step too early, and so decodes to another picture, the nearer the
more steps there are. An implicit one inverts each step of the sampler; what it loses is what it did not converge to.
"""

import warnings
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ddim_lab.latents.encoding import encode
from ddim_lab.model import mnist
from ddim_lab.model.denoiser import Denoiser
from ddim_lab.quality.bootstrap import Measure, draws, percentiles
from ddim_lab.quality.cell import Cell
from ddim_lab.quality.drawing import batches
from ddim_lab.sampler import Step, last, sample

TOL, MAX_ROUNDS = 1e-4, 20  # of implicit encoding; the last stretch to t = 0 converges slowly, if it does


def passes(S: int, implicit: bool) -> int:
    """Network calls a digit, up and down; with implicit encoding an estimate: about 4 rounds a step, 20 the first."""
    return (MAX_ROUNDS + 5 * S if implicit else S) + S


def reconstruct(
    denoiser: Denoiser, images: NDArray[np.uint8], labels: NDArray[np.uint8], S: int, implicit: bool, batch: int
) -> dict[str, Any]:
    """What comes back of `images` (N, 28, 28), encoded and decoded as the digits they are, with S trailing steps.

    `errors` (N,): mean squared error of each over its pixels, on [0, 1]. `rounds` and `residual` (S,) of an implicit
    encoding: the most network calls a batch needed, and the largest residual left, at each step from the data up.
    """
    parts = [
        _batch(denoiser, images[first : first + n], labels[first : first + n], S, implicit)
        for first, n in batches(len(images), batch)
    ]
    steps = [np.max([list(each[name]) for _, each in parts], axis=0).tolist() for name in ("rounds", "residual")]
    return {
        "errors": np.concatenate([errors for errors, _ in parts]).tolist(),
        **({"rounds": steps[0], "residual": steps[1]} if implicit else {}),
    }


def _batch(
    denoiser: Denoiser, images: NDArray[np.uint8], labels: NDArray[np.uint8], S: int, implicit: bool
) -> tuple[NDArray[np.float64], dict[str, list[float]]]:
    run = Cell.named("trailing", S, 0.0).run
    bound = partial(denoiser, label=torch.from_numpy(labels.astype(np.int64)))
    x_0 = torch.from_numpy(mnist.to_signal(images)).to(denoiser.engine.device)
    told: dict[str, list[float]] = {"rounds": [], "residual": []}
    step: Step | None = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what does not converge is told in the result
        for step in encode(bound, x_0, run.schedule, run.tau, implicit, TOL, MAX_ROUNDS):
            told["rounds"].append(step.rounds or 1)
            told["residual"].append(step.residual or 0.0)
    assert step is not None  # S is at least 1
    back = last(sample(bound, step.x_t, run.schedule, run.tau)).x_prev
    lost = ((back - x_0).double() / 2).square().mean(dim=(1, 2, 3))  # a grey level runs from -1 to 1
    return lost.cpu().numpy(), told


def row(S: int, implicit: bool, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One row of the table, of the results of all its parts."""
    errors = np.concatenate([part["errors"] for part in parts])
    told: dict[str, Any] = {"S": S, "implicit": implicit, "digits": len(errors), "mse": asdict(mean(errors))}
    told |= {"rounds": None, "residual": None}
    if implicit:
        rounds, residual = (np.max([part[name] for part in parts], axis=0) for name in ("rounds", "residual"))
        told |= {"rounds": float(rounds.mean()), "residual": float(residual.max())}
        told |= {"rounds_by_step": rounds.tolist(), "residual_by_step": residual.tolist()}
        told |= {"tol": TOL, "max_rounds": MAX_ROUNDS, "not_converged": int((residual > TOL).sum())}
    return told | {"seconds": round(sum(part["seconds"] for part in parts), 1), "machine": parts[-1]["machine"]}


def mean(errors: NDArray[np.float64], seed: int = 0) -> Measure:
    """The mean of `errors` (N,) and its interval."""
    drawn = [float((counts * errors).mean()) for counts in draws(len(errors), seed)]
    return percentiles(float(errors.mean()), drawn)
