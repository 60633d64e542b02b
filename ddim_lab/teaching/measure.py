"""What questions and claims ask the core: curves of a run, and runs of `dl.sample` in a world that is known exactly.

A state is a plain dict of the app's setting names (eta, S, spacing, schedule, T, seed, sigma_hat); what it leaves out
takes the app's default.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ddim_lab import exact, spacing, transition
from ddim_lab.exact.known import KNOWN_WORLD as KNOWN_WORLD
from ddim_lab.exact.known import MEAN as MEAN
from ddim_lab.exact.known import STD as STD
from ddim_lab.schedule import NoiseSchedule

if TYPE_CHECKING:
    from torch import Tensor

    from ddim_lab.sampler import Step

State = dict[str, Any]
DEFAULTS: State = {
    "eta": 0.0, "S": 10, "spacing": "trailing", "schedule": "linear", "T": 1000, "seed": 0, "sigma_hat": False,
}  # fmt: skip


class Legs(NamedTuple):
    """The noise of x_prev at each transition, top first, each (S,): fresh, predicted and put back, together."""

    fresh: NDArray[np.float64]
    put_back: NDArray[np.float64]
    total: NDArray[np.float64]


def full(state: State) -> State:
    """`state`, and the app's default for what it leaves out."""
    return DEFAULTS | state


def schedule_of(state: State) -> NoiseSchedule:
    """The noise schedule of `state`."""
    state = full(state)
    return NoiseSchedule.named(state["schedule"], state["T"])


def tau_of(state: State) -> NDArray[np.int64]:
    """The steps visited, int64 (S,)."""
    state = full(state)
    return spacing.named(state["spacing"], state["T"], state["S"])


def levels(state: State) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """alpha_bar_t and alpha_bar_prev of the transitions, top first, each (S,)."""
    alpha_bar, pairs = schedule_of(state).alpha_bar, np.array(spacing.transitions(tau_of(state)))
    return alpha_bar[pairs[:, 0]], alpha_bar[pairs[:, 1]]


def legs(state: State) -> Legs:
    """sigma, sqrt(1 - b - sigma^2) and what they make together (their hypotenuse)."""
    a, b = levels(state)
    c = transition.coefficients(a, b, full(state)["eta"], full(state)["sigma_hat"])
    fresh, put_back = np.asarray(c.sigma), np.asarray(c.m) * np.sqrt(1 - a)
    return Legs(fresh, put_back, np.hypot(fresh, put_back))


def fresh_share(state: State) -> float:
    """The median share of fresh noise in the noise variance of x_prev, over the transitions that leave any."""
    found = legs(state)
    noisy = found.total > 0
    return float(np.median((found.fresh[noisy] / found.total[noisy]) ** 2))


def eta_end(state: State) -> tuple[float, int]:
    """The run's largest eta, and the t at which it is reached."""
    bounds = np.atleast_1d(transition.eta_max(*levels(state)))
    tightest = int(np.argmin(bounds))
    return float(bounds[tightest]), spacing.transitions(tau_of(state))[tightest][0]


def start(state: State, n: int = 64) -> "Tensor":
    """x_T of n grey values, float64 (n, 1)."""
    from ddim_lab import noise

    return noise.initial_noise(n, (1,), full(state)["seed"]).double()


def film(state: State, n: int = 64, denoiser: Any = None, tau: Any = None) -> "list[Step]":
    """The run of `state` in the known world (or of `denoiser`): its records, top first."""
    from ddim_lab import sampler

    values = full(state)
    return list(
        sampler.sample(
            denoiser or KNOWN_WORLD.eps,
            start(state, n),
            schedule_of(state),
            tau_of(state) if tau is None else tau,
            eta=values["eta"],
            sigma_hat=values["sigma_hat"],
            seed=values["seed"],
        )
    )


def pictures(state: State, n: int = 64) -> "Tensor":
    """The results of `film`, (n, 1)."""
    return film(state, n)[-1].x_prev


def spread(values: "Tensor") -> float:
    """Standard deviation over the images."""
    return float(values.std(dim=0).mean())


def exact_spread(state: State) -> float:
    """The standard deviation of the results over all starts and noises, in the known world: no Monte Carlo."""
    values = full(state)
    found = exact.moments(KNOWN_WORLD, schedule_of(state), tau_of(state), values["eta"], values["sigma_hat"])
    return float(found.cov) ** 0.5


def gap(one: "Tensor", other: "Tensor") -> float:
    """Root mean square difference."""
    return float((one - other).pow(2).mean().sqrt())


def resumed(state: State, after: int, n: int = 64) -> "Tensor":
    """The results of a run broken off after `after` steps that goes on from the picture held, knowing no other."""
    from ddim_lab import noise, sampler

    held, denoiser, values = film(state, n)[after - 1].x_prev, KNOWN_WORLD.eps, full(state)
    a, b = levels(state)
    for j in range(after, len(a)):
        z = noise.fresh_noise(n, (1,), j + 1, values["seed"])
        held = sampler.step(held, denoiser(held, float(a[j])), float(a[j]), float(b[j]), eta=values["eta"], z=z).x_prev
    return held


def spread_without_noise(state: State) -> float:
    """`exact_spread` of the run of `state` with its own k and m, but every fresh noise left out."""
    rule = exact.rules.ddim(full(state)["eta"])
    *_, last = exact.propagate(KNOWN_WORLD, zip(*levels(state), strict=True), lambda a, b: (*rule(a, b)[:2], 0.0))
    return float(last.cov) ** 0.5


def levels_asked(state: State) -> list[float]:
    """Every alpha_bar at which a run of `state` calls its denoiser."""
    asked: list[float] = []

    def listening(x_t: "Tensor", alpha_bar_t: float) -> "Tensor":
        asked.append(alpha_bar_t)
        return KNOWN_WORLD.eps(x_t, alpha_bar_t)

    film(state, 1, listening)
    return asked


def digits_film(state: State, labels: list[int]) -> "list[Step]":
    """The run of `state` by the trained network, one picture for each label."""
    import functools

    import torch

    from ddim_lab import noise, sampler
    from ddim_lab.model import denoiser

    values = full(state)
    asked = functools.partial(denoiser.load_denoiser(device="cpu"), label=torch.tensor(labels))
    x_T = noise.initial_noise(len(labels), (1, 28, 28), values["seed"])
    walk = sampler.sample(asked, x_T, schedule_of(state), tau_of(state), eta=values["eta"], seed=values["seed"])
    return list(walk)
