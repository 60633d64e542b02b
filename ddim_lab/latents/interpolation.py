"""Between codes: spherical interpolation of two, or of four on a grid (DDIM, Section 5.3; Shoemake 1985)."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ddim_lab import checks
from ddim_lab.tensors import check_finite, check_state

SIDE_MAX = 1000  # of a grid
ALIGNED = 1e-6  # radians below which, or below pi by which, two codes are taken as one line


def interpolate(code_0: Tensor, code_1: Tensor, weight: Any) -> Tensor:
    """From `code_0` (weight 0) to `code_1` (weight 1) along the sphere, image by image.

    Codes (B, ...); `weight` a float, or (B,) values, in [0, 1]; returns (B, ...). A straight line would pass through
    codes of too small a norm, which the sampler never sees. Differentiable in the codes. Raises TypeError or ValueError
    naming the value; opposite codes have no shortest arc, and are refused.
    """
    share = _share(code_0, code_1, weight)
    start, end = (code.reshape(len(code), -1).double() for code in (code_0, code_1))
    norms = start.norm(dim=1) * end.norm(dim=1)
    if not bool((norms > 0).all()):
        raise ValueError("code_0 and code_1 must not be zeros: these have no direction to turn from")
    cosine = ((start * end).sum(dim=1) / norms).clamp(-1, 1)
    if bool((cosine.acos() > torch.pi - ALIGNED).any()):
        raise ValueError("code_0 and code_1 must not be opposite: no arc between them is the shortest")
    aligned = cosine.acos() < ALIGNED
    angle = torch.where(aligned, 0.0, cosine).acos()  # where it is not used, one whose slope is finite
    left = torch.where(aligned, 1 - share, torch.sin((1 - share) * angle) / torch.sin(angle))
    right = torch.where(aligned, share, torch.sin(share * angle) / torch.sin(angle))
    return (left[:, None] * start + right[:, None] * end).reshape(code_0.shape).to(code_0.dtype)


def straight(code_0: Tensor, code_1: Tensor, weight: Any) -> Tensor:
    """The straight line that `interpolate` avoids, arguments as there: halfway, codes of noise are too short by .71."""
    share = _share(code_0, code_1, weight).reshape(-1, *[1] * (code_0.ndim - 1))
    return ((1 - share) * code_0.double() + share * code_1.double()).to(code_0.dtype)


def grid(corners: Tensor, n: int, between: Callable[[Tensor, Tensor, Any], Tensor] = interpolate) -> Tensor:
    """Four codes (4, ...) at the corners, row by row, of n x n codes: (n, n, ...), blended along rows, then columns."""
    check_state("corners", corners)
    if len(corners) != 4:
        raise ValueError(f"corners must be four codes (4, ...), one for each corner, got {tuple(corners.shape)}")
    check_finite("corners", corners)
    n = checks.integer("n", n, 2, SIDE_MAX)
    weights = torch.linspace(0, 1, n, dtype=torch.float64)
    first, second, third, fourth = (corner.expand(n, *corner.shape) for corner in corners)
    top, bottom = between(first, second, weights), between(third, fourth, weights)
    return torch.stack([between(top, bottom, float(weight)) for weight in weights])


def _share(code_0: Any, code_1: Any, weight: Any) -> Tensor:
    """`weight` as float64, one number or (B,), beside two codes that can be blended."""
    for name, code in (("code_0", code_0), ("code_1", code_1)):
        check_state(name, code)
        check_finite(name, code)
        if code.ndim < 2:
            raise ValueError(f"{name} must be of shape (B, ...), got {tuple(code.shape)}")
    if code_0.shape != code_1.shape:
        raise ValueError(f"code_0 and code_1 must have one shape, got {tuple(code_0.shape)} and {tuple(code_1.shape)}")
    share = checks.numbers("weight", weight)
    checks.per_image("weight", share, len(code_0))
    if ((share < 0) | (share > 1)).any():
        raise ValueError(f"weight must lie within 0..1, got {checks.told(weight)}")
    return torch.from_numpy(share).to(code_0.device)
