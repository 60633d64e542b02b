"""Worlds in the plane to look at: one blob, mixtures whose shape one knows at once, and one drawn by hand.

All lie within -2.2 .. 2.2 and have about the spread of N(0, I), so that a cloud neither grows nor shrinks much on its
way; their parts are narrow, so that one sees what a sampler blurs.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks
from ddim_lab.exact.worlds import Gaussian, GaussianMixture

Floats = NDArray[np.float64]
REACH = 2.5  # no centre drawn by hand lies further out along an axis
CENTRES_MAX = 60


def blob() -> Gaussian:
    """One tilted Gaussian: the world in which every number is known in closed form."""
    return Gaussian(mean=(0.5, 0.3), cov=[[1.2, 0.6], [0.6, 0.5]])


def ring(k: int = 8, radius: float = 1.6, std: float = 0.14) -> GaussianMixture:
    """k equal spots on a circle."""
    angle = 2 * np.pi * np.arange(checks.integer("k", k, 1)) / k
    return even(radius * np.stack([np.cos(angle), np.sin(angle)], axis=1), std)


def grid(side: int = 4, width: float = 3.6, std: float = 0.12) -> GaussianMixture:
    """side x side equal spots in a square."""
    at = np.linspace(-width / 2, width / 2, checks.integer("side", side, 1))
    return even(np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2), std)


def moons(k: int = 10, std: float = 0.13) -> GaussianMixture:
    """Two half circles that reach into each other, k spots each."""
    angle = np.linspace(0, np.pi, checks.integer("k", k, 2))
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    return even(1.35 * np.concatenate([upper, -upper]), std)


def spiral(k: int = 24, turns: float = 1.75, std: float = 0.12) -> GaussianMixture:
    """One arm, k spots evenly far along it."""
    share = np.sqrt(np.linspace(0.02, 1, checks.integer("k", k, 2)))
    angle = 2 * np.pi * turns * share
    return even((2.1 * share * np.stack([np.cos(angle), np.sin(angle)])).T, std)


def drawn(centres: Any, std: float = 0.12) -> GaussianMixture:
    """Equal spots where somebody put them: centres (k, 2), k up to 60, each within -2.5 .. 2.5.

    Raises ValueError in words for anything else.
    """
    m = checks.numbers("centres", centres)
    if m.ndim != 2 or m.shape[1] != 2 or not 1 <= len(m) <= CENTRES_MAX:
        raise ValueError(f"centres must be of shape (k, 2) with k within 1..{CENTRES_MAX}, got shape {m.shape}")
    if np.abs(m).max() > REACH:
        raise ValueError(f"centres must lie within -{REACH:g}..{REACH:g}, got {m[np.abs(m).argmax() // 2].tolist()}")
    return even(m, std)


def even(centres: Floats, std: float) -> GaussianMixture:
    """Equally heavy, equally wide spots at `centres` (k, d)."""
    k = len(centres)
    return GaussianMixture(np.full(k, 1 / k), centres, np.full(k, std))


WORLDS: dict[str, tuple[str, Callable[[], Gaussian | GaussianMixture]]] = {  # name -> title, how it is made
    "ring": ("ring of spots", ring),
    "moons": ("two moons", moons),
    "spiral": ("spiral", spiral),
    "grid": ("grid of spots", grid),
    "blob": ("one blob", blob),
}


def named(name: str) -> Gaussian | GaussianMixture:
    """The world of WORLDS called `name`; the same object each time. Raises TypeError or ValueError if there is none."""
    return _made(checks.choice("world", name, tuple(WORLDS)))


@cache
def _made(name: str) -> Gaussian | GaussianMixture:
    return WORLDS[name][1]()
