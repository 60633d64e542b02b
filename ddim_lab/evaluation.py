"""The evaluation: which settings are sampled, what is measured of each, and how the result outlives an interruption."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ddim_lab import checks, mnist, quality, spacing, weights
from ddim_lab.denoiser import Denoiser
from ddim_lab.judge import Judge, look
from ddim_lab.network import IMAGE_SHAPE
from ddim_lab.noise import initial_noise
from ddim_lab.sampler import last, sample
from ddim_lab.schedule import NoiseSchedule

SEED = 0  # x_T and z of image i are those of (SEED, i) in every cell, so cells differ in their setting alone
SMALL = 2000  # samples of the cells that the bars are not about
SUBSETS = 20  # random subsets of the test images whose mean distance is the floor at a smaller n

Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class Cell:
    """One setting of the sampler (trailing steps, guidance off), and how many digits are drawn with it."""

    schedule: str
    T: int
    S: int
    eta: float
    n: int

    @property
    def key(self) -> str:
        return f"{self.schedule} T={self.T} S={self.S} eta={self.eta:g} n={self.n} seed={SEED}"

    @property
    def passes(self) -> int:
        """Images that go through the network."""
        return self.n * self.S


def plan(samples: int) -> list[Cell]:
    """The cells: S = 50 at eta 0 and 1 with all `samples`; fewer steps and other schedules with 2,000."""
    checks.integer("samples", samples, 100)
    small = min(samples, SMALL)
    cells = [Cell("linear", 1000, 50, eta, samples) for eta in (0.0, 1.0)]
    cells += [Cell("linear", 1000, S, eta, small) for S in (10, 20) for eta in (0.0, 1.0)]
    cells += [Cell(kind, 1000, 50, 0.0, small) for kind in NoiseSchedule.KINDS if kind != "linear"]
    return cells


def asked(n: int, first: int = 0) -> NDArray[np.int64]:
    """The digit asked of the images first .. first + n - 1: i mod 10, so that the classes are balanced."""
    return np.arange(first, first + n) % 10


def generate(denoiser: Denoiser, cell: Cell, batch: int, progress: Callable[[int], object]) -> Pictures:
    """The cell's digits as grey pictures (n, 28, 28); `progress` is told the images passed through the network."""
    schedule = NoiseSchedule.named(cell.schedule, cell.T)
    tau = spacing.trailing(cell.T, cell.S)
    pictures = []
    for first in range(0, cell.n, batch):
        n = min(batch, cell.n - first)
        bound = partial(denoiser, label=torch.from_numpy(asked(n, first)))
        x_T = initial_noise(n, IMAGE_SHAPE, SEED, first).to(denoiser.engine.device)
        steps = sample(bound, x_T, schedule, tau, eta=cell.eta, seed=SEED, first=first)
        pictures.append(mnist.to_grey(last(_told(steps, n, progress)).x_prev.cpu().numpy()))
    return np.concatenate(pictures)


def _told(steps: Iterator[Any], n: int, progress: Callable[[int], object]) -> Iterator[Any]:
    for step in steps:
        progress(n)
        yield step


@dataclass
class Reference:
    """The real digits: what generated ones are compared with. The training set is the reference, the test set gives
    the floor: the distance at which digits are that are as real as the reference."""

    judge: Judge
    train: tuple[Pictures, NDArray[np.uint8]]
    test: tuple[Pictures, NDArray[np.uint8]]

    @cached_property
    def moments(self) -> quality.Moments:
        return quality.moments(look(self.judge, self.train[0])[0], quality.balance(self.train[1]))

    @cached_property
    def variance(self) -> NDArray[np.float64]:
        return quality.pixel_variance(*self.train)

    @cached_property
    def _seen(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        return look(self.judge, self.test[0])

    def floor(self) -> dict[str, Any]:
        """The measures of the real test images."""
        features, digits = self._seen
        ratio, classes = quality.variance_ratio(*self.test, self.variance, SEED)
        return {
            "n": len(digits),
            "accuracy": asdict(quality.accuracy(self.test[1].astype(np.int64), digits, SEED)),
            "frechet": asdict(quality.distance(features, self.test[1], self.moments, SEED)),
            "variance_ratio": asdict(ratio),
            "variance_ratio_by_digit": [asdict(c) for c in classes],
        }

    def floor_at(self, n: int) -> float:
        """The mean distance of random subsets of n test images (of all of them where n is not smaller)."""
        features, labels = self._seen[0], self.test[1]
        rng = np.random.default_rng(SEED)
        subsets = [rng.permutation(len(labels))[:n] for _ in range(SUBSETS if n < len(labels) else 1)]
        found = [quality.moments(features[subset], quality.balance(labels[subset])) for subset in subsets]
        return float(np.mean([quality.frechet_distance(self.moments, each) for each in found]))


def measure(cell: Cell, pictures: Pictures, reference: Reference) -> dict[str, Any]:
    """All measures of the cell's pictures; every one is taken of the same pictures."""
    labels = asked(cell.n)
    features, digits = look(reference.judge, pictures)
    ratio, classes = quality.variance_ratio(pictures, labels, reference.variance, SEED)
    return {
        **asdict(cell),
        "alpha_bar_T": float(NoiseSchedule.named(cell.schedule, cell.T).alpha_bar[-1]),
        "accuracy": asdict(quality.accuracy(labels, digits, SEED)),
        "accuracy_by_digit": [float((digits[labels == d] == d).mean()) for d in range(10)],
        "frechet": asdict(quality.distance(features, labels, reference.moments, SEED)),
        "frechet_floor_at_n": reference.floor_at(cell.n),
        "variance_ratio": asdict(ratio),
        "variance_ratio_by_digit": [asdict(c) for c in classes],
    }


class Store:
    """Finished cells in a file, under what they depend on; each is written as soon as it is finished."""

    def __init__(self, path: Path, *depends: str):
        self.path, self.owner = path, "/".join(depends)
        try:
            self.all = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        except ValueError as error:
            raise ValueError(f"{path} is no valid JSON: delete it, the evaluation then starts afresh") from error
        self.done: dict[str, Any] = self.all.setdefault(self.owner, {})

    def get(self, key: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The result stored under `key`, computed (with its seconds) and stored if there is none."""
        if key not in self.done:
            started = time.perf_counter()
            self.done[key] = {**compute(), "seconds": round(time.perf_counter() - started, 1)}
            weights.write_json(self.path, self.all)
        return self.done[key]


def checksum(*arrays: NDArray[Any]) -> str:
    """SHA-256 of the arrays' bytes: says which data a result is about, however its files were compressed."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
