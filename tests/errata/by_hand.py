"""The faulty samplers typed anew, in plain numbers and without ddim_lab: one step each, and the walk where it differs.

World N(.3, .5^2), T = 1000, linear betas. A step takes x_t, its best guess of eps, a, b and eta; it gives x_prev
without its fresh noise, and the deviation of that noise.
"""

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np

from tests import oracles

MU, S2 = 0.3, 0.25
LEVELS = oracles.linear_alpha_bar(1000)
LOWEST, HIGHEST = -20.0, 12.0  # log of alpha_bar / (1 - alpha_bar) that the network knows
SHORT = oracles.linear_alpha_bar(250)
Step = Callable[[float, float, float, float, float], tuple[float, float]]


def guess(x: float, a: float) -> float:
    """The best guess of eps from x_t = root(a) x_0 + root(1 - a) eps."""
    return math.sqrt(1 - a) * (x - math.sqrt(a) * MU) / (a * S2 + 1 - a)


def guess_trained_on(c: float, e: float, x: float) -> float:
    """That from x = c x_0 + e eps; ratios (c/e)^2 beyond the network's are taken at their ends."""
    size = math.hypot(c, e)
    ratio = min(max((c / e) ** 2 if e else math.inf, math.exp(LOWEST)), math.exp(HIGHEST))
    return guess(x / size, ratio / (1 + ratio))


def root(value: float) -> float:
    return math.sqrt(value) if value >= 0 else math.nan


def sigma(a: float, b: float, eta: float) -> float:
    return eta * root((1 - b) / (1 - a) * (1 - a / b)) if a < 1 else math.nan


def shown(x: float, eps: float, a: float) -> float:
    """x_0 from x_t and eps."""
    return (x - root(1 - a) * eps) / root(a)


