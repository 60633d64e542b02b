"""What a page keeps of the walks it has sampled: a step card of a kept walk costs no network pass."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ddim_lab import spacing
from ddim_lab.lab.settings import Settings

ONE, ROOM = 8_000, 12_000  # transitions of an image kept of one walk, and in all: 6,272 bytes each, at most 75 MB


@dataclass(eq=False)
class _Walk:
    run: Settings
    rows: dict[int, int]  # image -> row
    made: dict[int, Any] = field(default_factory=dict)  # j -> x_t and the network's eps, (2, rows, 1, 28, 28)

    @property
    def size(self) -> int:
        return len(self.rows) * self.run.S


class Kept:
    """The latest walks of one page, within ROOM. Safe to fill from one thread and to read from another."""

    def __init__(self) -> None:
        self._walks: list[_Walk] = []  # the latest last
        self._lock = threading.Lock()

    def begin(self, settings: Settings, first: int, n: int, focus: int) -> Callable[[int, Any], None]:
        """Keeps the walk of the images first .. first + n - 1: call what this returns with each j and its `Step`.

        Where they are too many, `focus` and as many others as ONE has room for are kept.
        """
        import torch

        images = sorted(range(first, first + n), key=lambda image: image != focus)[: max(1, ONE // settings.S)]
        walk = _Walk(_run(settings), {image: row for row, image in enumerate(images)})
        at = None if images == [*range(first, first + n)] else [image - first for image in images]
        with self._lock:
            self._walks.append(walk)
            while sum(one.size for one in self._walks) > ROOM:
                self._walks.pop(0)

        def keep(j: int, step: Any) -> None:
            both = torch.stack((step.x_t, step.eps_model))
            walk.made[j] = (both if at is None else both[:, at]).cpu()

        return keep

    def find(self, settings: Settings, image: int, j: int) -> Any:
        """The `Step` of transition `j` of one image, made anew from what is kept; None if it is not."""
        run = _run(settings)
        with self._lock:
            walks = self._walks[::-1]
        for walk in walks:
            if walk.run == run and image in walk.rows and j in walk.made:
                x_t, eps = walk.made[j][:, walk.rows[image], None]
                return _step(run, image, j, x_t, eps)
        return None


def _run(settings: Settings) -> Settings:
    return replace(settings, images=1)  # how many images there are changes none of them


def _step(run: Settings, image: int, j: int, x_t: Any, eps: Any) -> Any:
    import ddim_lab as dl

    t, t_prev = spacing.transitions(run.tau)[j - 1]
    a, b = (float(run.noise_schedule.alpha_bar[time]) for time in (t, t_prev))
    z = dl.fresh_noise(1, tuple(x_t.shape[1:]), j, run.seed, image)
    step = dl.step(x_t, eps, a, b, run.eta, run.sigma_hat, run.clip, z)
    return replace(step, t=t, t_prev=t_prev)
