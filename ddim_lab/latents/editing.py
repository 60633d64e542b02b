"""Changing a picture through its noise: edit from a noise level or by another label, and fill a masked part."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddim_lab import checks, noise, spacing
from ddim_lab.latents.encoding import encode
from ddim_lab.model import parameterization
from ddim_lab.run import Run
from ddim_lab.sampler import Denoiser, Step, check_walk, move, sample
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import Transition, last, walk

Steps = Sequence[int] | NDArray[np.integer]


def edit(
    denoiser: Denoiser,
    x_0: Tensor,
    schedule: NoiseSchedule,
    tau: Steps,
    start: int | None = None,
    encoder: Denoiser | None = None,
    eta: float = 0.0,
    seed: int = 0,
    first: int = 0,
    implicit: bool = True,
) -> Iterator[Step]:
    """Takes x_0 (B, ...) up to the step `start` of tau (default: the top) and samples down from there.

    Without `encoder` the picture is noised to `start`: the lower, the more of it stays (SDEdit, Meng et al. 2022,
    Section 3). With one it is encoded by that denoiser, say under its own label, and decoded by `denoiser`, say under
    another. Yields the records of the way down; rows and `seed` as in `sample`. Raises ValueError for a `start`
    that tau does not visit.
    """
    visited = spacing.custom(tau, schedule.T)
    start = int(visited[-1]) if start is None else checks.integer("start", start, 1, schedule.T)
    if start not in visited:
        raise ValueError(f"start must be one of the steps visited, {visited.tolist()}, got {start}")
    below = visited[visited <= start]
    if encoder is not None:
        x_start = last(encode(encoder, x_0, schedule, below, implicit)).x_t
    else:
        a = float(schedule.alpha_bar[start])
        fresh = _noise(x_0, seed, first, noise.INITIAL, 0)
        x_start = parameterization.noised(x_0, fresh, a)
    return sample(denoiser, x_start, schedule, below, eta=eta, seed=seed, first=first)


def inpaint(
    denoiser: Denoiser,
    x_0: Tensor,
    mask: Tensor,
    schedule: NoiseSchedule,
    tau: Steps,
    eta: float = 1.0,
    resamples: int = 10,
    seed: int = 0,
    first: int = 0,
) -> Iterator[Step]:
    """Fills x_0 (B, ...) where the boolean `mask` (of its shape, or one that broadcasts to it) is True.

    After each step the rest is replaced by x_0 noised to that level; `resamples` - 1 times the step is then undone by
    the forward process and taken again, which lets both parts agree (RePaint, Lugmayr et al. 2022, Algorithm 1).
    Yields one record a transition, of its last round; its terms add up to x_prev inside the mask. The last x_prev
    is x_0 itself outside. Raises TypeError or ValueError naming the value.
    """
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        raise TypeError(f"mask must be a boolean tensor, got {getattr(mask, 'dtype', type(mask).__name__)}")
    try:
        mask = mask.to(x_0.device).expand(x_0.shape)
    except RuntimeError as error:
        raise ValueError(f"mask {tuple(mask.shape)} does not fit x_0 {tuple(x_0.shape)}") from error
    resamples = checks.integer("resamples", resamples, 1)
    x_T = _noise(x_0, seed, first, noise.INITIAL, 0)
    check_walk(denoiser, x_T, schedule)
    run, draw = Run(schedule, spacing.custom(tau, schedule.T), eta), partial(_noise, x_0, seed, first)
    return walk(run.transitions, x_T, _filling(denoiser, x_0, mask, run, resamples, draw), attrgetter("x_prev"))


def _filling(
    denoiser: Denoiser, x_0: Tensor, mask: Tensor, run: Run, resamples: int, draw: Callable[[int, int], Tensor]
) -> Callable[[Transition, Tensor, Step | None], Step]:
    """A transition of `run`, taken `resamples` times; draw(stream, k) is the k-th noise of a stream."""

    def join(at: Transition, x: Tensor, k: int) -> Step:
        """The step, with x_0 noised to its level outside the mask."""
        taken = move(denoiser, run, lambda at, x: draw(noise.FRESH, k), at, x)
        known = at.b**0.5 * x_0 + (1 - at.b) ** 0.5 * draw(noise.KNOWN, k)
        return replace(taken, x_prev=torch.where(mask, taken.x_prev, known))

    @torch.no_grad()
    def fill(at: Transition, x: Tensor, _: Step | None) -> Step:
        first, *rest = range(1 + (at.j - 1) * resamples, 1 + at.j * resamples)  # every draw has a number of its own
        joined = join(at, x, first)
        for k in rest:  # forward again, from the joined picture
            kept = at.a / at.b
            joined = join(at, kept**0.5 * joined.x_prev + (1 - kept) ** 0.5 * draw(noise.AGAIN, k), k)
        return joined

    return fill


def _noise(x_0: Tensor, seed: int, first: int, stream: int, j: int) -> Tensor:
    values: Any = noise.rows(len(x_0), tuple(x_0.shape[1:]), seed, stream, j, first)
    return torch.from_numpy(values).to(x_0.dtype).to(x_0.device)
