"""Numbers beside the particles: W2 to the exact marginal at every t, error against calls, the error's parts.

In the blob they are exact and need no particle. In a mixture they are measured on two thousand of them: sliced W2, with
the floor that as many exact draws would give.
"""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from ddim_lab import exact, solvers
from ddim_lab.exact.chains import particle_noise
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.fields import checked
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.exact.crowd import World, crowd, in_world
from ddim_lab.lab.pages.exact.view import times
from ddim_lab.lab.settings import Settings, fitted_plain

FEW = 2000  # particles of every measured number
TIMES = 13  # times of a run at which W2 is measured, at most; exact ones stand at up to EXACT_TIMES
EXACT_TIMES = 61
S_EXACT = (1, 2, 3, 5, 7, 10, 14, 20, 30, 50, 70, 100, 150, 250, 500, 1000)
S_MEASURED = (1, 2, 3, 5, 7, 10, 20, 50, 100)
LINES: dict[str, dict[str, Any]] = {  # how the runs of a line differ from eta 0 of DDIM
    "eta 0": {},
    "eta 0.5": {"eta": 0.5},
    "eta 1": {"eta": 1.0},
    "sigma-hat": {"eta": 1.0, "sigma_hat": True},
    "2M": {"solver": "dpmpp_2m"},
    "2S": {"solver": "dpmpp_2s"},
}
KEPT = 4000
SLICES = {"directions": 16, "pool": 4, "repeats": 3}
_errors: LRUCache[tuple[Any, ...], float | None] = LRUCache(KEPT)
_lock = threading.Lock()


