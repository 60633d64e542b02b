"""The lab's tab "Path": one image's path at the present setting, over its path in the finest steps (DDIM, S = T)."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from cachetools import LRUCache

from ddim_lab.figures.chords import Path, end_gap, plane_of
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.fields import anything, checked, whole
from ddim_lab.lab.live import film
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.settings import Settings, fitted

KEPT = 32  # fine paths; each takes as many passes as the chain has steps
SHOWN = 200  # points of a fine path that are sent
TURN = 5  # passes after which others have theirs
_fine: LRUCache[tuple[Settings, int], Path] = LRUCache(KEPT)
_lock = threading.Lock()


def path(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: settings, image. Parts: progress of the fine path while it is walked, then both paths in its plane."""
    settings, image = checked(values, settings=fitted, image=anything)
    return _parts(settings, whole(0, settings.images - 1)("image", image))


def _parts(settings: Settings, image: int) -> Iterator[Part]:
    same = {"eta": 0.0, "sigma_hat": False, "solver": "ddim"}  # one yardstick for all solvers
    finest = replace(settings, S=settings.T, images=1, spacing="trailing", **same)
    with _lock:
        fine = _fine.get((finest, image))
    if fine is None:
        points: list[Any] = []
        for point in _walk(finest, image):
            points.append(point)
            if len(points) % TURN == 0:
                yield {"walked": len(points), "of": settings.T}, b""
        fine = np.stack(points)
        fine.setflags(write=False)
        with _lock:
            _fine[finest, image] = fine
    points = []
    for point in _walk(settings, image):
        points.append(point)
        if len(points) % TURN == 0:
            yield {"walked": len(points), "of": settings.S}, b""
    own, plane = np.stack(points), plane_of(fine)
    thin = fine[thinned(len(fine), SHOWN)]
    numbers = {
        "fine": np.round(plane.project(thin), 3).tolist(),
        "path": np.round(plane.project(own), 3).tolist(),
        "share": plane.share,
        "gap": end_gap(own, fine),
    }
    yield (
        {**numbers, "S": settings.S, "T": settings.T, "eta": settings.eta, "solver": settings.solver, "image": image},
        b"",
    )


def _walk(settings: Settings, image: int) -> Iterator[Any]:
    """x_T, every x_t after it and the result, each (784,) float64."""
    for step in film.walk(settings, image, 1):
        if step.t == settings.run.tau[-1]:
            yield _flat(step.x_t)
        yield _flat(step.x_prev)


def _flat(picture: Any) -> Any:
    return picture.detach().cpu().double().numpy().reshape(-1)
