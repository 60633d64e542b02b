"""The evaluation: which settings are sampled, what is measured of each, and how the result outlives an interruption."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ddim_lab import checks, files, spacing
from ddim_lab.model import mnist
from ddim_lab.model.denoiser import Denoiser
from ddim_lab.model.network import IMAGE_SHAPE
from ddim_lab.noise import initial_noise
from ddim_lab.quality.reference import Pictures, Reference
from ddim_lab.sampler import last, sample
from ddim_lab.schedule import NoiseSchedule

SEED = 0  # x_T and z of image i are those of (SEED, i) in every cell, so cells differ in their setting alone
SMALL = 2000  # samples of the cells that the bars are not about


@dataclass(frozen=True)
class Cell:
    """One setting of the sampler (guidance off), and how many digits are drawn with it."""

    schedule: str
    T: int
    S: int
    eta: float
    n: int
    spacing: str = "trailing"
    sigma_hat: bool = False

    @property
    def key(self) -> str:
        """Names the cell in a store."""
        rest = ("" if self.spacing == "trailing" else f" {self.spacing}") + (" sigma-hat" if self.sigma_hat else "")
        return f"{self.schedule} T={self.T} S={self.S} eta={self.eta:g} n={self.n} seed={SEED}{rest}"

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
    return np.concatenate([draw(denoiser, cell, first, n, progress) for first, n in batches(cell.n, batch)])


def batches(n: int, batch: int) -> list[tuple[int, int]]:
    """The first image and the size of each batch of n images."""
    return [(first, min(batch, n - first)) for first in range(0, n, batch)]


def draw(denoiser: Denoiser, cell: Cell, first: int, n: int, progress: Callable[[int], object]) -> Pictures:
    """The images first .. first + n - 1 of the cell."""
    schedule = NoiseSchedule.named(cell.schedule, cell.T)
    tau = spacing.named(cell.spacing, cell.T, cell.S)
    bound = partial(denoiser, label=torch.from_numpy(asked(n, first)))
    x_T = initial_noise(n, IMAGE_SHAPE, SEED, first).to(denoiser.engine.device)
    steps = sample(bound, x_T, schedule, tau, eta=cell.eta, sigma_hat=cell.sigma_hat, seed=SEED, first=first)
    return mnist.to_grey(last(_told(steps, n, progress)).x_prev.cpu().numpy())


def _told(steps: Iterator[Any], n: int, progress: Callable[[int], object]) -> Iterator[Any]:
    for step in steps:
        progress(n)
        yield step


def measure(cell: Cell, pictures: Pictures, reference: Reference) -> dict[str, Any]:
    """All measures of the cell's pictures, each with what as many real test images give."""
    return {
        **asdict(cell),
        "alpha_bar_T": float(NoiseSchedule.named(cell.schedule, cell.T).alpha_bar[-1]),
        **reference.measure(pictures, asked(cell.n)),
        **{f"{name}_floor_at_n": value for name, value in reference.floor_at(cell.n).items()},
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
            self.put(key, {**compute(), "seconds": round(time.perf_counter() - started, 1)})
        return self.done[key]

    def put(self, key: str, result: dict[str, Any]) -> None:
        """Stores `result` under `key`."""
        self.done[key] = result
        files.write_json(self.path, self.all)
