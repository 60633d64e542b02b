"""Any picture of one digit as MNIST would hold it: white on black, in a box of 20 pixels, centred by its mass.

The recipe is that of the data's makers (LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to
document recognition", Section III-A), after what a photograph or a drawing needs first: paper told from ink.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE, BOX = 28, 20
SMALLEST_CONTRAST = 24  # grey levels between paper and ink below which a picture counts as empty
CENTRE = 14.5  # where the data have their centre of mass: the middle of the fifteenth pixel
FLAT, UNEVEN = 0.02, 0.4  # of the contrast: what differs less than so much from the paper is paper, at least, at most
LARGEST = 400  # pixels a side that are looked at; a larger picture is reduced first


@dataclass(frozen=True, eq=False)
class Digit:
    """`picture` (28, 28) uint8, white on black; `inverted`: the ink was darker than its paper."""

    picture: NDArray[np.uint8]
    inverted: bool


def prepare(grey: NDArray[np.uint8]) -> Digit:
    """The digit in grey levels `grey` (H, W) of any size; its border tells the paper's brightness.

    Raises TypeError or ValueError in words: not grey levels, no pixels, or nothing but paper.
    """
    if not isinstance(grey, np.ndarray) or grey.dtype != np.uint8:
        raise TypeError(f"a picture must be grey levels uint8 (H, W), got {getattr(grey, 'dtype', type(grey))}")
    if grey.ndim != 2 or not grey.size:
        raise ValueError(f"a picture must have the shape (H, W) with pixels in it, got {grey.shape}")
    levels = _reduced(grey)
    ink, inverted = _ink(levels)
    return Digit(_centred(_boxed(_cropped(ink))), inverted)


def _reduced(grey: NDArray[np.uint8]) -> NDArray[np.float64]:
    image = Image.fromarray(grey)
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.BOX, reducing_gap=None)
    return np.asarray(image, dtype=np.float64)


def _ink(levels: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """How much ink is where, 0..1, and whether it was darker than the paper, which the border shows."""
    border = np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
    paper = float(np.median(border))
    inverted = paper > 127.5
    ink = paper - levels if inverted else levels - paper
    contrast = float(ink.max())
    if contrast < SMALLEST_CONTRAST:
        raise ValueError(
            "the picture is empty: all of it has nearly the same brightness; draw a digit, or take another"
        )
    ink = np.clip(ink / contrast, 0, 1)
    uneven = 1.5 * float(np.quantile(np.abs(border - paper), 0.95)) / contrast
    return np.where(ink < np.clip(uneven, FLAT, UNEVEN), 0.0, ink), inverted


def _cropped(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _boxed(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scaled so that the longer side is 20 pixels, with smooth edges."""
    scale = BOX / max(ink.shape)
    height, width = (max(1, round(scale * side)) for side in ink.shape)
    image = Image.fromarray(ink.astype(np.float32)).resize((width, height), Image.Resampling.BILINEAR)
    values = np.asarray(image, dtype=np.float64)
    return np.clip(values / values.max(), 0, 1)


def _centred(ink: NDArray[np.float64]) -> NDArray[np.uint8]:
    """On 28 x 28 pixels, the centre of mass in the middle as nearly as whole pixels allow, nothing cut off."""
    field = np.zeros((SIDE, SIDE))
    corner = []
    for axis, length in enumerate(ink.shape):
        mass = ink.sum(axis=1 - axis)
        centre = float((mass * (np.arange(length) + 0.5)).sum() / mass.sum())
        corner.append(int(np.clip(round(CENTRE - centre), 0, SIDE - length)))
    top, left = corner
    field[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return np.rint(255 * field).astype(np.uint8)
