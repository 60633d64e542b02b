"""What people write in place of the terms of a step: words, and the value that it gives. NumPy and tensors alike."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ddim_lab.transition import coefficients

LEVELS = ((0.5, 0.7), (0.08, 0.3), (0.9, 0.97), (0.95, 1.0))  # alpha_bar_t, alpha_bar_prev; the last one lands on data
ETAS = (0.0, 1.0, 0.5)
STEP_TERMS = ("x0", "sigma", "direction", "x_prev")


@dataclass(frozen=True)
class Trial:
    """One transition to try: levels, eta, and float64 pictures of one shape."""

    a: float
    b: float
    eta: float
    x_t: Any
    eps: Any
    z: Any

    @property
    def where(self) -> str:
        """The transition in words."""
        return f"a = {self.a:g}, b = {self.b:g}, η = {self.eta:g}"


def right_terms(trial: Trial) -> dict[str, Any]:
    """x0, sigma, direction (the factor of the predicted noise) and x_prev, with the core's k, m and sigma."""
    c = coefficients(trial.a, trial.b, trial.eta)
    x0 = (trial.x_t - (1 - trial.a) ** 0.5 * trial.eps) / trial.a**0.5
    x_prev = c.k * x0 + c.m * trial.x_t + c.sigma * trial.z
    return {"x0": x0, "sigma": float(c.sigma), "direction": float(c.m) * (1 - trial.a) ** 0.5, "x_prev": x_prev}


def slips(term: str, right: dict[str, Any], trial: Trial) -> Iterator[tuple[str, Any]]:
    """What people write for `term`, where `right` are the terms it is made of. The words name it and repair nothing."""
    a, b, eta, x_t, eps = trial.a, trial.b, trial.eta, trial.x_t, trial.eps
    s = right["sigma"]
    if term == "x0":
        yield "the noise is taken out unscaled", (x_t - eps) / a**0.5
        yield "a root is missing where you divide", (x_t - (1 - a) ** 0.5 * eps) / a
        yield "nothing is divided: x_t holds less than all of x_0", x_t - (1 - a) ** 0.5 * eps
        yield "the roots are missing", (x_t - (1 - a) * eps) / a
        yield "the levels are mixed up: which of the two is that of x_t?", (x_t - (1 - b) ** 0.5 * eps) / b**0.5
        yield "the noise is put in once more", (x_t + (1 - a) ** 0.5 * eps) / a**0.5
    elif term == "sigma":
        ddpm = ((1 - b) / (1 - a) * (1 - a / b)) ** 0.5
        yield "this is a variance", s**2
        yield "η multiplies the variance here", eta**0.5 * ddpm
        yield "η is missing: this is the DDPM's σ", ddpm
        yield "η is squared here", eta**2 * ddpm
        yield "a factor is missing: this is the larger σ̂", eta * (1 - a / b) ** 0.5
        yield "a factor is missing: the variance of the step itself", eta * ((1 - b) / (1 - a)) ** 0.5
    elif term == "direction":
        yield "all noise is put back, and the fresh noise comes on top", (1 - b) ** 0.5
        yield "a deviation is subtracted from a variance", math.sqrt(max(1 - b - s, 0))
        yield "this is a variance: the root is missing", 1 - b - s**2
        yield "the levels are mixed up: how much noise may x_prev hold?", math.sqrt(max(1 - a - s**2, 0))
    else:
        x0, direction, z = right["x0"], right["direction"], trial.z
        yield "x0 has the weight of the level that the step leaves", a**0.5 * x0 + direction * eps + s * z
        yield "x0 has the weight 1, as if no noise were left", x0 + direction * eps + s * z
        yield "the fresh noise is missing", b**0.5 * x0 + direction * eps
        yield "the fresh noise has a variance for its factor", b**0.5 * x0 + direction * eps + s**2 * z
        yield "x_t stands where the predicted noise belongs", b**0.5 * x0 + direction * x_t + s * z
