"""Anderson-accelerated fixed points, one per image (Walker & Ni 2011, SIAM J. Numer. Anal. 49, Eq. 2.2)."""

import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from ddim_lab.tensors import HALVES

DEPTH = 5  # differences kept, and rounds without progress before a row starts again: little memory, smooth maps
FLOOR = 64  # a residual of so many roundings is as good as none


def finest_residual(dtype: torch.dtype) -> float:
    """What a map computed in `dtype` can be solved to; in half precision a rounding is coarse already."""
    return torch.finfo(dtype).eps * (1 if dtype in HALVES else FLOOR)


def solve(
    f: Callable[[Tensor], Tensor], start: Tensor, tol: float, max_rounds: int, where: str
) -> tuple[Tensor, int, float]:
    """x with f(x) = x for each row of `start` (B, ...), to a root-mean-square residual below `tol`.

    Returns x, how often f was called, and the largest residual of a row.

    Plain iteration does not do: the map of an encoding step contracts by as little as .997 a round, and between two
    modes of the data its slope falls far below -1. A row without progress starts again from its best point, more
    cautiously. A `tol` finer than `finest_residual` is never met. Warns, naming `where` and the residual,
    if `max_rounds` do not suffice; x is then the best point met.
    """
    x = start.reshape(len(start), -1)  # (B, D)
    best, best_residual, best_norm = x, torch.zeros_like(x), torch.full_like(x[:, :1], torch.inf)
    stale, caution = torch.zeros_like(best_norm), torch.ones_like(best_norm)  # (B, 1)
    moves: list[tuple[Tensor, Tensor]] = []  # the last differences of points and of residuals
    before: tuple[Tensor, Tensor] | None = None
    for round in range(1, max_rounds + 1):
        residual = f(x.reshape(start.shape)).reshape(x.shape) - x
        norm = residual.square().mean(dim=1, keepdim=True).sqrt()
        better = norm < best_norm
        best, best_residual = torch.where(better, x, best), torch.where(better, residual, best_residual)
        best_norm = torch.where(better, norm, best_norm)
        if bool((best_norm < tol).all()):
            return best.reshape(start.shape), round, float(best_norm.max())
        if before is not None:
            moves = [*moves, (x - before[0], residual - before[1])][-DEPTH:]
        stale = torch.where(better, 0, stale + 1)
        again = (stale >= DEPTH) | (best_norm < tol)
        stale, caution = torch.where(again, 0, stale), torch.where(again, caution / 2, caution)
        before = torch.where(again, best, x), torch.where(again, best_residual, residual)
        moves = [(torch.where(again, 0, dx), torch.where(again, 0, dr)) for dx, dr in moves]
        x = _next(*before, moves, caution)
    warnings.warn(
        f"encode at {where}: {max_rounds} rounds leave a residual of {float(best_norm.max()):.2e}", stacklevel=2
    )
    return best.reshape(start.shape), max_rounds, float(best_norm.max())


def _next(x: Tensor, residual: Tensor, moves: list[tuple[Tensor, Tensor]], caution: Tensor) -> Tensor:
    """The point whose linearised residual is least, over the span of the last moves; row by row."""
    if not moves:
        return x + 0.5 * caution * residual
    dx = torch.stack([dx for dx, _ in moves], dim=-1)  # (B, D, depth)
    dr = torch.stack([dr for _, dr in moves], dim=-1)
    gram, target = dr.mT @ dr, dr.mT @ residual[:, :, None]  # (B, depth, depth), (B, depth, 1)
    # The pseudo-inverse leaves out moves that add nothing new, or nothing but rounding.
    inverse = torch.linalg.pinv(gram.double().cpu(), rtol=100 * torch.finfo(x.dtype).eps, hermitian=True)
    weights = (inverse @ target.double().cpu()).to(x.dtype).to(x.device)
    return x + caution * residual - ((dx + caution[:, :, None] * dr) @ weights)[:, :, 0]
