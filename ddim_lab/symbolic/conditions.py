"""The two marginal conditions as plain functions of floats, for a page that must answer within a millisecond.

They are compiled once from `undetermined`, so a formula stands there and nowhere else.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ddim_lab.symbolic.derivation import gap, left, right
from ddim_lab.symbolic.numeric import compiled
from ddim_lab.symbolic.symbols import a, b, k, m, sigma
from ddim_lab.symbolic.undetermined import MEAN_CONDITION, ROOT, VARIANCE_CONDITION, ellipse

ROUNDING = 1e-12  # a radicand this far below 0 counts as 0


@dataclass(frozen=True)
class Conditions:
    """Both conditions of the transition from level `a` to level `b` (alpha_bar_t, alpha_bar_prev; 0 < a < b <= 1)."""

    a: float
    b: float

    def moments(self, k: float, m: float, sigma: float) -> tuple[float, float]:
        """Mean (as a multiple of x_0) and variance of x_prev = k x_0 + m x_t + sigma z, given x_0."""
        mean, variance = _compiled()["moments"](self.a, self.b, k, m, sigma)
        return float(mean), float(variance)

    def wanted(self) -> tuple[float, float]:
        """What the marginal demands of them."""
        mean, variance = _compiled()["wanted"](self.a, self.b)
        return float(mean), float(variance)

    def gaps(self, k: float, m: float, sigma: float) -> tuple[float, float]:
        """k + m sqrt(a) - sqrt(b) and m^2 (1 - a) + sigma^2 - (1 - b)."""
        mean, variance = _compiled()["gaps"](self.a, self.b, k, m, sigma)
        return float(mean), float(variance)

    def k_of(self, m: float) -> float:
        """The k that closes the mean condition."""
        return float(_compiled()["k"](self.a, self.b, m))

    def m_of(self, sigma: float) -> tuple[float, ...]:
        """Every m that closes the variance condition: two, one (0, at the bound) or none."""
        squared = _rounded(float(_compiled()["m_squared"](self.a, self.b, sigma)))
        if squared < 0:
            return ()
        return (math.sqrt(squared), -math.sqrt(squared)) if squared > 0 else (0.0,)

    def sigma_of(self, m: float) -> float | None:
        """The sigma that closes the variance condition; None where the kept noise alone is too much."""
        squared = _rounded(float(_compiled()["sigma_squared"](self.a, self.b, m)))
        return math.sqrt(squared) if squared >= 0 else None

    def curve(self, points: int = 181) -> NDArray[np.float64]:
        """All solutions with sigma >= 0, as (points, 2): m and sigma, from DDIM's m over 0 to the negative root."""
        angle = np.linspace(0, np.pi, points)
        m_values, sigma_values = _compiled()["ellipse"](self.a, self.b, angle)
        return np.stack([m_values, sigma_values], axis=1)


def _rounded(radicand: float) -> float:
    return 0.0 if -ROUNDING < radicand < ROUNDING else radicand


@functools.cache
def _compiled() -> Mapping[str, Callable[..., Any]]:
    angle = sp.Symbol("theta", real=True)
    point = ellipse(angle)
    k_solved = right(MEAN_CONDITION) - (left(MEAN_CONDITION) - k)
    sigma_squared = right(VARIANCE_CONDITION) - (left(VARIANCE_CONDITION) - sigma**2)
    lefts, rights, gaps = (tuple(map(side, (MEAN_CONDITION, VARIANCE_CONDITION))) for side in (left, right, gap))
    functions = {
        "moments": compiled(lefts, a, b, k, m, sigma, library="math"),
        "wanted": compiled(rights, a, b, library="math"),
        "gaps": compiled(gaps, a, b, k, m, sigma, library="math"),
        "k": compiled(k_solved, a, b, m, library="math"),
        "m_squared": compiled(ROOT**2, a, b, sigma, library="math"),
        "sigma_squared": compiled(sigma_squared, a, b, m, library="math"),
        "ellipse": compiled((point[m], point[sigma]), a, b, angle),
    }
    return MappingProxyType(functions)
