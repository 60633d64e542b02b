"""Torch tensors as they come in: what a state may be, and in which dtype it is computed."""

import math
from typing import Any

import torch
from torch import Tensor
from torch._C._functorch import TransformType, get_interpreter_stack, peek_interpreter_stack

from ddim_lab import checks
from ddim_lab.schedule import NoiseSchedule

HALVES = (torch.float16, torch.bfloat16)  # computed in float32: they would round the coefficients, too
FLOATS = (torch.float32, torch.float64, *HALVES)


def check_state(name: str, x: Any) -> None:
    """Raises TypeError unless `x` is a floating tensor with its values in memory, ValueError unless it holds images."""
    check_floating(name, x)
    if x.ndim == 0 or x.numel() == 0:
        raise ValueError(f"{name} must hold at least one image along its first axis, got shape {tuple(x.shape)}")


def check_like(name: str, value: Any, x_t: Tensor, of: str = "x_t") -> None:
    """Raises TypeError or ValueError unless `value` is such a tensor, too, of the shape of x_t, which `of` names."""
    check_floating(name, value)
    if value.shape != x_t.shape:
        raise ValueError(f"{name} must have the shape of {of}, {tuple(x_t.shape)}, got {tuple(value.shape)}")


def check_floating(name: str, x: Any) -> None:
    """Raises TypeError unless `x` is a tensor of a dtype that is computed with, its values in memory."""
    if not isinstance(x, Tensor):
        raise TypeError(f"{name} must be a torch tensor, got {checks.told(x)}")
    if x.dtype not in FLOATS:
        raise TypeError(f"{name} must be of a floating dtype (float32, float64, float16 or bfloat16), got {x.dtype}")
    if x.layout != torch.strided or x.is_meta:
        raise TypeError(f"{name} must be a tensor with its values in memory, got {x.layout} on {x.device}")


def check_finite(name: str, value: Tensor) -> None:
    """Raises ValueError, with how many they are, if `value` holds NaN or infinite values; under vmap none is read."""
    if sums(value) or torch.isfinite(value).all():
        return
    raise ValueError(f"{name} must be finite, it holds {int((~torch.isfinite(value)).sum())} NaN or infinite values")


def sums(value: Tensor) -> bool:
    """Whether the sum is finite: one cheap pass; only where it is not need the elements be looked at."""
    if peek_interpreter_stack() is not None and _batched():
        return True
    return math.isfinite((value.detach() if value.requires_grad else value).sum())


def _batched() -> bool:
    return any(transform.key() == TransformType.Vmap for transform in get_interpreter_stack() or ())


def check_walk(denoiser: Any, x: Any, schedule: Any, name: str = "x_T") -> None:
    """Raises TypeError or ValueError unless these can be walked: a callable, a state `x`, a schedule.

    A walk records no gradient: a start that requires grad will do, but none that a tangent or torch.func follows.
    """
    checks.function("denoiser", denoiser, "(x_t, alpha_bar_t) -> eps")
    checks.instance("schedule", schedule, NoiseSchedule)
    check_state(name, x)
    if peek_interpreter_stack() is not None or torch.autograd.forward_ad.unpack_dual(x).tangent is not None:
        raise TypeError(
            f"{name} must not be under torch.func or carry a tangent, since a walk records no gradient: "
            "call the denoiser and dl.step, which are differentiable, in a loop"
        )
    check_finite(name, x)


def wide(x: Tensor) -> Tensor:
    """`x` in the dtype it is computed in: float32 for half precision, else its own."""
    return x.float() if x.dtype in HALVES else x
