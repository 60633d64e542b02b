"""What views share: the values they are asked with, checked, and the numbers they send, packed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.lab.settings import Settings


def exactly(values: dict[str, Any], *names: str) -> None:
    """Raises ValueError unless `values` holds just these names."""
    if set(values) != set(names):
        raise ValueError(f"the view needs {', '.join(names)}; got {', '.join(sorted(map(str, values))) or 'nothing'}")


def settings_of(values: dict[str, Any], *names: str) -> Settings:
    """The checked settings; beside them `values` must hold `names` and nothing else."""
    exactly(values, "settings", *names)
    return Settings.fit(values["settings"])


def floats(*arrays: Any) -> bytes:
    """The arrays one after the other as little-endian float32, each in its own order of rows."""
    return b"".join(np.ascontiguousarray(array, dtype="<f4").tobytes() for array in arrays)


def thinned(n: int, most: int) -> NDArray[np.int64]:
    """Indices of 0 .. n - 1, evenly thinned to at most `most`, both ends among them."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))
