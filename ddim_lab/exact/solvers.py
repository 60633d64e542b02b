"""The ODE behind DDIM without a sampler's error: in closed form for a Gaussian, to high order elsewhere.

With phi = arctan(sigma_bar), so that x_t = cos(phi) x_0 + sin(phi) eps, the ODE d x_bar = eps d sigma_bar reads

    dx / dphi = cos(phi) eps - sin(phi) x0_hat     (the "v" of Salimans & Ho 2022, arXiv:2202.00512)

which stays bounded from data to noise.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ddim_lab import checks
from ddim_lab.exact.arrays import Columns, finite_values
from ddim_lab.exact.worlds import Gaussian, World
from ddim_lab.walk import itself, last, walk


def closed_ode(world: Gaussian, x: Any, alpha_bar_from: float, alpha_bar_to: float) -> Any:
    """Where the ODE takes x (..., *item) from one level to another: every deviation grows as its standard deviation.

    x' = sqrt(b) mu + sqrt((b s^2 + 1 - b) / (a s^2 + 1 - a)) (x - sqrt(a) mu) along each direction of the covariance.
    """
    if not isinstance(world, Gaussian):
        raise TypeError(f"world must be Gaussian: elsewhere the ODE has no closed form, got {checks.told(world)}")
    a, b = checks.level("alpha_bar_from", alpha_bar_from), checks.level("alpha_bar_to", alpha_bar_to)
    grows = ((b * world.variances + (1 - b)) / (a * world.variances + (1 - a))) ** 0.5
    columns = Columns.of("x", x, a, world.item)
    mean = np.reshape(world.mean, (-1, 1))
    gain = columns.constant((world.directions * grows) @ world.directions.T)

    def move(x: Any, _: Any) -> Any:
        return columns.constant(b**0.5 * mean) + gain @ (x - columns.constant(a**0.5 * mean))

    return columns.map(move, mean.size, world.item)


def reference_ode(world: World, x: Any, alpha_bar_from: float, alpha_bar_to: float, steps: int = 400) -> Any:
    """The same map for any world, by the classical Runge-Kutta method of order 4 on a grid uniform in phi.

    Its error falls as steps^-4. Levels of 1 need a world in which every component has a spread.
    """
    checks.instance("world", world, World)
    a, b = checks.level("alpha_bar_from", alpha_bar_from), checks.level("alpha_bar_to", alpha_bar_to)
    x = finite_values("x", x)
    grid = np.linspace(_phi(a), _phi(b), 2 * checks.count("steps", steps) + 1).tolist()

    def slope(x: Any, phi: float) -> Any:  # cos(phi) eps - sin(phi) x0_hat
        c, s = math.cos(phi), math.sin(phi)
        return (world.eps(x, min(c * c, 1.0)) - s * x) / c

    def move(stride: tuple[float, float, float], x: Any, _: Any) -> Any:
        start, middle, end = stride
        h = end - start
        k1 = slope(x, start)
        k2 = slope(x + h / 2 * k1, middle)
        k3 = slope(x + h / 2 * k2, middle)
        k4 = slope(x + h * k3, end)
        return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    return last(walk(zip(grid[:-2:2], grid[1::2], grid[2::2], strict=True), x, move, itself))


def convergence_order(steps: ArrayLike, errors: ArrayLike) -> float:
    """The p of error ~ steps^-p: minus the slope through the points on log axes."""
    points = [checks.numbers(name, values) for name, values in (("steps", steps), ("errors", errors))]
    shapes = [values.shape for values in points]
    if len(shapes[0]) != 1 or shapes[0] != shapes[1] or np.unique(points[0]).size < 2 or np.min(points) <= 0:
        told = f"{checks.told(steps)} and {checks.told(errors)}"
        raise ValueError(f"steps (two at least) and errors must be pairs of numbers above 0, got {told}")
    log_steps, log_errors = np.log(points)
    return -float(np.polyfit(log_steps, log_errors, 1)[0])


def _phi(alpha_bar: float) -> float:
    return math.atan2((1 - alpha_bar) ** 0.5, alpha_bar**0.5)
