"""How pictures of a walk travel: grey levels of named kinds, for some images at step j. Other numbers are floats."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab.lab.live.views import Part


def frame(j: int, first: int, kinds: dict[str, NDArray[np.uint8]], **told: Any) -> Part:
    """The pictures of the images from `first` on at step `j` of a film, by kind, each uint8 (n, 28, 28).

    The head says how many there are of each kind ("x_t", "x0", ...), in the order of the bytes; `told` joins it.
    """
    counts = {kind: len(grey) for kind, grey in kinds.items()}
    head = {"kind": "frame", "j": j, "first": first, "kinds": counts, **told}
    return head, b"".join(np.ascontiguousarray(grey, np.uint8).tobytes() for grey in kinds.values())


def floats(*arrays: Any) -> bytes:
    """The arrays one after the other as little-endian float32, each in its own order of rows."""
    return b"".join(np.ascontiguousarray(array, dtype="<f4").tobytes() for array in arrays)
