"""What views share: the values they are asked with, checked, and the numbers they send, packed."""

from typing import Any

import numpy as np

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
