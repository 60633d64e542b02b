"""Between codes: spherical interpolation of two, or of four on a grid (DDIM, Section 5.3; Shoemake 1985)."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

ALIGNED = 1e-6  # radians below which, or below pi by which, two codes are taken as one line


def interpolate(code_0: Tensor, code_1: Tensor, weight: Any) -> Tensor:
    """From `code_0` (weight 0) to `code_1` (weight 1) along the sphere, image by image.

    Codes (B, ...); `weight` a float, or (B,) values, in [0, 1]; returns (B, ...). A straight line would pass through
    codes of too small a norm, which the sampler never sees. Raises TypeError or ValueError naming the value;
    opposite codes have no shortest arc, and are refused.
    """
    _check_pair(code_0, code_1)
    share = _share(weight, code_0)
    start, end = (code.reshape(len(code), -1).double() for code in (code_0, code_1))
    norms = start.norm(dim=1) * end.norm(dim=1)
    if not bool((norms > 0).all()):
        raise ValueError("a code of zeros has no direction to turn from")
    angle = torch.acos(((start * end).sum(dim=1) / norms).clamp(-1, 1))
    if bool((angle > torch.pi - ALIGNED).any()):
        raise ValueError("opposite codes have no shortest arc between them")
    straight = angle < ALIGNED
    sine = torch.where(straight, 1.0, torch.sin(angle))
    left = torch.where(straight, 1 - share, torch.sin((1 - share) * angle) / sine)
    right = torch.where(straight, share, torch.sin(share * angle) / sine)
    return (left[:, None] * start + right[:, None] * end).reshape(code_0.shape).to(code_0.dtype)


def straight(code_0: Tensor, code_1: Tensor, weight: Any) -> Tensor:
    """The straight line that `interpolate` avoids, arguments as there: halfway, codes of noise are too short by .71."""
    _check_pair(code_0, code_1)
    share = _share(weight, code_0).reshape(-1, *[1] * (code_0.ndim - 1))
    return ((1 - share) * code_0.double() + share * code_1.double()).to(code_0.dtype)


def grid(corners: Tensor, n: int, between: Callable[[Tensor, Tensor, Any], Tensor] = interpolate) -> Tensor:
    """Four codes (4, ...) at the corners, row by row, of n x n codes: (n, n, ...), blended along rows, then columns."""
    if not isinstance(corners, Tensor) or len(corners) != 4:
        raise ValueError("a grid needs four codes, one for each corner")
    if n < 2:
        raise ValueError(f"a grid has at least 2 codes a side, got {n}")
    weights = torch.linspace(0, 1, n, dtype=torch.float64)
    first, second, third, fourth = (corner.expand(n, *corner.shape) for corner in corners)
    top, bottom = between(first, second, weights), between(third, fourth, weights)
    return torch.stack([between(top, bottom, float(weight)) for weight in weights])


def _share(weight: Any, code_0: Tensor) -> Tensor:
    share = torch.as_tensor(weight, dtype=torch.float64, device=code_0.device)
    if share.ndim not in (0, 1) or (share.ndim == 1 and len(share) != len(code_0)):
        raise ValueError(f"weight must be a number or ({len(code_0)},), one for each image, got {tuple(share.shape)}")
    if not bool(((share >= 0) & (share <= 1)).all()):
        raise ValueError(f"weight must lie within 0..1, got {weight}")
    return share


def _check_pair(code_0: Any, code_1: Any) -> None:
    for name, code in (("code_0", code_0), ("code_1", code_1)):
        if not isinstance(code, Tensor) or not code.is_floating_point():
            raise TypeError(f"{name} must be a floating tensor, got {getattr(code, 'dtype', type(code).__name__)}")
        if code.ndim < 2 or not bool(torch.isfinite(code).all()):
            raise ValueError(f"{name} must be finite, of shape (B, ...), got {tuple(code.shape)}")
    if code_0.shape != code_1.shape:
        raise ValueError(f"the codes must have one shape, got {tuple(code_0.shape)} and {tuple(code_1.shape)}")
