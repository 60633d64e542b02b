"""The lab's tab "Path": one image's path at the present setting, over its path in the finest steps (eta 0, S = T)."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ddim_lab import checks
from ddim_lab.figures.chords import Path, end_gap, plane_of
from ddim_lab.lab.live import film
from ddim_lab.lab.live.values import settings_of
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.settings import Settings

KEPT = 32  # fine paths; each takes as many passes as the chain has steps
SHOWN = 200  # points of a fine path that are sent
TURN = 5  # passes after which others have theirs
_fine: "OrderedDict[tuple[Settings, int], Path]" = OrderedDict()
_lock = threading.Lock()


def path(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: settings, image. Parts: progress of the fine path while it is walked, then both paths in its plane."""
    settings = settings_of(values, "image")
    return _parts(settings, checks.integer("image", values["image"], 0, settings.images - 1))


def _parts(settings: Settings, image: int) -> Iterator[Part]:
    finest = replace(settings, eta=0.0, sigma_hat=False, S=settings.T, images=1, spacing="trailing")
    fine = _kept((finest, image))
    if fine is None:
        points: list[Any] = []
        for point in _walk(finest, image):
            points.append(point)
            if len(points) % TURN == 0:
                yield {"walked": len(points), "of": settings.T}, b""
        fine = np.stack(points)
        _keep((finest, image), fine)
    points = []
    for point in _walk(settings, image):
        points.append(point)
        if len(points) % TURN == 0:
            yield {"walked": len(points), "of": settings.S}, b""
    own, plane = np.stack(points), plane_of(fine)
    thin = fine[np.unique(np.linspace(0, len(fine) - 1, SHOWN).astype(int))]
    numbers = {
        "fine": np.round(plane.project(thin), 3).tolist(),
        "path": np.round(plane.project(own), 3).tolist(),
        "share": plane.share,
        "gap": end_gap(own, fine),
    }
    yield {**numbers, "S": settings.S, "T": settings.T, "eta": settings.eta, "image": image}, b""


def _walk(settings: Settings, image: int) -> Iterator[Any]:
    """x_T, every x_t after it and the result, each (784,) float64."""
    for step in film.walk(settings, image, 1):
        if step.t == settings.tau[-1]:
            yield _flat(step.x_t)
        yield _flat(step.x_prev)


def _flat(picture: Any) -> Any:
    return picture.detach().cpu().double().numpy().reshape(-1)


def _kept(key: tuple[Settings, int]) -> Path | None:
    with _lock:
        if key in _fine:
            _fine.move_to_end(key)
        return _fine.get(key)


def _keep(key: tuple[Settings, int], fine: Path) -> None:
    with _lock:
        _fine[key] = fine
        while len(_fine) > KEPT:
            _fine.popitem(last=False)
