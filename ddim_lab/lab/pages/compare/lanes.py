"""What a comparison is: two to six lanes that share length of the chain, starts, digits and number of images.

Everything a browser sends is checked here, before any work starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.settings import WORK_MAX, Settings

LANES_MIN, LANES_MAX, IMAGES_MAX = 2, 6, 8
FRAMES = 101  # moments of one lane that are kept; longer runs are thinned evenly
COMMON = ("T", "seed", "images", "digit")
OWN = ("eta", "S", "spacing", "schedule", "solver", "guidance", "clip", "sigma_hat")


@dataclass(frozen=True)
class Lane:
    """One run: its settings, the common ones among them; `noise` False walks with k and m of eta but z = 0.

    `one_start`: every image starts from x_T of image 0 and has a fresh noise of its own.
    """

    settings: Settings
    noise: bool = True
    one_start: bool = False

    def __post_init__(self) -> None:
        if not self.noise and self.settings.solver != "ddim":
            raise ValueError(f"the noise can be switched off under solver ddim alone, got {self.settings.solver}")

    @cached_property
    def times(self) -> NDArray[np.int64]:
        """Every t of the run, the end t = 0 included, top first: (S + 1,)."""
        return np.array([*self.settings.run.tau[::-1], 0])

    @cached_property
    def kept(self) -> list[int]:
        """Which of `times` are kept and sent, as indices: first and last among them."""
        return thinned(len(self.times), FRAMES).tolist()

    @property
    def labels(self) -> list[int] | None:
        """The digit asked of each image."""
        n = self.settings.images
        if self.one_start:
            first = self.settings.labels(1)
            return None if first is None else first * n
        return self.settings.labels(n)

    def own(self) -> dict[str, Any]:
        """What this lane has for itself, by name."""
        values = self.settings.to_dict()
        return {name: values[name] for name in OWN} | {"noise": self.noise}


def parse(common: Any, lanes: Any) -> tuple[Lane, ...]:
    """The lanes in a browser's words; S and eta beyond a run's end are lowered to it, as a slider's end does.

    Raises TypeError or ValueError, naming lane and value, and if all lanes together ask for too much work.
    """
    shared = _object("common", common)
    one_start = checks.flag("one_start", shared.pop("one_start", False))
    _known("common", shared, COMMON)
    images = checks.integer("images", shared.get("images", IMAGES_MAX), 1, IMAGES_MAX)
    if not isinstance(lanes, list) or not LANES_MIN <= len(lanes) <= LANES_MAX:
        got = f"{len(lanes)} lanes" if isinstance(lanes, list) else type(lanes).__name__
        raise ValueError(f"a comparison has {LANES_MIN} to {LANES_MAX} lanes, got {got}")
    parsed = tuple(_lane(i, shared | {"images": images}, lane, one_start) for i, lane in enumerate(lanes, start=1))
    passes = sum(images_calls(lane) for lane in parsed)
    if passes > WORK_MAX:
        raise ValueError(
            f"these {len(parsed)} lanes need {passes} network passes (images x calls, guided ones twice); at most "
            f"{WORK_MAX} in one comparison: take fewer steps, fewer images or fewer lanes"
        )
    return parsed


def images_calls(lane: Lane) -> int:
    """Network passes of a lane, counted by image."""
    guided = lane.settings.guidance != 1 and lane.settings.digit != "any"
    return lane.settings.images * lane.settings.calls * (2 if guided else 1)


def _lane(number: int, shared: dict[str, Any], values: Any, one_start: bool) -> Lane:
    try:
        own = _object("a lane", values)
        noise = checks.flag("noise", own.pop("noise", True))
        _known("a lane", own, OWN)
        return Lane(Settings.fit(shared | own), noise, one_start)
    except TypeError as error:
        raise TypeError(f"lane {number}: {error}") from error
    except ValueError as error:
        raise ValueError(f"lane {number}: {error}") from error


def _object(name: str, values: Any) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise TypeError(f"{name} must be an object of names and values, got {type(values).__name__}")
    return dict(values)


def _known(name: str, values: dict[str, Any], names: tuple[str, ...]) -> None:
    unknown = sorted(set(values) - set(names))
    if unknown:
        raise ValueError(f"{name} has no setting {str(unknown[0])[:40]!r}; known are {', '.join(names)}")


def places(lanes: tuple[Lane, ...]) -> list[list[float]]:
    """Where on the shared scrubber each kept moment of each lane lies: 0 at the start, 1 at the end.

    The scale is lane 1's time t. A lane with another noise schedule stands where lane 1 has the same noise level.
    """
    clock = lanes[0].settings.run.schedule
    T = clock.T
    at_all = []
    for lane in lanes:
        levels = lane.settings.run.schedule.alpha_bar[lane.times[lane.kept]]
        at = np.interp(levels, clock.alpha_bar[::-1], np.arange(T, -1, -1))
        at_all.append([float(f"{1 - t / T:.5g}") for t in at])
    return at_all


def carried(settings: Settings) -> tuple[Lane, Lane]:
    """What a setting brought from another page opens: itself, and the same of DDIM, or at the other end of its eta."""
    lane = Lane(replace(settings, images=min(settings.images, IMAGES_MAX)))
    if settings.solver != "ddim":
        return lane, Lane(replace(lane.settings, solver="ddim"))
    eta = 1.0 if settings.eta == 0 else 0.0
    return lane, Lane(replace(lane.settings, eta=min(eta, lane.settings.eta_end), sigma_hat=False))
