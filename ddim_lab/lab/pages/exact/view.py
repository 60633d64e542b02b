"""The exact world's two views in one dimension: forward chains from one x_0, and three samplers side by side.

`ddim_lab.exact` draws and knows; here columns are thinned for a screen and packed as little-endian float32.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from ddim_lab import checks, exact
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.fields import checked, within
from ddim_lab.lab.live.frames import floats
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.settings import Settings, fitted_plain
from ddim_lab.spacing import transitions

Floats = NDArray[np.float64]
CHAINS, LANE = 2000, 200  # particles of the chains, of each lane
DRAWN = 40  # paths that are drawn of either
COLUMNS = 101  # times of a path that are sent, at most
X_0_MAX = 1.5
REACH = 4.0  # histograms cover -4 .. 4
BINS = np.linspace(-REACH, REACH, 65)
CURVE = np.linspace(-REACH, REACH, 161)
LANE_WORLD = exact.Gaussian(mean=0.3, std=0.5)
ERRORS = 4.0  # a variance counts as kept when it is no more than this many standard errors away


def times(settings: Settings) -> NDArray[np.int64]:
    """Every t of a run, top first, 0 last: (S + 1,)."""
    return np.array([*(t for t, _ in transitions(settings.run.tau)), 0])


def walks(values: dict[str, Any]) -> Iterator[Part]:
    """2,000 chains of q_sigma from one x_0: some paths, and at three times the histogram beside the exact density.

    `values`: settings, x_0, wrong (the variance sigma where sigma^2 belongs). Bytes: paths (DRAWN, columns), then for
    each time the counts as a density (64,) and the exact density (161,).
    """
    settings, x_0, wrong = checked(values, settings=fitted_plain, x_0=within(-X_0_MAX, X_0_MAX), wrong=checks.flag)
    return _walked(settings, x_0, wrong)


def _walked(settings: Settings, x_0: float, wrong: bool) -> Iterator[Part]:
    schedule, tau = settings.run.schedule, settings.run.tau
    chains = exact.chains.forward(x_0, schedule, tau, settings.eta, CHAINS, settings.seed, wrong)
    t, world = times(settings), exact.Gaussian(x_0, std=0.0)
    columns, watched = thinned(len(t), COLUMNS), sorted({0, settings.S // 2, settings.S - 1})
    shown = [_watched(chains[i], world, int(t[i]), float(schedule.alpha_bar[t[i]])) for i in watched]
    head = {
        **settings.head(),
        **{"x_0": x_0, "wrong": wrong, "n": CHAINS, "drawn": DRAWN, "t": t[columns].tolist()},
        **{"bins": len(BINS) - 1, "curve": len(CURVE), "reach": REACH, "watched": [told for told, _, _ in shown]},
    }
    curves = [array for _, counts, density in shown for array in (counts, density)]
    yield head, floats(chains[columns, :DRAWN].T, *curves)


def _watched(x: Floats, world: exact.Gaussian, t: int, alpha_bar_t: float) -> tuple[dict[str, Any], Floats, Floats]:
    """One time: what is told, the histogram as a density, the exact density."""
    truth = exact.marginal(world, alpha_bar_t)
    off = (x.var() / truth.cov - 1) / (2 / len(x)) ** 0.5  # in standard errors
    told = {
        **{"t": t, "mean": float(x.mean()), "std": float(x.std())},
        **{"exact_mean": float(truth.mean), "exact_std": float(truth.cov**0.5), "kept": bool(abs(off) <= ERRORS)},
    }
    counts = np.histogram(x, BINS)[0] / (len(x) * (BINS[1] - BINS[0]))
    return told, counts, world.density(CURVE, alpha_bar_t)


def lanes(values: dict[str, Any]) -> Iterator[Part]:
    """DDPM, DDPM with z := 0, DDIM, from one x_T in a Gaussian world: paths, and the exact mean and std at every t.

    Bytes, lane by lane: paths (DRAWN, columns), then the ends (LANE,).
    """
    return _laned(*checked(values, settings=fitted_plain))


@cached(LRUCache(16), lock=Lock())
def _lanes(settings: Settings) -> tuple[str, bytes]:
    """What `lanes` tells, as JSON, and its bytes."""
    walked = exact.chains.lanes(LANE_WORLD, settings.run.schedule, settings.run.tau, LANE, settings.seed)
    t = times(settings)
    columns = thinned(len(t), COLUMNS)
    wanted = [exact.marginal(LANE_WORLD, float(settings.run.schedule.alpha_bar[i])) for i in t[columns]]
    told = {
        name: {
            "mean": [float(lane.moments[i].mean) for i in columns],
            "std": [float(lane.moments[i].cov ** 0.5) for i in columns],
        }
        for name, lane in walked.items()
    }
    head = {
        **settings.head(),
        **{"n": LANE, "drawn": DRAWN, "t": t[columns].tolist(), "lanes": told},
        "exact": {
            "mean": [float(moments.mean) for moments in wanted],
            "std": [float(moments.cov**0.5) for moments in wanted],
        },
        "data": {"mean": float(LANE_WORLD.mean), "std": float(LANE_WORLD.cov**0.5)},
    }
    return json.dumps(head), floats(
        *(array for lane in walked.values() for array in (lane.paths[columns, :DRAWN].T, lane.paths[-1]))
    )


def _laned(settings: Settings) -> Iterator[Part]:
    head, drawn = _lanes(replace(settings, eta=0.0, sigma_hat=False))  # each lane has its own eta
    yield json.loads(head), drawn
