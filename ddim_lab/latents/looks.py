"""What can be said of a code x_T: how much it is like noise, and how well decoding it gives the picture back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ddim_lab import checks

if TYPE_CHECKING:
    from torch import Tensor

BINS = np.linspace(-4, 4, 33)
INVERSE = {"tol": 1e-4, "max_rounds": 30}  # of `encode(implicit=True)` where eyes judge: some seconds for S = 100


@dataclass(frozen=True)
class Look:
    """Of the values of one code: mean, variance, correlation of neighbouring pixels, length over that of noise.

    True noise has 0, 1, 0 and 1. `density` are the heights of a histogram over `BINS`; what lies beyond is not counted.
    """

    mean: float
    variance: float
    neighbours: float
    length: float
    density: tuple[float, ...]


def look(code: "Tensor") -> Look:
    """The numbers of one code (1, 1, H, W). Raises TypeError or ValueError for what is none."""
    _check("code", code)
    if code.ndim != 4 or code.shape[:2] != (1, 1) or min(code.shape[2:]) < 2:
        raise ValueError(f"code must be of shape (1, 1, H, W), got {tuple(code.shape)}")
    values = code.detach().cpu().double().numpy()[0, 0]
    pairs = [(values[:, :-1], values[:, 1:]), (values[:-1], values[1:])]
    here, beside = (np.concatenate([pair[i].ravel() for pair in pairs]) for i in (0, 1))
    spread = here.std() * beside.std()
    counts, _ = np.histogram(values, BINS)
    return Look(
        mean=float(values.mean()),
        variance=float(values.var()),
        neighbours=float(((here - here.mean()) * (beside - beside.mean())).mean() / spread) if spread > 0 else 1.0,
        length=float(lengths(code)[0]),
        density=tuple((counts / (values.size * (BINS[1] - BINS[0]))).tolist()),
    )


def lengths(codes: "Tensor") -> list[float]:
    """The norm of each code (B, ...) over the square root of its number of pixels: 1 for noise."""
    _check("codes", codes)
    return codes.detach().cpu().double().flatten(1).square().mean(dim=1).sqrt().tolist()


def by_chance(pixels: int, side: int) -> dict[str, float]:
    """How far the numbers of true noise stray, in 95 of 100 codes of so many pixels."""
    checks.integer("pixels", pixels, 2)
    pairs = 2 * side * (side - 1)
    one = 1.96 / pixels**0.5
    return {"mean": one, "variance": 2**0.5 * one, "neighbours": 1.96 / pairs**0.5, "likeness": one}


def bell(points: int = 81) -> list[float]:
    """The density of true noise at `points` places, evenly over the range of `BINS`."""
    from ddim_lab import exact

    places = np.linspace(BINS[0], BINS[-1], checks.integer("points", points, 2))
    return exact.Gaussian(0.0, 1.0).density(places, 1.0).tolist()


def squared_errors(pictures: "Tensor", x_0: "Tensor") -> list[float]:
    """Mean squared error a pixel on grey levels from 0 to 1, for each of `pictures` (B, ...) in [-1, 1].

    The scale of the paper's Table 2 (Section 5.4). Raises TypeError or ValueError if these are no such tensors.
    """
    _check("pictures", pictures)
    _check("x_0", x_0)
    if pictures.shape[1:] != x_0.shape[1:]:
        raise ValueError(f"pictures {tuple(pictures.shape)} cannot be compared with x_0 {tuple(x_0.shape)}")
    apart = (pictures.detach().cpu().double() - x_0.detach().cpu().double()) / 2
    return apart.flatten(1).square().mean(dim=1).tolist()


def likeness(code: "Tensor", picture: "Tensor") -> float:
    """The correlation of a code's values with its picture's, pixel by pixel, both (1, 1, H, W): 0 if unrelated.

    0 too where one of them has one value only. Raises TypeError or ValueError for what is none.
    """
    for name, value in (("code", code), ("picture", picture)):
        _check(name, value)
    if code.shape != picture.shape:
        raise ValueError(f"a code {tuple(code.shape)} cannot be compared with a picture {tuple(picture.shape)}")
    one, other = (value.detach().cpu().double().flatten() for value in (code, picture))
    one, other = one - one.mean(), other - other.mean()
    scale = float(one.norm() * other.norm())
    return float(one @ other) / scale if scale > 0 else 0.0


def _check(name: str, values: Any) -> None:
    from ddim_lab.tensors import check_finite, check_state

    check_state(name, values)
    check_finite(name, values)
