"""Steps visited: sub-sequences tau of 1..T (DDIM, Section 4.2), built in integers.

Every rule gives exactly S strictly increasing steps for every S in 1..T. Halves go up (diffusers rounds them to even).
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks


def trailing(T: int, S: int) -> NDArray[np.int64]:
    """Equal strides that end at T: tau_i = round(i T / S), int64 (S,)."""
    T, S = _sizes(T, S)
    return _ascending((2 * i * T + S) // (2 * S) for i in range(1, S + 1))


def leading(T: int, S: int) -> NDArray[np.int64]:
    """Whole strides that start at 1: tau_i = 1 + (i - 1) floor(T / S), int64 (S,). tau_S lies below T for S > 1."""
    T, S = _sizes(T, S)
    return _ascending(1 + (i - 1) * (T // S) for i in range(1, S + 1))


def linspace(T: int, S: int) -> NDArray[np.int64]:
    """Equal strides from 1 to T: tau_i = 1 + round((i - 1)(T - 1) / (S - 1)), int64 (S,); [T] for S = 1."""
    T, S = _sizes(T, S)
    if S == 1:
        return _ascending([T])
    return _ascending(1 + (2 * (i - 1) * (T - 1) + S - 1) // (2 * (S - 1)) for i in range(1, S + 1))


def quadratic(T: int, S: int) -> NDArray[np.int64]:
    """Dense near the data: tau_i = max(tau_{i-1} + 1, ceil(T i^2 / S^2)), int64 (S,) (after DDIM, Appendix D.2)."""
    T, S = _sizes(T, S)
    steps = [0]
    for i in range(1, S + 1):
        steps.append(max(steps[-1] + 1, -(-T * i * i // (S * S))))
    return _ascending(steps[1:])


RULES = {rule.__name__: rule for rule in (trailing, leading, linspace, quadratic)}
KINDS = tuple(RULES)


def named(kind: str, T: int, S: int) -> NDArray[np.int64]:
    """The rule called `kind` (one of `KINDS`), int64 (S,)."""
    return RULES[checks.choice("spacing", kind, KINDS)](T, S)


def custom(steps: Sequence[int] | NDArray[np.integer], T: int) -> NDArray[np.int64]:
    """`steps` as int64 (S,), checked: integers within 1..T, strictly increasing, at least one.

    Raises TypeError if they are no integers, ValueError naming the first step that breaks the rule.
    """
    T = checks.count("T", T)
    plain = checks.read("tau", steps)
    try:
        tau = np.asarray(plain)
    except ValueError as error:
        raise TypeError(f"tau must be one sequence of steps, got {checks.told(steps)}") from error
    if tau.ndim == 0:
        raise TypeError(f"tau must be a sequence of steps, got {checks.told(steps)}")
    if tau.ndim != 1 or tau.size == 0:
        raise ValueError(f"tau must be a sequence of at least one step, got shape {tau.shape}")
    if tau.dtype.kind not in "iu":
        strange = next((step for step in tau.tolist() if not isinstance(step, int) or isinstance(step, bool)), None)
        if strange is None:  # integers, but beyond int64
            raise ValueError(f"the steps of tau must lie within 1..{T}, got {max(tau.tolist(), key=abs)}")
        raise TypeError(f"the steps of tau must be integers, got {strange!r} ({type(strange).__name__})")
    outside = (tau < 1) | (tau > T)
    if outside.any():
        raise ValueError(f"the steps of tau must lie within 1..{T}, got {tau[np.argmax(outside)]}")
    falls = np.diff(tau.astype(np.int64)) <= 0
    if falls.any():
        i = int(np.argmax(falls))
        raise ValueError(f"tau must increase strictly, but {tau[i]} is followed by {tau[i + 1]}")
    return tau.astype(np.int64)


def transitions(tau: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The pairs (t, t_prev) a sampler walks, from tau[-1] down to 0: the pairs of (0, *tau), backwards."""
    visited = [0, *tau.tolist()]
    return list(zip(visited[:0:-1], visited[-2::-1], strict=True))


def _sizes(T: int, S: int) -> tuple[int, int]:
    T = checks.count("T", T)
    S = checks.count("S", S)
    if S > T:
        raise ValueError(f"S must be at most T: {S} different steps do not exist within 1..{T}")
    return T, S


def _ascending(steps: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(steps, dtype=np.int64)
