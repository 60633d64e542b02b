"""Between two or four codes: along the sphere, and along a straight line for comparison."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ddim_lab import checks
from ddim_lab.lab.fields import checked, one_of, within
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.encode import walks
from ddim_lab.lab.pages.encode.asked import Corner, Subject, label_of, settings_of
from ddim_lab.lab.settings import Settings
from ddim_lab.latents import interpolation, looks

STRIP, SIDE = 9, 5  # pictures between two codes, along a side of the grid of four
ALONG = {"sphere": interpolation.interpolate, "line": interpolation.straight}


@dataclass(frozen=True)
class Blend:
    """Two or four corners; `weight` is the slider's, `along` how four are joined (two are always joined both ways)."""

    settings: Settings
    corners: tuple[Corner, ...]
    label: int | None
    implicit: bool
    weight: float
    along: str
    draft: bool

    @classmethod
    def parse(cls, values: dict[str, Any]) -> "Blend":
        rules = {
            "settings": settings_of,
            "corners": _corners,
            "label": label_of,
            "implicit": checks.flag,
            "weight": within(0, 1),
            "along": one_of(ALONG),
            "draft": checks.flag,
        }
        return cls(*checked(values, **rules))


def _corners(name: str, value: Any) -> tuple[Corner, ...]:
    if not isinstance(value, list) or len(value) not in (2, 4):
        raise ValueError("a blend needs two or four corners")
    return tuple(Corner.parse(corner) for corner in value)


def parts(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: the fields of Blend. Parts: the corners' codes, then all pictures between them as they clear up."""
    return _parts(Blend.parse(values))


def _parts(blend: Blend) -> Iterator[Part]:
    settings = blend.settings
    yield (
        {
            **{"kind": "start", **settings.head(), "draft": blend.draft},
            **{"corners": len(blend.corners), "along": blend.along, "weight": blend.weight},
        },
        b"",
    )
    ends = []
    for i, corner in enumerate(blend.corners):
        code = yield from end_code(blend, corner, i)
        ends.append(code)
        yield {"kind": "corner", "corner": i, **_told(code)}, walks.grey(code)
    rows = between(blend, ends)
    head = {"kind": "between", "n": len(rows), "lengths": looks.lengths(rows)}
    for j, step in enumerate(walks.down(walks.bound(blend.label), rows, settings), start=1):
        last = j == settings.S
        yield {**head, "share": j / settings.S}, walks.grey(step.x_prev if last else step.x0)


def end_code(blend: Blend, corner: Corner, i: int) -> Generator[Part, None, Any]:
    """The code of a corner: known where it was generated, found by encoding where it is a picture."""
    import ddim_lab as dl

    if corner.picture is None:
        return dl.initial_noise(1, (1, 28, 28), seed=corner.seed, first=corner.image).to(walks.device())
    subject = Subject(blend.settings, corner.picture, blend.label, blend.implicit)
    code = yield from walks.silent(walks.up(subject), {"corner": i})
    return code.x_T


def between(blend: Blend, ends: list[Any]) -> Any:
    """The codes drawn. Two corners: sphere and line at the slider's weight, then (no draft) a strip of each.

    Four: the grid, row by row.
    """
    import torch

    if len(ends) == 4:
        rows = interpolation.grid(torch.cat(ends), SIDE, ALONG[blend.along])
        return rows.flatten(0, 1)
    strip = torch.linspace(0, 1, STRIP, dtype=torch.float64)
    chosen = torch.tensor([blend.weight], dtype=torch.float64)
    wanted = [chosen] if blend.draft else [chosen, strip]
    drawn = [join(ends, weights) for weights in wanted for join in (partial(_joined, along) for along in ALONG)]
    return torch.cat(drawn)


def _joined(along: str, ends: list[Any], weights: Any) -> Any:
    one, other = (end.expand(len(weights), -1, -1, -1) for end in ends)
    return ALONG[along](one, other, weights)


def _told(code: Any) -> dict[str, float]:
    look = looks.look(code)
    return {"variance": look.variance, "length": look.length}
