"""Checks that every room shares: each names the value it refuses and what would be right. NumPy only.

Numbers may come as torch tensors, which are read without importing torch: `ddim_lab.tensors` checks tensors as such.
"""

import math
import numbers as kinds
import operator
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COUNT_MAX = 10**7
TOLD = 80  # letters of a value that an error shows


def told(value: Any) -> str:
    """`value` and its type as an error names them: arrays by dtype and shape, anything else cut short."""
    kind = type(value).__name__
    if getattr(value, "shape", ()) != ():
        return f"{kind} of {value.dtype} {tuple(value.shape)}"
    text = " ".join(repr(value).split())
    return f"{text if len(text) <= TOLD else text[: TOLD - 1] + '…'} ({kind})"


def integer(name: str, value: Any, minimum: int, maximum: int | None = None) -> int:
    """`value` as an int within minimum..maximum.

    Raises TypeError for anything that is not an integer (True and 3.0 are not), ValueError outside the range.
    """
    if isinstance(value, bool) or not isinstance(value, kinds.Integral):
        raise TypeError(f"{name} must be an integer, got {told(value)}")
    number = operator.index(value)
    if number < minimum or (maximum is not None and number > maximum):
        wanted = f"at least {minimum}" if maximum is None else f"within {minimum}..{maximum}"
        raise ValueError(f"{name} must be {wanted}, got {number}")
    return number


def count(name: str, value: Any) -> int:
    """`value` as an `integer` of at least 1 of which there is memory: at most `COUNT_MAX`."""
    number = integer(name, value, 1)
    if number > COUNT_MAX:
        raise ValueError(f"{name} must be at most {COUNT_MAX}, got {number}")
    return number


def real(name: str, value: Any) -> float:
    """`value`, a number or an array or tensor of no dimension, as a finite float.

    Raises TypeError if it is no real number or carries a gradient, ValueError for NaN and infinities.
    """
    if type(value) is float and math.isfinite(value):
        return value
    number = read(name, value)
    if isinstance(number, np.ndarray) and number.ndim == 0:
        number = number.item()
    if isinstance(number, bool) or not isinstance(number, kinds.Real):
        raise TypeError(f"{name} must be a real number, got {told(value)}")
    try:
        number = float(number)
    except OverflowError as error:
        raise ValueError(f"{name} must be finite, but is too large for a float") from error
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    return number


def numbers(name: str, values: Any) -> Floats:
    """`values`, a number or a list, array or tensor of them, as finite float64, a copy.

    Raises TypeError if they are no real numbers or carry a gradient, ValueError for ragged rows, NaN and infinities.
    """
    array = array_of(name, values).astype(np.float64)
    if array.ndim == 0:
        real(name, array)
    elif not (finite := np.isfinite(array)).all():
        n, first = int((~finite).sum()), array[~finite][0]
        raise ValueError(f"{name} must be finite, got {first} ({n} of {array.size} values are NaN or infinite)")
    return array


def array_of(name: str, values: Any, dtypes: str = "fiu", wanted: str = "a real number") -> NDArray[Any]:
    """`values` as an array of one of NumPy's kinds `dtypes`. Raises as `numbers` does, but looks at no value."""
    plain, wanted = read(name, values), f"{wanted} or an array of them"
    try:
        array = np.asarray(plain)
    except ValueError as error:
        raise ValueError(f"{name} must be {wanted} in which all rows are equally long") from error
    except (TypeError, RuntimeError) as error:
        raise TypeError(f"{name} must be {wanted}, got {told(values)}") from error
    if array.dtype.kind not in dtypes and (array.size or array.dtype.kind != "f"):  # [] is an array of no floats
        raise TypeError(f"{name} must be {wanted}, got {told(values)}")
    return array


def per_image(name: str, array: NDArray[Any], n: int) -> None:
    """Raises ValueError unless `array` holds one value, or one for each of `n` images."""
    if array.shape not in ((), (n,)):
        raise ValueError(f"{name} must be one number or of shape ({n},), one for each image, got {array.shape}")


def level(name: str, value: Any) -> float:
    """A noise level alpha_bar, `real` and within (0, 1]; 1 is data. Raises ValueError outside."""
    number = real(name, value)
    if not 0 < number <= 1:
        raise ValueError(f"{name} must lie in (0, 1], got {number}")
    return number


def fraction(name: str, value: Any) -> float:
    """A number, `real`, between 0 and 1. Raises ValueError at these ends and beyond."""
    number = real(name, value)
    if not 0 < number < 1:
        raise ValueError(f"{name} must lie in (0, 1), got {number}")
    return number


def choice(name: str, value: Any, options: tuple[str, ...]) -> str:
    """`value` if it is one of `options`. Raises TypeError if it is no text, ValueError if it is another one."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {', '.join(options)}, got {told(value)}")
    if value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}, got {value!r}")
    return value


def flag(name: str, value: Any) -> bool:
    """`value` if it is True or False. Raises TypeError otherwise."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {told(value)}")
    return value


def instance(name: str, value: Any, kind: type) -> None:
    """Raises TypeError unless `value` is a `kind`."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(f"{name} must be {article} {kind.__name__}, got {told(value)}")


def function(name: str, value: Any, wanted: str) -> None:
    """Raises TypeError unless `value` can be called; `wanted` tells how, as "(x_t, alpha_bar_t) -> eps"."""
    if not callable(value):
        raise TypeError(f"{name} must be a callable {wanted}, got {told(value)}")


def path(name: str, value: Any) -> Path:
    """`value` as a path. Raises TypeError if it is no text and no path."""
    if not isinstance(value, str | Path):
        raise TypeError(f"{name} must be a path, got {told(value)}")
    return Path(value)


def read(name: str, value: Any) -> Any:
    """A torch tensor as the NumPy array of its values; anything else as it is."""
    torch = torch_of(value)
    if torch is None:
        return value
    if derived(value):
        raise TypeError(f"{name} must not be a tensor that requires grad: pass .detach()")
    if value.is_meta or value.layout != torch.strided:
        raise TypeError(f"{name} must be a tensor with its values in memory, got {value.layout} on {value.device}")
    value = value.cpu().resolve_conj().resolve_neg()
    return (value.double() if value.is_floating_point() else value).numpy()  # NumPy has no bfloat16


def torch_of(value: Any) -> Any:
    """The module torch if `value` is one of its tensors, else None. (A tensor exists only where torch was imported.)"""
    torch = sys.modules.get("torch")
    return torch if torch is not None and isinstance(value, torch.Tensor) else None


def derived(tensor: Any) -> bool:
    """Whether somebody asks for a derivative through `tensor`, or for many at once: by grad, a tangent, torch.func."""
    from torch._C._functorch import is_functorch_wrapped_tensor
    from torch.autograd import forward_ad

    dual = forward_ad.unpack_dual(tensor).tangent is not None
    return dual or tensor.requires_grad or is_functorch_wrapped_tensor(tensor)
