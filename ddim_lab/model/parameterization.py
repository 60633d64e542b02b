"""One noisy picture, told in three ways: by its clean picture x_0, by its noise eps, by v. Any one gives the others.

    x_t = sqrt(a) x_0 + sqrt(1 - a) eps          (DDPM, Eq. 4; DDIM, Eq. 4), a = alpha_bar_t in (0, 1)
    v   = sqrt(a) eps - sqrt(1 - a) x_0          (Salimans & Ho 2022, arXiv:2202.00512, Section 4)

sqrt(a) and sqrt(1 - a) are cosine and sine of one angle, so (x_t, v) is (x_0, eps) turned by it. Values are numbers,
NumPy arrays or torch tensors; the level is one float (batches of levels: `turned`, `pair`). Raises ValueError for a
level outside (0, 1).
"""

from dataclasses import dataclass
from typing import Any

from ddim_lab import checks

KINDS = ("x0", "eps", "v")


@dataclass(frozen=True, eq=False)
class Forms:
    """x_t and what a network may be asked for, all of one shape."""

    x_t: Any
    x0: Any
    eps: Any
    v: Any


def turned(x_0: Any, eps: Any, root_a: Any, root_1_a: Any) -> tuple[Any, Any]:
    """(x_t, v): (x_0, eps) turned. With -root_1_a it turns back: (x_t, v) to (x_0, eps).

    The roots of a and 1 - a are numbers, or arrays that broadcast against the values; their dtype is the caller's.
    """
    return root_a * x_0 + root_1_a * eps, root_a * eps - root_1_a * x_0


def noised(x_0: Any, eps: Any, alpha_bar_t: float) -> Any:
    """x_t, of the shape of `x_0`: the picture with the noise `eps` at the level `alpha_bar_t`."""
    return turned(x_0, eps, *_roots(alpha_bar_t))[0]


def forms(x_t: Any, kind: str, value: Any, alpha_bar_t: float) -> Forms:
    """All three forms of x_t, of which `value` is the one called `kind` ("x0", "eps" or "v")."""
    root_a, root_1_a = _roots(alpha_bar_t)
    x0, eps = pair(x_t, kind, value, root_a, root_1_a)
    return Forms(x_t, x0, eps, turned(x0, eps, root_a, root_1_a)[1])


def pair(x_t: Any, kind: str, value: Any, root_a: Any, root_1_a: Any) -> tuple[Any, Any]:
    """(x_0, eps) of x_t, of which `value` is the form called `kind`; the roots are those of `turned`."""
    checks.choice("kind", kind, KINDS)
    if kind == "v":
        return turned(x_t, value, root_a, -root_1_a)
    if kind == "eps":
        return (x_t - root_1_a * value) / root_a, value
    return value, (x_t - root_a * value) / root_1_a


def x0_error(kind: str, alpha_bar_t: float) -> float:
    """What an error of size 1 in the form `kind` becomes in x0 at this level."""
    return abs(float(forms(0.0, kind, 1.0, alpha_bar_t).x0))


def _roots(alpha_bar_t: float) -> tuple[float, float]:
    a = checks.real("alpha_bar_t", alpha_bar_t)
    if not 0 < a < 1:
        raise ValueError(f"alpha_bar_t must lie in (0, 1), got {a}")
    return a**0.5, (1 - a) ** 0.5
