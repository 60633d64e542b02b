"""What the derivation page asks for: the run's transitions, the three knobs, the curve of all solutions.

Nothing here calls SymPy while a knob moves: the two conditions were compiled once (`symbolic.conditions`).
"""

from collections.abc import Iterator
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from ddim_lab.lab.fields import anything, checked, one_of, whole, within
from ddim_lab.lab.live.frames import floats
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.settings import Settings, fitted_plain
from ddim_lab.run import Run
from ddim_lab.symbolic.conditions import Conditions
from ddim_lab.transition import coefficients

TOLERANCE = 0.005  # a condition counts as met when what is left over is no larger
RANGES = {"k": (-0.5, 2.0), "m": (-1.2, 1.2), "sigma": (0.0, 1.2)}
MAGNETS = {"drag": 0.03, "key": 0.004}  # how near a closing value pulls a knob onto it; a key's step is .01
MOVES = ("none", "k", "m", "sigma", "close_mean")
X_0 = 1.0  # the one clean pixel whose x_prev is drawn
X = np.linspace(-2.0, 3.5, 221)  # where the densities are drawn
DENSITY_MAX = 40.0  # of a Gaussian too narrow to draw


class Transition(NamedTuple):
    """One transition of a run: `j` counts from 1 at the top, as everywhere."""

    j: int
    t: int
    t_prev: int
    eta: float
    conditions: Conditions
    k: float  # of the run's eta
    m: float
    sigma: float


def setting(values: dict[str, Any]) -> Iterator[Part]:
    """All transitions of a run, top first, and where eta ends."""
    (settings,) = checked(values, settings=fitted_plain)
    run = settings.run
    return iter([({**settings.head(), "t": run.t.tolist(), "t_prev": run.t_prev.tolist()}, b"")])


def knobs(values: dict[str, Any]) -> Iterator[Part]:
    """What k, m and sigma do to x_prev: both needles, whether they are met, and the two densities.

    `moved` names the knob under the hand: near a value that closes its condition it is put on it exactly.
    `close_mean` finds k for the present m. The bytes hold X, the wanted density and the present one, float32.
    """
    at = transition(values, "k", "m", "sigma", "moved", "hand")
    place = {name: within(*limits)(name, values[name]) for name, limits in RANGES.items()}
    moved, hand = one_of(MOVES)("moved", values["moved"]), one_of(MAGNETS)("hand", values["hand"])
    return iter([_turned(at, place, moved, MAGNETS[hand])])


def solutions(values: dict[str, Any]) -> Iterator[Part]:
    """Every (m, sigma) that meets both conditions with a fitting k, as float32 pairs; DDIM and DDPM by name."""
    at = transition(values)
    named = {}
    for name, eta in (("DDIM", 0.0), ("DDPM", 1.0)):
        own = coefficients(at.conditions.a, at.conditions.b, eta)
        named[name] = {"k": float(own.k), "m": float(own.m), "sigma": float(own.sigma)}
    curve = at.conditions.curve()
    return iter([({"j": at.j, "named": named, "points": len(curve)}, floats(curve))])


def transition(values: dict[str, Any], *names: str) -> Transition:
    """The transition `j` of `settings`; beside these two `values` holds `names` and nothing else."""
    settings, j, *_ = checked(values, settings=fitted_plain, j=anything, **dict.fromkeys(names, anything))
    return _transition(settings, whole(1, settings.S)("j", j))


@cached(LRUCache(64), lock=Lock())
def _transition(settings: Settings, j: int) -> Transition:
    run = Run(settings.run.schedule, settings.run.tau, settings.eta)
    at = run.transitions[j - 1]
    k, m, sigma = (float(row[j - 1]) for row in (run.k, run.m, run.sigma))
    return Transition(j, at.t, at.t_prev, settings.eta, Conditions(at.a, at.b), k, m, sigma)


def _turned(at: Transition, place: dict[str, float], moved: str, magnet: float) -> Part:
    conditions = at.conditions
    place, snapped = _pulled(conditions, place, moved, magnet)
    mean_gap, variance_gap = conditions.gaps(**place)
    mean, variance = conditions.moments(**place)
    wanted_mean, wanted_variance = conditions.wanted()
    roots = conditions.m_of(place["sigma"])
    ddpm = coefficients(conditions.a, conditions.b, 1.0)
    head = {
        **{"j": at.j, "t": at.t, "t_prev": at.t_prev, "a": conditions.a, "b": conditions.b},
        **{**place, "snapped": snapped, "eta": at.eta, "run": {"k": at.k, "m": at.m, "sigma": at.sigma}},
        **{"mean_gap": mean_gap, "variance_gap": variance_gap, "tolerance": TOLERANCE, "roots": len(roots)},
        **{"mean_met": abs(mean_gap) <= TOLERANCE, "variance_met": abs(variance_gap) <= TOLERANCE},
        "now": {"mean": mean * X_0, "std": variance**0.5, "variance": variance},
        "wanted": {"mean": wanted_mean * X_0, "std": wanted_variance**0.5, "variance": wanted_variance},
        "marks": {"DDIM": 0.0, "DDPM": float(ddpm.sigma), "most": conditions.sigma_of(0.0)},
        "axes": {"m": max(conditions.m_of(0.0)), "sigma": conditions.sigma_of(0.0)},
        **{"ranges": RANGES, "x_0": X_0, "points": len(X)},
    }
    drawn = (X, _density(wanted_mean * X_0, wanted_variance**0.5), _density(mean * X_0, variance**0.5))
    return head, floats(*drawn)


def _pulled(
    conditions: Conditions, place: dict[str, float], moved: str, magnet: float
) -> tuple[dict[str, float], str | None]:
    """`place` with the knob that moved put on the nearest closing value within `magnet`, and that knob's name."""
    if moved == "close_mean":
        low, high = RANGES["k"]
        return place | {"k": min(max(conditions.k_of(place["m"]), low), high)}, "k"
    closing: tuple[float | None, ...] = {
        "none": (),
        "k": (conditions.k_of(place["m"]),),
        "m": conditions.m_of(place["sigma"]),
        "sigma": (conditions.sigma_of(place["m"]),),
    }[moved]
    near = [value for value in closing if value is not None and abs(value - place[moved]) <= magnet]
    if not near:
        return place, None
    return place | {moved: min(near, key=lambda value: abs(value - place[moved]))}, moved


def _density(mean: float, std: float) -> NDArray[np.float64]:
    """Of N(mean, std^2) at X; a spike too narrow for the picture is cut off."""
    narrow = max(std, 1e-9)
    with np.errstate(under="ignore"):
        curve = np.exp(-0.5 * ((X - mean) / narrow) ** 2) / (narrow * np.sqrt(2 * np.pi))
    return np.minimum(curve, DENSITY_MAX)
