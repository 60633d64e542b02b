"""Where the setting that all pages share stands on the map: its cell, or the nearest one, named as such."""

import math
from typing import Any

from ddim_lab.lab.settings import Settings
from ddim_lab.quality.grid import ROWS, SPACINGS, Measured, Place

ALIKE = {"schedule": "linear", "T": 1000, "clip": "none"}  # what every cell has, beside no guidance


def mark(settings: Settings, measured: Measured) -> dict[str, Any]:
    """`place`: the cell nearest to `settings`; `differs`: in words, what that cell has otherwise; empty if nothing."""
    rows = [eta for eta, hat in ROWS if not hat]
    S = min(measured.steps, key=lambda one: abs(math.log(one / settings.S)))
    eta = min(rows, key=lambda one: abs(one - settings.eta))
    spacing = settings.spacing if settings.spacing in SPACINGS else SPACINGS[0]
    place = Place(spacing, S, eta, settings.sigma_hat)
    return {"place": place, "differs": _differs(settings, place)}


def _differs(settings: Settings, place: Place) -> list[str]:
    found = [f"{name} {getattr(settings, name)} is {getattr(place, name)} here" for name in ("S", "eta", "spacing")
             if getattr(settings, name) != getattr(place, name)]  # fmt: skip
    found += [
        f"{name} {getattr(settings, name)} is {value} here"
        for name, value in ALIKE.items()
        if getattr(settings, name) != value
    ]
    if settings.digit == "any":
        found.append("no label is a label here")
    elif settings.guidance != 1:
        found.append(f"guidance {settings.guidance:g} is off here")
    return found