def right(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    s = sigma(a, b, eta)
    return root(b) * shown(x, eps, a) + root(1 - b - s * s) * eps, s


def made_of(weights: Callable[[float, float], tuple[float, float]]) -> Step:
    """A step without fresh noise, with these weights of x_0 and eps."""

    def step(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
        on_x0, on_eps = weights(a, b)
        return on_x0 * shown(x, eps, a) + on_eps * eps, 0.0

    return step


def covariance(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    return right(x, eps, a, b, eta)[0], root(sigma(a, b, eta))


def alpha_for_alpha_bar(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    s = sigma(a, b, eta)
    return root(b) * (x - root(1 - a / b) * eps) / root(a / b) + root(1 - b - s * s) * eps, s


def ddpm_mean(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    """DDPM, Eq. 11."""
    return (x - (1 - a / b) / root(1 - a) * eps) / root(a / b), 0.0


def class_step(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    return ddpm_mean(x, eps, a, b, eta)[0], eta


def substitution(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    put_in = root(a / b) * shown(x, eps, a) + root(1 - a / b) * eps
    return ddpm_mean(put_in, eps, a, b, eta)


def same_noise(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    mean, s = right(x, eps, a, b, eta)
    return mean + s * eps, 0.0


def x_for_x0(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    s = sigma(a, b, eta)
    m = root((1 - b - s * s) / (1 - a))
    k = root(b) - m * root(a)
    return k * shown(x, eps, a) + m * (root(a) * x + root(1 - a) * eps), s


def lost_root(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    on_x0 = root(b) - a / b * (1 - b) / (1 - a)
    return on_x0 * shown(x, eps, a) + root(a / b) * (1 - b) / (1 - a) * x, sigma(a, b, 1.0)


def variance_is_deviation(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    s = sigma(a, b, eta)
    kappa = root(((1 - b) ** 2 - s * s) / (1 - a))
    return (root(b) - root(a) * kappa) * shown(x, eps, a) + kappa * x, s


def eta_once(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    return right(x, eps, a, b, math.sqrt(eta))


def linked_direction(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    return right(x, eps, a, b, 1.0)[0], sigma(a, b, eta)


def linked_noise(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    return right(x, eps, a, b, eta)[0], eta * sigma(a, b, 1.0) ** 2


def table(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    t = LEVELS.index(a)
    s = sigma(a, LEVELS[t - 1], eta)
    return root(b) * shown(x, eps, a) + root(1 - b - s * s) * eps, s


def noisy_end(x: float, eps: float, a: float, b: float, eta: float) -> tuple[float, float]:
    return right(x, eps, a, b, eta)[0], table(x, eps, a, b, eta)[1] if b == 1 else sigma(a, b, eta)


STEPS: dict[str, Step] = {
    "covariance": covariance,
    "circular": made_of(lambda a, b: (root(a), root(1 - a))),
    "alpha-for-alpha-bar": alpha_for_alpha_bar,
    "noise-off": made_of(lambda a, b: (root(b), root(1 - b - sigma(a, b, 1.0) ** 2))),
    "substitution": substitution,
    "simplification": made_of(lambda a, b: (root(a / b), root(1 - a / b))),
    "same-noise": same_noise,
    "x-for-x0": x_for_x0,
    "lost-root": lost_root,
    "variance-is-deviation": variance_is_deviation,
    "eta-once": eta_once,
    "linked-direction": linked_direction,
    "linked-noise": linked_noise,
    "class-mean-only": class_step,
    "class-unscaled-noise": class_step,
    "sigma-table": table,
    "zero-test": noisy_end,
}
EVERY = list(range(1000, 0, -1))  # 1000 .. 1
WALKS: dict[str, Callable[[list[int]], list[int]]] = {  # from the steps asked for, falling, without the 0
    **dict.fromkeys(("class-mean-only", "class-unscaled-noise", "class-no-skipping"), lambda down: EVERY),
    **dict.fromkeys(("class-index-zero", "sigma-table", "last-transition"), lambda down: [*down, 1]),
    "uniform-repeats": lambda down: [down[0], *down, 0],
    "exp-is-quadratic": lambda down: [
        *reversed([0, *(int(i * i * 800 / (len(down) - 1) ** 2 + 1e-9) + 1 for i in range(len(down))), 1000])
    ],
    "short-chain": lambda down: [250 * (len(down) - i) // len(down) for i in range(len(down) + 1)],
}
TRAINED = {  # weights of the training picture
    "training-without-roots": lambda a: (a, 1 - a),
    "linked-training-root": lambda a: (root(a), 1 - a),
}
TAKEN = {  # what the sampler takes for alpha_bar
    "forward-index": [1.0, *LEVELS[:-1]],
    "alpha-midway": [1.0, *(LEVELS[t] / LEVELS[t - 1] for t in range(1, 1001))],
}


def ending(key: str, down: list[int], eta: float) -> tuple[float, float]:
    """Mean and variance that the sampler `key` ends with; `down`: the steps asked for, falling, without the 0."""
    walk = WALKS.get(key, lambda asked: [*asked, 0])(down)
    levels, step = SHORT if key == "short-chain" else LEVELS, STEPS.get(key, right)
    taken, mean, variance = TAKEN.get(key, levels), 0.0, 1.0
    for t, t_prev in pairwise(walk):
        if t == t_prev:
            continue  # a repeated step is no step
        level = levels[t]
        look = partial(guess_trained_on, *TRAINED[key](level)) if key in TRAINED else partial(guess, a=level)
        low, high = (step(x, look(x), taken[t], taken[t_prev], eta) for x in (0.0, 1.0))
        gain = high[0] - low[0]
        mean, variance = low[0] + gain * mean, gain**2 * variance + low[1] ** 2
    return mean, variance


def steps(S: int) -> list[int]:
    """1000 i / S for i = S .. 1, for an S that divides 1000."""
    return [1000 * i // S for i in range(S, 0, -1)]


def point(seed: int) -> tuple[float, float, float]:
    """a < b and eta, drawn."""
    a, b = sorted(np.random.default_rng(seed).uniform(0.05, 0.95, 2).tolist())
    return a, b, float(np.random.default_rng(seed + 100).uniform(0.1, 1.0))
