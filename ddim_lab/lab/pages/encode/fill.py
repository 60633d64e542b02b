"""A masked part of the picture filled in, by several seeds side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks
from ddim_lab.lab.fields import checked, whole
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.encode import walks
from ddim_lab.lab.pages.encode.asked import label_of, mask_of, picture_of, settings_of, signal
from ddim_lab.lab.settings import WORK_MAX, Settings

FILLS_MAX, RESAMPLES_MAX = 8, 20


@dataclass(frozen=True, eq=False)
class Fill:
    """`mask` (28, 28) is True where to fill; `n` fillings, each with noise of its own."""

    settings: Settings
    picture: bytes
    mask: NDArray[np.bool_]
    label: int | None
    resamples: int
    n: int
    draft: bool

    @classmethod
    def parse(cls, values: dict[str, Any]) -> "Fill":
        rules = {
            "settings": settings_of,
            "picture": picture_of,
            "mask": mask_of,
            "label": label_of,
            "resamples": whole(1, RESAMPLES_MAX),
            "n": whole(1, FILLS_MAX),
            "draft": checks.flag,
        }
        settings, picture, mask, label, resamples, n, draft = checked(values, **rules)
        if settings.S * resamples * n > WORK_MAX:
            raise ValueError(f"steps x rounds x fillings must be at most {WORK_MAX}: take fewer steps or fewer rounds")
        return cls(settings, picture, mask, label, resamples, 1 if draft else n, draft)


def parts(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: the fields of Fill. What is known first, then the fillings as they clear up."""
    return _parts(Fill.parse(values))


def _parts(fill: Fill) -> Iterator[Part]:
    from ddim_lab.lab.pages.encode.change import read

    settings = fill.settings
    head = {"n": fill.n, "resamples": fill.resamples, "draft": fill.draft, "hidden": int(fill.mask.sum())}
    yield {"kind": "start", **settings.head(), **head}, b""
    grey = b""
    for j, step in enumerate(steps(fill), start=1):
        grey = walks.grey(step.x_prev)
        yield {"kind": "fills", "n": fill.n, "share": j / settings.S, "t": step.t_prev}, grey
    yield from read(grey)


def steps(fill: Fill) -> Iterator[Any]:
    """`dl.inpaint` as it was asked for."""
    import torch

    import ddim_lab as dl

    settings = fill.settings
    x_0 = signal(fill.picture).to(walks.device()).expand(fill.n, -1, -1, -1)
    keywords = {"eta": settings.eta, "resamples": fill.resamples, "seed": settings.seed}
    model, mask = walks.bound(fill.label, settings.guidance), torch.from_numpy(fill.mask)[None, None]
    return dl.inpaint(model, x_0, mask, settings.run.schedule, settings.run.tau, **keywords)