def distances(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: settings, world. Of the run: variance and W2 at every t beside the exact variance, and the error split.

    For a mixture a part comes for every time as it is measured; the last part has everything, and `done`.
    """
    settings, made = checked(values, settings=fitted_plain, world=in_world)
    return _known(settings, made) if isinstance(made, exact.Gaussian) else _measured(settings, made)


def _known(settings: Settings, made: exact.Gaussian) -> Iterator[Part]:
    """By `exact.propagate`: nothing is drawn."""
    rule = exact.rules.ddim(settings.eta, settings.sigma_hat)
    levels = exact.levels_of(settings.run.schedule, settings.run.tau)
    first = exact.Moments(np.zeros(2), np.eye(2))
    path = [first, *exact.propagate(made, levels, rule)]
    t = times(settings)
    shown = thinned(len(t), EXACT_TIMES)
    truth = [exact.marginal(made, float(settings.run.schedule.alpha_bar[t[i]])) for i in shown]
    rows = {
        "t": t[shown].tolist(),
        "variance": [_axis(path[i]) for i in shown],
        "exact": [_axis(moments) for moments in truth],
        "w2": [exact.w2(path[i], marginal) for i, marginal in zip(shown, truth, strict=True)],
    }
    parts = exact.error_split(made, settings.run.schedule, settings.run.tau, settings.eta, settings.sigma_hat)
    split = {"total": parts.total, "start": parts.start, "discretisation": parts.discretisation, "floor": None}
    yield {**settings.head(), "kind": "exact", **rows, "floor": None, "split": split, "done": True}, b""


def _measured(settings: Settings, made: World) -> Iterator[Part]:
    t = times(settings)
    shown = set(thinned(len(t), TIMES).tolist())
    rows: dict[str, list[Any]] = {"t": [], "variance": [], "exact": [], "w2": [], "floor": []}
    head = {**settings.head(), "kind": "measured", "n": FEW}
    for i, now in enumerate(crowd(made, settings, FEW, settings.S)):
        if i in shown:
            level = float(settings.run.schedule.alpha_bar[t[i]])
            distance = exact.sliced_w2(now, made, level, seed=1, **SLICES)
            told = (int(t[i]), float(now.var(axis=0).mean()), _axis(exact.marginal(made, level)))
            for name, value in zip(rows, (*told, distance.value, distance.floor), strict=True):
                rows[name].append(value)
            yield {**head, **_copied(rows), "split": None, "done": False}, b""
    total, floor = rows["w2"][-1], rows["floor"][-1]
    top = float(settings.run.schedule.alpha_bar[t[0]])
    ideal = made.sample(FEW, settings.seed, top)  # the run started where it should have been
    result = _last(crowd(made, settings, FEW, settings.S, ideal))
    apart = exact.sliced_w2(result, made, seed=1, **SLICES).value
    split = {"total": total, "start": None, "discretisation": apart, "floor": floor}
    yield {**head, **rows, "split": split, "done": True}, b""


def errors(values: dict[str, Any]) -> Iterator[Part]:
    """The distance of the result from the data against network calls, a line for each of LINES.

    `values`: settings (all but eta and S count), world. Parts: `calls` and the lines so far, with null where nothing is
    known yet or the run does not admit the line's eta; the last one has `done`. What is known is kept.
    """
    settings, made = checked(values, settings=fitted_plain, world=in_world)
    return _lines(replace(settings, eta=0.0, S=1, sigma_hat=False), made, values["world"])


def _lines(base: Settings, made: World, named: Any) -> Iterator[Part]:
    blob = isinstance(made, exact.Gaussian)
    most = [S for S in (S_EXACT if blob else S_MEASURED) if S <= base.T]
    steps = {name: [S for S in most if _calls(name, S) <= most[-1]] for name in LINES}
    lines: dict[str, list[float | None]] = {name: [None] * len(counts) for name, counts in steps.items()}
    calls = {name: [_calls(name, S) for S in counts] for name, counts in steps.items()}
    floor = None if blob else _floor(made)
    head = {"calls": calls, "kind": "exact" if blob else "measured", "n": 0 if blob else FEW, "floor": floor}
    total, ready = sum(map(len, steps.values())), 0
    for i, S in enumerate(most):
        for name in (name for name, counts in steps.items() if S in counts):
            key = (str(named), base.schedule, base.spacing, base.T, base.seed, S, name)
            with _lock:
                is_known, value = key in _errors, _errors.get(key)
            if not is_known:
                value = _error(base, made, S, LINES[name])
                with _lock:
                    _errors[key] = value
            lines[name][i] = value
            ready += 1
        if not blob:
            yield {**head, "lines": _copied(lines), "ready": ready, "of": total, "done": False}, b""
    yield {**head, "lines": lines, "ready": total, "of": total, "done": True}, b""


def _calls(name: str, S: int) -> int:
    return solvers.calls(LINES[name].get("solver", Settings.solver), S)


def _error(base: Settings, made: World, S: int, how: dict[str, Any]) -> float | None:
    try:
        settings = replace(base, S=S, **how)
    except ValueError:  # this run does not admit this eta
        return None
    return error_of(settings, made)


def error_of(settings: Settings, made: World) -> float:
    """W2 of the result to the data: exact in the blob, else sliced and measured on FEW particles."""
    run = settings.run
    if isinstance(made, exact.Gaussian):
        end = exact.moments(made, run.schedule, run.tau, run.eta, run.sigma_hat, run.solver)
        return exact.w2(end, exact.marginal(made, 1.0))
    result = _last(crowd(made, settings, FEW, settings.S)) if run.solver == Settings.solver else _solved(made, settings)
    return exact.sliced_w2(result, made, seed=1, **SLICES).value


def _solved(made: World, settings: Settings) -> NDArray[np.float64]:
    """Where the crowd ends under another solver than DDIM, without fresh noise."""
    import torch

    import ddim_lab as dl

    run, x_T = settings.run, particle_noise(FEW, (2,), settings.seed)(0)
    return dl.last(dl.sample(made.eps, torch.tensor(x_T), run.schedule, run.tau, solver=run.solver)).x_prev.numpy()


@cached(LRUCache(32), lock=threading.Lock())
def _floor(made: World) -> float:
    return exact.sliced_w2(made.sample(FEW, 2), made, seed=1, **SLICES).floor


def _copied(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What a part holds stays as it was when the next one is made."""
    return {name: list(row) for name, row in rows.items()}


def _axis(moments: exact.Moments) -> float:
    """The variance, averaged over the axes."""
    return float(np.trace(moments.cov)) / 2


def _last(states: Iterator[NDArray[np.float64]]) -> NDArray[np.float64]:
    state = next(states)
    for state in states:  # noqa: B007
        pass
    return state
