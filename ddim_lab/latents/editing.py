"""Changing a picture through its noise: edit from a noise level or by another label, and fill a masked part."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ddim_lab import checks, noise
from ddim_lab.latents.encoding import encode
from ddim_lab.model import parameterization
from ddim_lab.run import Run
from ddim_lab.sampler import Denoiser, Step, drawn, move
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.tensors import check_walk, wide
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
    another. Yields the records of the way down; rows and `seed` as in `sample`, but noise of its own, up and down: a
    picture sampled with the same seed meets none of its own again. Records no gradient.
    Raises TypeError or ValueError naming the value.
    """
    check_walk(denoiser, x_0, schedule, name="x_0")
    seed, first = checks.integer("seed", seed, 0), checks.integer("first", first, 0)
    whole = Run(schedule, cast(Any, tau))
    below = Run(schedule, whole.tau[: len(whole.begun(start))], eta)
    if encoder is not None:
        checks.function("encoder", encoder, "(x_t, alpha_bar_t) -> eps")
        x_start = last(encode(encoder, x_0, schedule, below.tau, implicit)).x_t
    else:
        picture = wide(x_0.detach())
        x_start = parameterization.noised(
            picture, _noise(picture, seed, first, noise.LIFTED, 0), below.transitions[0].a
        ).to(x_0.dtype)
    draw = drawn(noise.EDITED, seed, first)
    return walk(below.transitions, x_start, partial(move, denoiser, below, draw), attrgetter("x_prev"))


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
    is x_0 itself outside. All noise is of streams of its own, as in `edit`; no gradient is recorded.
    Raises TypeError or ValueError naming the value.
    """
    check_walk(denoiser, x_0, schedule, name="x_0")
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        raise TypeError(f"mask must be a boolean tensor, got {checks.told(mask)}")
    try:
        mask = mask.to(x_0.device).expand(x_0.shape)
    except RuntimeError as error:
        raise ValueError(f"mask {tuple(mask.shape)} does not fit x_0 {tuple(x_0.shape)}") from error
    resamples, run = checks.count("resamples", resamples), Run(schedule, cast(Any, tau), eta)
    seed, first = checks.integer("seed", seed, 0), checks.integer("first", first, 0)
    picture = wide(x_0.detach())
    draw = partial(_noise, picture, seed, first)
    fill = _filling(denoiser, picture, mask, run, resamples, draw)
    return walk(run.transitions, draw(noise.HIDDEN, 0).to(x_0.dtype), fill, attrgetter("x_prev"))


def _filling(
    denoiser: Denoiser, picture: Tensor, mask: Tensor, run: Run, resamples: int, draw: Callable[[int, int], Tensor]
) -> Callable[[Transition, Tensor, Step | None], Step]:
    """A transition of `run`, taken `resamples` times; draw(stream, k) is the k-th noise of a stream."""

    def join(at: Transition, x: Tensor, k: int) -> Step:
        """The step, with the picture noised to its level outside the mask."""
        taken = move(denoiser, run, lambda at, x: draw(noise.FILLED, k), at, x)
        known = at.b**0.5 * picture + (1 - at.b) ** 0.5 * draw(noise.KNOWN, k)
        return replace(taken, x_prev=torch.where(mask, taken.x_prev, known.to(x.dtype)))

    @torch.no_grad()
    def fill(at: Transition, x: Tensor, _: Step | None) -> Step:
        first, *rest = range(1 + (at.j - 1) * resamples, 1 + at.j * resamples)  # every draw has a number of its own
        joined = join(at, x, first)
        for k in rest:  # forward again, from the joined picture
            kept = at.a / at.b
            undone = kept**0.5 * joined.x_prev + (1 - kept) ** 0.5 * draw(noise.AGAIN, k)
            joined = join(at, undone.to(x.dtype), k)
        return joined

    return fill


def _noise(picture: Tensor, seed: int, first: int, stream: int, j: int) -> Tensor:
    values: Any = noise.rows(len(picture), tuple(picture.shape[1:]), seed, stream, j, first)
    return torch.from_numpy(values).to(picture.dtype).to(picture.device)
