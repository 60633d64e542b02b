"""What the lab page shows of a run: the curves of its settings, and its film of x_t and predicted x_0."""

import functools
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from ddim_lab import solvers
from ddim_lab.lab.live import network
from ddim_lab.lab.settings import Settings
from ddim_lab.run import Run
from ddim_lab.schedule import log_snr
from ddim_lab.transition import Coefficients, coefficients, eta_bound

log = logging.getLogger(__name__)
NOISY_START = 1e-3  # alpha_bar at the top step above which x_T is noisier than the chain expects


@dataclass(frozen=True, eq=False)
class Frame:
    """x_t and predicted x_0 before transition `j` (1 is the top); j = S + 1 holds the results in both."""

    j: int
    x_t: NDArray[np.uint8]  # (n, 28, 28)
    x0: NDArray[np.uint8]


@functools.cache
def _judge() -> Any:
    from ddim_lab.model.classifier import load_classifier

    return load_classifier()


def judge() -> Any | None:
    """The classifier that reads digits, loaded once; None without its weights: pictures need no judge."""
    try:
        return _judge()
    except (OSError, ValueError) as error:
        log.warning("digits are not read: %s", error)
        return None


def digits_in(grey: NDArray[np.uint8]) -> list[int] | None:
    """The digits that the judge reads in grey levels (n, 28, 28); None without a judge."""
    from ddim_lab.model.classifier import look

    reads = judge()
    return None if reads is None else look(reads, grey)[1].tolist()


@cached(LRUCache(64), lock=threading.Lock())
def curves(run: Run) -> Mapping[str, Any]:
    """Everything drawn that needs no network, a tuple for each column, one entry a transition, top first. NumPy only.

    The "warning" says where x_T is noisier than the chain expects; it is None elsewhere. "calls": of the network.
    """
    arc = replace(run, sigma_hat=False) if run.sigma_hat else run  # under sigma-hat the arc keeps sigma(1)
    a, b = run.levels.T
    drawn = {
        "t": tuple(run.t.tolist()),
        "t_prev": tuple(run.t_prev.tolist()),
        "alpha_bar": _short(a),
        "alpha_bar_prev": _short(b),
        "log_snr": _short(log_snr(a)),
        "sigma": _short(run.sigma),
        "sigma_bound": _short(run.sigma_max),
        "k": _short(run.k),
        "m": _short(run.m),
        "direction": _short(run.m * np.sqrt(1 - a)),
        "arc_sigma": _short(arc.sigma),
        "fresh_share": _short(arc.fresh_share),
        "eta_bound": tuple(None if np.isinf(value) else float(value) for value in eta_bound(a, b)),
        "warning": _noisy_start(run),
        "calls": run.calls,
    }
    return MappingProxyType(drawn)


def _noisy_start(run: Run) -> str | None:
    _, t, _, a, _ = run.transitions[0]
    if a <= NOISY_START:
        return None
    return (
        f"At the first step visited, t = {t}, alpha_bar is {a:.3g}: a trace of the image should "
        "still be there, but x_T is pure noise. The chain starts noisier than it expects."
    )


def _short(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(f"{value:.7g}") for value in values.tolist())


def walk(settings: Settings, first: int, n: int) -> Iterator[Any]:
    """The `Step` records of the images first .. first + n - 1, as they are made."""
    import torch

    import ddim_lab as dl

    model = network.denoiser()
    network.admit(settings.run, settings.levels_told)
    labels = settings.labels(n, first)
    bound = functools.partial(model, label=None if labels is None else torch.tensor(labels), guidance=settings.guidance)
    x_T = dl.initial_noise(n, (1, 28, 28), settings.seed, first).to(model.engine.device)
    return dl.sample(bound, x_T, settings.run.schedule, settings.run.tau, first=first, **settings.sampling)


def film(
    settings: Settings,
    first: int = 0,
    n: int | None = None,
    keep: Callable[[int, Any], None] | None = None,
) -> Iterator[Frame]:
    """The run's frames as they are sampled, S + 1 of them; stop iterating to stop the work.

    `keep` gets each j and its `Step`.
    """
    from ddim_lab.figures.pixels import to_grey

    count = settings.images if n is None else n
    for j, step in enumerate(walk(settings, first, count), start=1):
        if keep:
            keep(j, step)
        yield Frame(j, to_grey(step.x_t), to_grey(step.x0))
        if j == settings.S:
            result = to_grey(step.x_prev)
            yield Frame(j + 1, result, result)


def step_card(settings: Settings, step: Any, j: int) -> tuple[dict[str, Any], bytes]:
    """Transition `j`, recorded in `step`: its numbers, its terms as grey levels, listed in `numbers["tiles"]`.

    "belief" says how x_0 was come by; where it is not the network's own, "x0_model" is that one, and "weight" what an
    extrapolation adds of the change since the transition before.
    """
    from ddim_lab.figures import groupings
    from ddim_lab.figures.pixels import TERM_LIMIT, to_grey

    at = settings.run.transitions[j - 1]
    a, b = at.a, at.b
    c: Coefficients = coefficients(a, b, settings.eta, settings.sigma_hat)
    groups = {"meaning": groupings.by_meaning(step, a, b, c)}
    if settings.clip != "keep_eps":  # there x_0 and eps no longer make up x_t, and k, m do not describe the step
        groups |= {"coefficient": groupings.by_coefficient(step, c), "split": groupings.split(step, a, c)}
    tiles = [("x_t", step.x_t), ("x0", step.x0), ("eps", step.eps), ("x_prev", step.x_prev)]
    if step.x0_model is not None:
        tiles.append(("x0_model", step.x0_model))
    tiles += [(f"{group}:{term.key}", term.value) for group, terms in groups.items() for term in terms]
    numbers = {
        "t": step.t,
        "t_prev": step.t_prev,
        "alpha_bar_t": a,
        "alpha_bar_prev": b,
        "k": c.k,
        "m": c.m,
        "sigma": c.sigma,
        "belief": step.belief,
        "weight": solvers.extrapolation(at, settings.run.transitions[j - 2]) if step.belief == "extrapolated" else None,
        "tiles": [key for key, _ in tiles],
        "rms": {key: float(value.square().mean().sqrt()) for key, value in tiles},
        "terms": {
            group: [{"key": f"{group}:{term.key}", "role": term.role, "factor": term.factor} for term in terms]
            for group, terms in groups.items()
        },
    }
    return numbers, b"".join(to_grey(value, TERM_LIMIT).tobytes() for _, value in tiles)
