"""What the questions about comparisons measure: the very lanes that are on screen, run by the shipped network."""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.latents import comparing
from ddim_lab.run import Run
from ddim_lab.teaching import measure
from ddim_lab.teaching.pages.compare.comparisons import Comparison, find

N, SHAPE = 8, (1, 28, 28)
FIRST = 3  # images that stand for all eight where a lane takes a hundred steps
FOUR = 4  # and where it takes fifty
RANGE = 1.1  # a tenth beyond the range of a picture, which is -1..1


@functools.cache
def pictures(key: str, lane: int, n: int = N) -> NDArray[np.float32]:
    """The first n results of a lane of the comparison called `key`, counted from 0: (n, 28, 28)."""
    comparison = find(key)
    return _drawn(comparison, comparison.lanes[lane], n)


@functools.cache
def with_steps(key: str, lane: int, S: int, n: int = N) -> NDArray[np.float32]:
    """The same of that lane with S steps."""
    comparison = find(key)
    return _drawn(comparison, comparison.lanes[lane] | {"S": S}, n)


def _drawn(comparison: Comparison, lane: dict[str, Any], n: int) -> NDArray[np.float32]:
    import ddim_lab as dl

    own = dict(lane)
    noise, guidance = own.pop("noise", True), own.pop("guidance", 1.0)
    run, model = Run.named(**own), measure.asked_for(labels(comparison, n), guidance)
    x_T = (comparing.one_start if comparison.common.get("one_start") else dl.initial_noise)(n, SHAPE)
    walk = (model, x_T, run.schedule, run.tau, run.eta, run.sigma_hat, run.clip)
    sample = functools.partial(dl.sample, solver=run.solver) if noise else comparing.noise_off
    return dl.last(sample(*walk)).x_prev[:, 0].numpy()


def labels(comparison: Comparison, n: int) -> list[int] | None:
    """The digit asked of each image; None for any."""
    digit = comparison.common.get("digit", "each")
    return None if digit == "any" else [i % 10 if digit == "each" else int(digit) for i in range(n)]


def variety(key: str, lane: int) -> float:
    """Root of the pixels' mean variance over the eight results."""
    return float((comparing.pixel_std(pictures(key, lane)) ** 2).mean() ** 0.5)


def apart(key: str, lane: int, n: int = N, of: int = 0) -> NDArray[np.float64]:
    """How far each of the first n results is from those of lane `of`, the first one by default."""
    return comparing.gaps(pictures(key, lane, n), pictures(key, of, n))


def between(key: str, lane: int) -> float:
    """How far the first result is from the other seven, on average."""
    first, *others = pictures(key, lane)
    return float(np.mean([comparing.gaps(first[None], other[None])[0] for other in others]))


def beyond(key: str, lane: int) -> float:
    """The share of pixels that lie more than a tenth outside the range of a picture."""
    return float((np.abs(pictures(key, lane)) > RANGE).mean())


@functools.cache
def read(key: str, lane: int, n: int = N) -> tuple[int, ...]:
    """The digits that the judge reads in the first n results."""
    import torch

    return tuple(measure.digits_read(torch.from_numpy(pictures(key, lane, n)[:, None])))


def wrongly_read(key: str, lane: int, n: int = N) -> int:
    """How many of the first n results the judge does not read as the digit that was asked."""
    wanted = labels(find(key), n) or []
    return sum(seen != asked for seen, asked in zip(read(key, lane, n), wanted, strict=True))
