"""What views share: the numbers they send, packed."""

from typing import Any

import numpy as np


def floats(*arrays: Any) -> bytes:
    """The arrays one after the other as little-endian float32, each in its own order of rows."""
    return b"".join(np.ascontiguousarray(array, dtype="<f4").tobytes() for array in arrays)
