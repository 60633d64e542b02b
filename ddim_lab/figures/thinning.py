"""Which of many columns are shown where only so many fit. NumPy only."""

import numpy as np
from numpy.typing import NDArray


def thinned(n: int, most: int) -> NDArray[np.int64]:
    """Indices of 0 .. n - 1, evenly thinned to at most `most`, both ends among them."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))
