"""Checks that every room shares: each names the value it refuses and what would be right."""

import math
import numbers
from typing import Any, SupportsInt, cast


def integer(name: str, value: Any, minimum: int, maximum: int | None = None) -> int:
    """`value` as an int within minimum..maximum.

    Raises TypeError for anything that is not an integer (True and 3.0 are not), ValueError outside the range.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {value!r} ({type(value).__name__})")
    number = int(cast(SupportsInt, value))
    if number < minimum or (maximum is not None and number > maximum):
        wanted = f"at least {minimum}" if maximum is None else f"within {minimum}..{maximum}"
        raise ValueError(f"{name} must be {wanted}, got {number}")
    return number


def real(name: str, value: Any) -> float:
    """`value` as a finite float. Raises TypeError if it is no real number, ValueError for NaN and infinities."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a real number, got {value!r} ({type(value).__name__})")
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError(f"{name} must be finite, but is too large for a float") from error
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    return number


def choice(name: str, value: Any, options: tuple[str, ...]) -> str:
    """`value` if it is one of `options`. Raises TypeError if it is no text, ValueError if it is another one."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {', '.join(options)}, got {value!r} ({type(value).__name__})")
    if value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}, got {value!r}")
    return value


def flag(name: str, value: Any) -> bool:
    """`value` if it is True or False. Raises TypeError otherwise."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r} ({type(value).__name__})")
    return value
