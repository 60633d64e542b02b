"""NumPy arrays and torch tensors by one set of formulas, in the caller's kind, dtype and device.

Items are laid out as columns (D, N): the long axis last, which is where both libraries are quick.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ddim_lab import checks

BLOCK = 2**15  # numbers handled at once: what fits a core's own cache; more items are taken block by block


@dataclass(frozen=True, eq=False)
class Columns:
    """`x` as columns (D, N) of the working dtype, with the level of each, and the way back to the caller's array."""

    xp: Any  # numpy or torch
    x: Any  # (D, N): float64, or float32 on a device that has no float64
    level: Any  # alpha_bar_t: a float, or (1, N)
    lead: tuple[int, ...]  # the shape that was flattened to N
    dtype: Any  # of what came in

    @classmethod
    def of(cls, name: str, x: Any, alpha_bar_t: Any, item: tuple[int, ...]) -> "Columns":
        """Reads `x` of shape (..., *item); alpha_bar_t is a float or (B,), one level for each entry of x's first axis.

        Raises TypeError or ValueError, naming `name`, for what holds no real numbers or has a shape that does not end
        in `item`, and for a level outside (0, 1].
        """
        x = real_values(name, x)
        xp = _namespace(x)
        if tuple(x.shape[x.ndim - len(item) :]) != item or x.ndim < len(item):
            raise ValueError(f"{name} must have a shape that ends in {item}, as this world has, got {tuple(x.shape)}")
        lead = tuple(x.shape[: x.ndim - len(item)])
        dtype = x.dtype if (x.dtype.kind == "f" if xp is np else x.is_floating_point()) else xp.float64
        work = _as(xp, x, xp.float32 if _lacks_float64(x) else xp.float64)
        columns = work.reshape(int(np.prod(lead)), int(np.prod(item))).T
        columns = np.ascontiguousarray(columns) if xp is np else columns.contiguous()
        return cls(xp, columns, _level(name, alpha_bar_t, xp, columns, lead), lead, dtype)

    @property
    def reaches_data(self) -> bool:
        """Whether some item is at alpha_bar_t = 1: no noise."""
        return bool(self.level == 1 if isinstance(self.level, float) else (self.level == 1).any())

    def constant(self, values: np.ndarray) -> Any:
        """`values` of a world, beside the columns: their kind, dtype and device."""
        if self.xp is np:
            return values
        return self.xp.as_tensor(values, dtype=self.x.dtype, device=self.x.device)

    def map(self, f: Callable[[Any, Any], Any], cost: int, item: tuple[int, ...]) -> Any:
        """f(x, level) of all items, (D, N) or (1, N), as (*lead, *item) in the caller's dtype.

        An item needs `cost` numbers at once.
        """
        size, n = max(1, (BLOCK if _on_cpu(self.x) else 2**24) // max(cost, 1)), self.x.shape[1]
        parts = [slice(i, i + size) for i in range(0, max(n, 1), size)]
        fixed = isinstance(self.level, float)
        with np.errstate(invalid="ignore"):  # what is infinite or NaN stays so
            done = [f(self.x[:, part], self.level if fixed else self.level[:, part]) for part in parts]
        whole = done[0] if len(done) == 1 else self.xp.concatenate(done, 1)
        return _as(self.xp, whole.T.reshape((*self.lead, *item)), self.dtype)


def real_values(name: str, x: Any) -> Any:
    """`x` as it is: a torch tensor of real numbers, or an array or list of them, as an array."""
    torch = checks.torch_of(x)
    if torch is None:
        return checks.array_of(name, x)
    if x.is_complex() or x.dtype == torch.bool or (x.itemsize == 1 and x.is_floating_point()):
        raise TypeError(f"{name} must hold real numbers of at least 16 bits, got {x.dtype}")
    if x.is_meta or x.layout != torch.strided:
        raise TypeError(f"{name} must be a tensor with its values in memory, got {x.layout} on {x.device}")
    return x


def finite_values(name: str, x: Any) -> Any:
    """The same where a walk starts: ValueError for NaN and infinite values, which would go through it."""
    x = real_values(name, x)
    finite = _namespace(x).isfinite(x)
    if not finite.all():
        raise ValueError(f"{name} must be finite, it holds {int((~finite).sum())} NaN or infinite values")
    return x


def _namespace(x: Any) -> Any:
    return checks.torch_of(x) or np


def _as(xp: Any, x: Any, dtype: Any) -> Any:
    return x.astype(dtype, copy=False) if xp is np else x.to(dtype)


def _lacks_float64(x: Any) -> bool:
    return _namespace(x) is not np and x.device.type == "mps"


def _on_cpu(x: Any) -> bool:
    return _namespace(x) is np or x.device.type == "cpu"


def _level(name: str, alpha_bar_t: Any, xp: Any, columns: Any, lead: tuple[int, ...]) -> Any:
    """A float, or a row (1, N) over the columns. Raises ValueError outside (0, 1] and for another batch size."""
    if xp is np or checks.torch_of(alpha_bar_t) is None or not checks.derived(alpha_bar_t):
        level: Any = checks.numbers("alpha_bar_t", alpha_bar_t)
        if level.ndim == 0:
            return checks.level("alpha_bar_t", level)
        level = level if xp is np else xp.as_tensor(level)
    else:  # differentiable in the level, too
        level = alpha_bar_t
    known = level if xp is np else level.detach()
    if tuple(level.shape) not in ((), lead[:1]):
        wanted = f"a number or of shape {lead[:1]}, as {name} begins"
        raise ValueError(f"alpha_bar_t must be {wanted}, got {tuple(level.shape)}")
    outside = (known <= 0) | (known > 1)
    if outside.any():
        raise ValueError(f"alpha_bar_t must lie in (0, 1], got {float(known[outside][0])}")
    level = level if xp is np else level.to(columns.dtype).to(columns.device)
    return xp.broadcast_to(level.reshape(-1, *[1] * (len(lead) - 1)), lead).reshape(1, -1)
