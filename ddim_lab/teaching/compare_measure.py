"""What the questions about comparisons measure: the very lanes that are on screen, run by the shipped network."""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.latents import comparing
from ddim_lab.teaching import measure
from ddim_lab.teaching.comparisons import Comparison, find

N, SHAPE = 8, (1, 28, 28)
RANGE = 1.1  # a tenth beyond the range of a picture, which is -1..1


@functools.cache
def pictures(key: str, lane: int, n: int = N) -> NDArray[np.float32]:
    """The first n results of a lane of the comparison called `key`, counted from 0: (n, 28, 28)."""
    import ddim_lab as dl

    one = find(key)
    own = {"guidance": 1.0, "clip": "none", "noise": True} | measure.full(one.lanes[lane])
    model = functools.partial(_model(), label=_labels(one, n), guidance=own["guidance"])
    x_T = (comparing.one_start if one.common.get("one_start") else dl.initial_noise)(n, SHAPE)
    walk = (model, x_T, measure.schedule_of(own), measure.tau_of(own), own["eta"], own["sigma_hat"], own["clip"])
    steps = dl.sample(*walk) if own["noise"] else comparing.noise_off(*walk)
    return dl.last(steps).x_prev[:, 0].numpy()


def _labels(one: Comparison, n: int) -> Any:
    import torch

    digit = one.common.get("digit", "each")
    return None if digit == "any" else torch.tensor([i % 10 if digit == "each" else int(digit) for i in range(n)])


@functools.cache
def _model() -> Any:
    from ddim_lab.model.denoiser import load_denoiser

    return load_denoiser(device="cpu")


def variety(key: str, lane: int) -> float:
    """Root of the pixels' mean variance over the eight results."""
    return float((comparing.pixel_std(pictures(key, lane)) ** 2).mean() ** 0.5)


def apart(key: str, lane: int, n: int = N) -> NDArray[np.float64]:
    """How far each of the first n results is from lane 1's."""
    return comparing.gaps(pictures(key, lane, n), pictures(key, 0, n))


def beyond(key: str, lane: int) -> float:
    """The share of pixels that lie more than a tenth outside the range of a picture."""
    return float((np.abs(pictures(key, lane)) > RANGE).mean())


@functools.cache
def read(key: str, lane: int) -> tuple[int, ...]:
    """The digits that the judge reads in the results."""
    from ddim_lab.model import classifier, mnist

    return tuple(classifier.look(classifier.load_classifier(), mnist.to_grey(pictures(key, lane)[:, None]))[1].tolist())


def wrongly_read(key: str, lane: int) -> int:
    """How many results the judge does not read as the digit that was asked."""
    wanted = _labels(find(key), N).tolist()
    return sum(one != other for one, other in zip(read(key, lane), wanted, strict=True))
