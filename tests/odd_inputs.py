"""The odd inputs that every public function meets, and what counts as right or as refused in a sentence."""

import dataclasses
import linecache
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import Tensor

import ddim_lab
import ddim_lab as dl
from ddim_lab.exact import World

HOME = str(Path(ddim_lab.__file__).parent)
ROUNDING = {torch.bfloat16: 5e-2, torch.float16: 8e-3, torch.float32: 2e-4}  # of a few steps, in that dtype


def spoiled(t: Tensor, value: float) -> Tensor:
    t = t.clone()
    t.reshape(-1)[0] = value
    return t


VERSIONS: dict[str, Callable[[Tensor], Any]] = {  # of a float64 tensor, of any number of dimensions
    "float32": Tensor.float,
    "float16": Tensor.half,
    "bfloat16": Tensor.bfloat16,
    "float8": lambda t: t.to(torch.float8_e4m3fn),
    "int64": Tensor.long,
    "uint8": lambda t: t.clamp(0).byte(),
    "bool": Tensor.bool,
    "complex64": lambda t: t.to(torch.complex64),
    "NumPy float64": lambda t: t.numpy().copy(),
    "NumPy float32": lambda t: t.float().numpy(),
    "NumPy int64": lambda t: t.long().numpy(),
    "NumPy scalar": lambda t: np.float64(t.reshape(-1)[0]),
    "list": Tensor.tolist,
    "list of texts": lambda t: [str(v) for v in t.reshape(-1).tolist()],
    "ragged list": lambda t: [[0.5], [0.5, 0.6]],
    "requires grad": lambda t: t.clone().requires_grad_(),
    "bfloat16 and grad": lambda t: t.bfloat16().requires_grad_(),
    "no contiguous memory": lambda t: torch.stack([t, t], -1)[..., 0],
    "one NaN": lambda t: spoiled(t, torch.nan),
    "one infinite": lambda t: spoiled(t, torch.inf),
    "empty": lambda t: t.reshape(-1)[:0],
    "no image": lambda t: t[:0] if t.ndim else t.reshape(1)[:0],
    "no dimension": lambda t: t.reshape(-1)[0],
    "another shape": lambda t: torch.cat([t, t], -1) if t.ndim else t.repeat(7),
    "three channels": lambda t: torch.cat([t, t, t], 1 if t.ndim > 1 else 0) if t.ndim else t.repeat(3),
    "sparse": Tensor.to_sparse,
    "on meta": lambda t: t.to("meta"),
}
STRANGERS: dict[str, Any] = {
    "None": None,
    "a text": "abc",
    "True": True,
    "-1": -1,
    "0.5": 0.5,
    "1j": 1j,
    "NaN": float("nan"),
    "infinite": float("inf"),
    "2**70": 2**70,
    "[]": [],
    "{}": {},
    "an object": object(),
    "a function": lambda: None,
    "a tensor": torch.full((2, 1, 4, 4), 0.5),
    "an array": np.full(3, 0.5),
}


def odd(good: Any) -> Iterator[tuple[str, Any]]:
    """What may come in the place of `good`: its own numbers in other clothes, and strangers."""
    try:
        t = torch.as_tensor(good, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        t = None
    for name, change in VERSIONS.items() if t is not None else ():
        yield name, change(t)
    yield from STRANGERS.items()


def plain(value: Any) -> Any:
    """The same numbers as float64, of the kind that came; anything else as it is."""
    if isinstance(value, Tensor):
        return value.detach().double() if value.is_floating_point() and not value.is_meta else value
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float64)
    return value


def numbers_of(result: Any) -> list[np.ndarray]:
    """All numbers of a result, iterators run to their end."""
    if isinstance(result, Tensor):
        return [result.detach().double().numpy()]
    if isinstance(result, Figure):
        return [np.asarray(image.get_array(), float) for axes in result.axes for image in axes.images]
    if isinstance(result, World):
        return [result.sample(3)]
    if isinstance(result, dl.NoiseSchedule):
        return [result.alpha_bar]
    if dataclasses.is_dataclass(result):
        names = [field.name for field in dataclasses.fields(result)]
        return [part for name in names for part in numbers_of(getattr(result, name))]
    if isinstance(result, Mapping):
        return numbers_of(list(result.values()))
    if isinstance(result, list | tuple | Iterator):
        return [part for one in result for part in numbers_of(one)]
    return [np.asarray(result, float)] if isinstance(result, int | float | np.ndarray | np.number) else []


def is_sentence(error: Exception, parameter: str) -> str:
    """What is wrong with a refusal; "" if nothing."""
    if not isinstance(error, TypeError | ValueError | FileNotFoundError):
        return f"{type(error).__name__}: {error}"
    where = traceback.extract_tb(error.__traceback__)[-1]
    if not where.filename.startswith(HOME) or not linecache.getline(
        where.filename, where.lineno or 0
    ).strip().startswith("raise"):
        return f"raw, of {Path(where.filename).name}:{where.lineno}: {error}"
    if parameter not in str(error) and not isinstance(error, FileNotFoundError):  # which names the file
        return f"does not name {parameter}: {error}"
    return "" if len(str(error)) < 400 else f"too long: {str(error)[:80]}…"


def is_right(found: list[np.ndarray], wanted: list[np.ndarray], value: Any) -> bool:
    dtype = value.dtype if isinstance(value, Tensor) else torch.float64
    if isinstance(value, np.ndarray) and value.dtype == np.float32:
        dtype = torch.float32
    close = ROUNDING.get(dtype, 1e-9)
    return len(found) == len(wanted) and all(
        one.shape == other.shape and np.allclose(one, other, rtol=close, atol=close, equal_nan=True)
        for one, other in zip(found, wanted, strict=True)
    )
