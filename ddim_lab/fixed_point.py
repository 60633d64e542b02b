"""Anderson-accelerated fixed points, one per image (Walker & Ni 2011, SIAM J. Numer. Anal. 49, Eq. 2.2)."""

import warnings
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

DEPTH = 5  # differences kept: enough for smooth maps, and little memory


def solve(f: Callable[[Tensor], Tensor], start: Tensor, tol: float, max_rounds: int, where: str) -> Tensor:
    """x with f(x) = x for each row of `start` (B, ...), to a root-mean-square residual below `tol`.

    Plain iteration does not do: the map of an encoding step contracts by as little as .997 a round, and between two
    modes of the data its slope passes -1. Warns, naming `where` and the residual, if `max_rounds` do not suffice;
    returns the best point met.
    """
    shape, scale = start.shape, start[0].numel() ** 0.5
    x = start.flatten(1)
    points: list[Tensor] = []
    residuals: list[Tensor] = []
    best, best_norm = x, torch.full((len(x),), torch.inf, dtype=x.dtype, device=x.device)
    for _ in range(max_rounds):
        residual = f(x.reshape(shape)).flatten(1) - x  # (B, D)
        norm = residual.norm(dim=1) / scale
        better = norm < best_norm
        best = torch.where(better[:, None], x, best)
        best_norm = torch.where(better, norm, best_norm)
        if bool((best_norm < tol).all()):
            return best.reshape(shape)
        points, residuals = [*points, x][-DEPTH - 1 :], [*residuals, residual][-DEPTH - 1 :]
        x = _next(points, residuals)
    warnings.warn(
        f"encode at {where}: {max_rounds} rounds leave a residual of {float(best_norm.max()):.2e}", stacklevel=2
    )
    return best.reshape(shape)


def _next(points: list[Tensor], residuals: list[Tensor]) -> Tensor:
    """The point whose linearised residual is least, over the span of the last differences; row by row."""
    x, residual = points[-1], residuals[-1]
    if len(points) == 1:
        return x + 0.5 * residual  # a damped first round
    dx = torch.stack([new - old for old, new in pairwise(points)], dim=-1)  # (B, D, depth)
    dr = torch.stack([new - old for old, new in pairwise(residuals)], dim=-1)
    gram = dr.mT @ dr  # (B, depth, depth)
    ridge = 1e-10 * gram.diagonal(dim1=1, dim2=2).mean(1) + torch.finfo(x.dtype).tiny
    gram = gram + ridge[:, None, None] * torch.eye(gram.shape[-1], dtype=x.dtype, device=x.device)
    weights = torch.linalg.solve(gram, dr.mT @ residual[:, :, None])  # (B, depth, 1)
    return x + residual - ((dx + dr) @ weights)[:, :, 0]
