"""Pictures as files: a sheet as a PNG, and several in turn as a GIF; of tensors, or of the grey levels of a film."""

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ddim_lab import checks, files
from ddim_lab.figures.pixels import sheet, shown

Levels = NDArray[np.uint8]  # (N, H, W), or in colour (N, H, W, 3)
ZOOM = 4  # screen pixels of one pixel
REST, SHORTEST, ALL = 1500, 40, 1500  # milliseconds: the last frame of a GIF, the least of the others, and together


def save(path: str | Path, pictures: Tensor | Sequence[Tensor], columns: int | None = None, zoom: int = ZOOM) -> Path:
    """Writes pictures in [-1, 1] as a sheet (.png), or a list of such tensors, a frame each, as a film (.gif).

    They are (B, 1, H, W), or (B, 3, H, W) in colour:

        dl.figures.save("sheet.png", dl.last(steps).x_prev)
        dl.figures.save("film.gif", [step.x0 for step in steps])

    `columns` of a sheet: as many as rows, unless told; `zoom`: screen pixels of one pixel. Returns the path.
    Raises TypeError or ValueError for what is no picture, or for another ending.
    """
    path, zoom = checks.path("path", path), checks.integer("zoom", zoom, 1, 64)
    ending = checks.choice("the ending of path", path.suffix.lower(), (".png", ".gif"))
    if ending == ".png":
        levels = shown(cast(Tensor, pictures))  # which says so if it is none
        files.write(path, png(levels, _columns(columns, levels), zoom))
    else:
        if isinstance(pictures, Tensor):
            raise TypeError("a GIF wants a list of tensors, one a frame; one tensor is a sheet: name a .png")
        frames = [shown(frame) for frame in pictures]
        if not frames or len({frame.shape for frame in frames}) > 1:
            shapes = ", ".join(map(str, sorted({frame.shape for frame in frames}))) or "none"
            raise ValueError(f"a GIF wants frames of one shape, got {shapes}")
        files.write(path, gif(frames, _columns(columns, frames[0]), zoom))
    return path


def png(pictures: Levels, columns: int, zoom: int = ZOOM) -> bytes:
    """Pictures tiled row by row, as a PNG."""
    out = io.BytesIO()
    _zoomed(sheet(pictures, columns), zoom).save(out, "PNG", optimize=True)
    return out.getvalue()


def gif(frames: Sequence[Levels], columns: int, zoom: int = 2) -> bytes:
    """One sheet after the other, as a GIF that begins again; the last one rests."""
    sheets = [_zoomed(sheet(frame, columns), zoom) for frame in frames]
    durations = [max(SHORTEST, ALL // len(sheets))] * (len(sheets) - 1) + [REST]
    out = io.BytesIO()
    rest = {"append_images": sheets[1:], "duration": durations, "loop": 0}
    sheets[0].save(out, "GIF", save_all=True, optimize=False, **rest)  # optimised palettes shift grey levels
    return out.getvalue()


def _columns(columns: int | None, pictures: Levels) -> int:
    return math.isqrt(len(pictures) - 1) + 1 if columns is None else checks.integer("columns", columns, 1)


def _zoomed(picture: Levels, zoom: int) -> Image.Image:
    image = Image.fromarray(picture)
    return image.resize((image.width * zoom, image.height * zoom), Image.Resampling.NEAREST)
