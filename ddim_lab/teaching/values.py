"""Numbers that a learner's function gave: read as float64, compared, and described in words where they are none."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.teaching.calling import NOT_WRITTEN, TroubleError

TOLERANCE = 1e-9


def floats(value: Any, what: str = "it", finite: bool = True) -> NDArray[np.float64]:
    """`value` (a number, a sequence, an array or a tensor) as float64. Raises TroubleError if it is none of these.

    `what` is how the sentence calls it; `finite`: infinities are refused (NaN always is).
    """
    if value is ...:
        raise TroubleError(NOT_WRITTEN, gap=True)
    if isinstance(value, str | bytes):
        raise TroubleError(f"{what} is a text, where numbers belong")
    try:
        array = np.asarray(value)
        if array.dtype.kind == "c":
            raise TroubleError(f"{what} is complex: the root of something negative was taken")
        array = array.astype(np.float64)
    except TroubleError:
        raise
    except Exception:  # whatever a stranger's value does when it is to be an array
        raise TroubleError(f"{what} is {article(value)}, where numbers belong") from None
    if np.isnan(array).any():
        raise TroubleError(f"{what} is not finite (NaN): a root of something negative, or 0 divided by 0")
    if finite and np.isinf(array).any():
        raise TroubleError(f"{what} is not finite: a division by 0")
    return array


def shaped(value: Any, shape: tuple[int, ...], what: str = "it", finite: bool = True) -> NDArray[np.float64]:
    """The same, of this shape; () is a number. Raises TroubleError for another one."""
    array = floats(value, what, finite)
    if array.shape != shape:
        wanted = f"the shape {shape}" if shape else "one number"
        given = f"the shape {array.shape}" if array.shape else "one number"
        raise TroubleError(f"{what} has {given}, where {wanted} belongs".replace("has one number", "is one number"))
    return array


def same(value: Any, right: Any) -> bool:
    """Whether both are the same numbers in the same shape."""
    try:
        one, other = floats(value, finite=False), floats(right, finite=False)
    except TroubleError:
        return value is right
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE))


def off(value: Any, right: Any, what: str = "it") -> str:
    """How `value` differs from `right`, in words; empty where it does not."""
    try:
        one = shaped(value, np.shape(right), what, finite=bool(np.isfinite(right).all()))
    except TroubleError as trouble:
        return str(trouble)
    if same(one, right):
        return ""
    if one.ndim == 0:
        return f"{what} is {float(one):.4f}, where {float(right):.4f} belongs"
    return f"{what} is off by {float(np.abs(one - np.asarray(right)).max()):.3g} in the worst place"


def article(value: Any) -> str:
    """The kind of `value` with its article."""
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
