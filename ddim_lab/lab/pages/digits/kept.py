"""What a page keeps of the walks it has sampled: a step card of a kept walk costs no network pass."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.lab.settings import Settings

# Transitions of an image kept of one walk, and in all: 6,272 bytes each, 9,408 with a solver's belief, at most 17 MB.
ONE, ROOM = 1_400, 1_800


@dataclass(eq=False)
class _Walk:
    run: tuple[Any, ...]  # all that the walk of an image depends on
    rows: dict[int, int]  # image -> row
    made: dict[int, Any] = field(default_factory=dict)  # j -> x_t, the network's eps, (2 or 3, rows, 1, 28, 28) ...
    beliefs: dict[int, str] = field(default_factory=dict)  # ... and the x_0 used, where a solver had a better belief

    @property
    def size(self) -> int:
        return len(self.rows) * self.run[0].S


class Kept:
    """The latest walks of one page, within ROOM. Safe to fill from one thread and to read from another."""

    def __init__(self) -> None:
        self._walks: list[_Walk] = []  # the latest last
        self._size = 0  # of all of them
        self._lock = threading.Lock()
        self._single: tuple[Settings, int, Iterator[Any]] | None = None  # the last one that a step card had to make
        self.filming: tuple[Settings, range] | None = None  # the film in flight: its setting, its images
        self.token = ""  # what its downloads show, that they are its own

    def begin(self, settings: Settings, images: range, focus: int) -> Callable[[int, Any], None]:
        """Keeps the walk of `images`: call what this returns with each j and its `Step`.

        Where they are too many, `focus` and as many others as ONE has room for are kept.
        """
        import torch

        held = sorted(images, key=lambda image: image != focus)[: max(1, ONE // settings.S)]
        walk = _Walk(_run(settings), {image: row for row, image in enumerate(held)})
        at = None if held == [*images] else [image - images[0] for image in held]
        with self._lock:
            self._walks.append(walk)
            self._size += walk.size
            while self._size > ROOM:
                self._size -= self._walks.pop(0).size

        def keep(j: int, step: Any) -> None:
            better = () if step.belief == "predicted" else (step.x0,)
            made = torch.stack((step.x_t, step.eps_model, *better))
            walk.beliefs[j] = step.belief
            walk.made[j] = (made if at is None else made[:, at]).cpu()

        return keep

    def find(self, settings: Settings, image: int, j: int) -> Any:
        """The `Step` of transition `j` of one image, made anew from what is kept; None if it is not."""
        walk = self._walk_of(settings, image, j)
        if walk is None:
            return None
        x_t, eps, *better = walk.made[j][:, walk.rows[image], None]
        step = _taken(settings, image, j, x_t, eps, settings.clip)
        return _believing(settings, image, j, step, better[0], walk.beliefs[j]) if better else step

    def holds(self, settings: Settings, image: int, j: int) -> bool:
        """Whether `find` would find it."""
        return self._walk_of(settings, image, j) is not None

    def pictures(self, settings: Settings, image: int, at: Sequence[int]) -> NDArray[np.uint8] | None:
        """x_t and predicted x_0 of one image before the transitions `at`, grey levels (len(at), 2, 28, 28).

        S + 1 is the result, in both. None if not all of them are kept.
        """
        from ddim_lab.figures.pixels import to_grey

        shown = []
        for j in at:
            step = self.find(settings, image, min(j, settings.S))
            if step is None:
                return None
            pair = (step.x_t, step.x0) if j <= settings.S else (step.x_prev, step.x_prev)
            shown.append(np.concatenate([to_grey(picture) for picture in pair]))
        return np.stack(shown)

    def is_filmed(self, settings: Settings, image: int) -> bool:
        """Whether the film in flight will come by every step of that image."""
        return self.filming is not None and self.filming[0] == settings and image in self.filming[1]

    def walk_on(self, settings: Settings, image: int) -> None:
        """One step further down the walk of a single image; a card that another replaced left it where it was."""
        from ddim_lab.lab.live import film

        if self._single is None or self._single[:2] != (settings, image):
            keep = self.begin(settings, range(image, image + 1), image)
            self._single = settings, image, film.film(settings, image, 1, keep)
        if next(self._single[2], None) is None:
            self._single = None  # it is at its end, and what it passed had to make room: once more

    def _walk_of(self, settings: Settings, image: int, j: int) -> _Walk | None:
        run = _run(settings)
        for walk in self._latest_first():
            if walk.run == run and image in walk.rows and j in walk.made:
                return walk
        return None

    def _latest_first(self) -> list[_Walk]:
        with self._lock:
            return self._walks[::-1]


def _run(settings: Settings) -> tuple[Any, ...]:
    """All that the walk of an image depends on: how many images there are changes none of them."""
    return settings.run, settings.seed, settings.digit, settings.guidance


def _believing(settings: Settings, image: int, j: int, own: Any, x0: Any, belief: str) -> Any:
    """The step `own`, had the network believed in `x0`, which was clipped before it was made."""
    a = settings.run.transitions[j - 1].a
    step = _taken(settings, image, j, own.x_t, (own.x_t - a**0.5 * x0) / (1 - a) ** 0.5, "none")
    return replace(step, eps_model=own.eps_model, x0=x0, belief=belief, x0_model=own.x0)


def _taken(settings: Settings, image: int, j: int, x_t: Any, eps: Any, clip: str) -> Any:
    import ddim_lab as dl

    run = settings.run
    _, t, t_prev, a, b = run.transitions[j - 1]
    z = dl.fresh_noise(1, tuple(x_t.shape[1:]), j, settings.seed, image)
    return replace(dl.step(x_t, eps, a, b, run.eta, run.sigma_hat, clip, z), t=t, t_prev=t_prev)
