"""What lesson 11 says of memorising: the ideal denoiser of ten pictures, and nearest training pictures.

Nothing of MNIST comes with the lab: where its folder is not named, the answer is a sentence.
"""

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ddim_lab import exact
from ddim_lab.figures import strips
from ddim_lab.model import mnist
from ddim_lab.quality import neighbours
from ddim_lab.quality.coverage import squared_distances
from ddim_lab.teaching.quality_table import Words
from ddim_lab.teaching.trained import asked, end, same_start, start

TESTED = 200  # test pictures that show what is usual
NO_MNIST = (
    "*MNIST does not come with the lab, so there is nothing to compare with. Put the folder of its four files into* "
    '`MNIST`*, such as* `MNIST = "/home/me/mnist"`*, and run this cell again.*'
)


def nearest(pictures: Any, among: Any) -> tuple[Any, Any]:
    """Of each picture (N, ...) the nearest of `among` (M, ...): root mean square distance a pixel, and which."""
    flat = [np.asarray(each, dtype=np.float64).reshape(len(each), -1) for each in (pictures, among)]
    apart = squared_distances(*flat)
    return (apart.min(axis=1) / flat[0].shape[1]) ** 0.5, apart.argmin(axis=1)


@cache
def memory_world() -> tuple[Tensor, Tensor]:
    """A data set of ten digits, and what its ideal denoiser makes of eight new starts in twenty steps."""
    data = end(asked(torch.arange(10)), start(10, seed=7), 10)
    return data, end(exact.empirical(data).eps, start(8, seed=8), 20)


def memory_gaps() -> dict[str, float]:
    """Largest distance to the nearest of the ten: of the ideal denoiser's results; least, of the lesson's digits."""
    data, ideal = memory_world()
    return {
        "ideal": float(nearest(ideal, data)[0].max()),
        "network": float(nearest(same_start(40, 0.0), data)[0].min()),
    }


def beside_training(pictures: Tensor, folder: str | None) -> Words:
    """How far digits are from their nearest MNIST training picture, and how far real test digits are; in words.

    `folder` holds MNIST's four files; without one the answer is a sentence. Raises as `ddim_lab.model.mnist.load` does.
    """
    if folder is None:
        return Words(NO_MNIST)
    train, test = (mnist.load(split, folder)[0] for split in ("train", "test"))
    rows = {"these digits": mnist.to_grey(pictures.numpy()), f"{TESTED} real test digits": test[:TESTED]}
    lines = ["| | least | median | largest |", "| --- | --- | --- | --- |"]
    for name, grey in rows.items():
        apart, _ = nearest_training(grey, train)
        lines.append(f"| {name} | {apart.min():.3f} | {np.median(apart):.3f} | {apart.max():.3f} |")
    return Words("\n".join(lines))


def training_pairs(pictures: Tensor, folder: str | None) -> Any:
    """The digits above their nearest MNIST training pictures, as a figure; without a `folder` a sentence."""
    if folder is None:
        return Words(NO_MNIST)
    train = mnist.load("train", folder)[0]
    nearest_pictures = mnist.to_signal(train[nearest_training(mnist.to_grey(pictures.numpy()), train)[1]])
    return strips.strips({"digits": pictures, "nearest in training": torch.from_numpy(nearest_pictures)})


def nearest_training(grey: Any, train: Any) -> tuple[Any, Any]:
    """Of each grey picture (N, 28, 28) the nearest of `train`: root mean square distance on [0, 1], and which."""
    neighbour = neighbours.in_pixels(grey, train, count=1)
    return neighbour.distance[:, 0], neighbour.index[:, 0]
