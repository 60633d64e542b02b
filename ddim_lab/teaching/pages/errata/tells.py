"""What gives a suspect of the mystery sampler away: the sentence that follows its right name, with its check."""

from collections.abc import Callable, Sequence

import numpy as np

from ddim_lab import errata
from ddim_lab.errata import Moment, mystery
from ddim_lab.errata.mystery import SUSPECTS, suspect
from ddim_lab.run import Run
from ddim_lab.teaching.claims import Claim

SAME = 1e-9  # moments no further apart are the same
ETAS = (0.0, 0.25, 0.5, 0.75, 1.0)


def paths(key: str, eta: float | None = None, S: int | None = None) -> tuple[Sequence[Moment], Sequence[Moment]]:
    """Moments of the suspect and of the right sampler, at its own setting but for `eta` and `S`."""
    at = _setting(key)
    at = errata.even_steps(at.eta if eta is None else eta, at.S if S is None else S)
    return errata.find(key).moments(at.schedule, at.tau, at.eta), errata.right_moments(at.schedule, at.tau, at.eta)


def variances(key: str, eta: float | None = None, S: int | None = None) -> tuple[float, float]:
    """The variances at the end, of the suspect and of the right sampler."""
    wrong, right = paths(key, eta, S)
    return wrong[-1].variance, right[-1].variance


def _setting(key: str) -> Run:
    return suspect(errata.find(key)).setting


def _read(key: str) -> mystery.Readings:
    return mystery.measured(key, _setting(key))


def _right_at(key: str, *etas: float) -> bool:
    """Whether the variance at the end is the right one at each of `etas`."""
    return all(abs(wrong - right) < SAME for wrong, right in (variances(key, eta) for eta in etas))


def _covariance() -> bool:
    after = list(zip(*paths("covariance"), strict=True))[1:]
    return all(wrong.variance > right.variance for wrong, right in after) and _right_at("covariance", 0.0)


def _noise_off() -> bool:
    return _read("noise-off").reseeded == 0 and variances("noise-off")[0] < 1e-4


def _same_noise() -> bool:
    return _read("same-noise").reseeded == 0 and variances("same-noise")[0] > 10


def _alpha_midway() -> bool:
    wrong, _ = paths("alpha-midway")
    return abs(wrong[-1].mean) < 0.05 and wrong[-1].variance > 0.5


def _x_for_x0() -> bool:
    return max(moment.variance for moment in paths("x-for-x0")[0]) > 1


def _lost_root() -> bool:
    wrong, right = paths("lost-root")
    to_the_wrong_side = wrong[1].mean < 0 < right[1].mean
    missing = all(lost.variance < whole.variance for lost, whole in list(zip(wrong, right, strict=True))[1:])
    return to_the_wrong_side and missing and paths("lost-root", S=500)[0][-1].mean < wrong[-1].mean < 0.1


def _variance_is_deviation() -> bool:
    wrong, right = variances("variance-is-deviation")
    ends = [variances("variance-is-deviation", eta, S)[0] for eta in (0.5, 1.0) for S in (10, 37, 1000)]
    return wrong < 0.1 * right and bool(np.isnan(ends).all())


def _eta_once() -> bool:
    asked = _setting("eta-once").eta
    larger = variances("eta-once", eta=asked**0.5)[1]
    return abs(variances("eta-once")[0] - larger) < SAME and _right_at("eta-once", 0.0, 1.0)


def _training_without_roots() -> bool:
    (*_, wrong), (*_, right) = paths("training-without-roots")
    lower = wrong.mean < right.mean and wrong.variance < right.variance
    return lower and _read("training-without-roots").reseeded == 0


def _linked_direction() -> bool:
    missing = [right - wrong for wrong, right in (variances("linked-direction", eta) for eta in ETAS)]
    return _right_at("linked-direction", 1.0) and bool((np.diff(missing) < 0).all())


def _linked_noise() -> bool:
    after = list(zip(*paths("linked-noise"), strict=True))[1:]
    return all(wrong.variance < right.variance for wrong, right in after) and _right_at("linked-noise", 0.0)


def _class_unscaled_noise() -> bool:
    wrong, _ = paths("class-unscaled-noise")
    return len(wrong) - 1 == 999 and wrong[-1].variance > 10


def _sigma_table() -> bool:
    """The eta whose right run has the variances nearest to those on the way is less than half of the one asked for."""
    at, (wrong, _) = _setting("sigma-table"), paths("sigma-table")
    seen, etas = [moment.variance for moment in wrong[:-1]], np.linspace(0, 1, 51)

    def furthest(eta: float) -> float:
        right = [moment.variance for moment in errata.right_moments(at.schedule, at.tau, eta)[:-1]]
        return float(np.abs(np.subtract(right, seen)).max()) if len(right) == len(seen) else np.inf

    return wrong[-1].t == 1 and float(etas[np.argmin([furthest(eta) for eta in etas])]) < 0.5 * at.eta


def _last_transition() -> bool:
    return paths("last-transition")[0][-1].t == 1


def _uniform_repeats() -> bool:
    wrong, right = paths("uniform-repeats")
    return wrong[0].t == wrong[1].t == right[0].t and abs(wrong[-1].variance - right[-1].variance) < SAME


def _exp_is_quadratic() -> bool:
    visited = [moment.t for moment in paths("exp-is-quadratic")[0]]
    return len(set(visited)) < len(visited) and bool(np.median(visited) < 300)


def _short_chain() -> bool:
    wrong, _ = paths("short-chain")
    return wrong[0].t == 250 and wrong[-1].mean < 0.27


CHECKS: dict[str, Callable[[], bool]] = {
    "covariance": _covariance,
    "noise-off": _noise_off,
    "same-noise": _same_noise,
    "alpha-midway": _alpha_midway,
    "x-for-x0": _x_for_x0,
    "lost-root": _lost_root,
    "variance-is-deviation": _variance_is_deviation,
    "eta-once": _eta_once,
    "training-without-roots": _training_without_roots,
    "linked-direction": _linked_direction,
    "linked-noise": _linked_noise,
    "class-unscaled-noise": _class_unscaled_noise,
    "sigma-table": _sigma_table,
    "last-transition": _last_transition,
    "uniform-repeats": _uniform_repeats,
    "exp-is-quadratic": _exp_is_quadratic,
    "short-chain": _short_chain,
}


def _claim(key: str) -> Claim:
    at = _setting(key)
    return Claim(f"tell-{key}", suspect(errata.find(key)).tell, {"eta": at.eta, "S": at.S}, CHECKS[key])


CLAIMS: tuple[Claim, ...] = tuple(_claim(case.key) for case in SUSPECTS)
