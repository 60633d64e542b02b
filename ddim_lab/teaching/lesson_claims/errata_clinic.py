"""Sentences of lesson 9, the errata clinic."""

from typing import Any

import numpy as np

from ddim_lab.exact.known import MEAN, STD
from ddim_lab.teaching.claims import Claim

SAME = 1e-9


def ends(key: str, S: int, eta: float) -> tuple[Any, Any]:
    """The moments that the faulty sampler `key` ends with in the known world, and those of the right one."""
    from ddim_lab import errata  # SymPy: only where it is asked for

    at = errata.even_steps(eta, S)
    wrong, right = errata.find(key).moments, errata.right_moments
    return wrong(at.schedule, at.tau, at.eta)[-1], right(at.schedule, at.tau, at.eta)[-1]


def trap() -> dict[str, float]:
    """Variances of ten steps at eta 1: with the wrong covariance, right, and of the data."""
    wrong, right = ends("covariance", 10, 1.0)
    return {"wrong": wrong.variance, "right": right.variance, "data": STD**2}


def _wrong_looks_right() -> bool:
    ends = trap()
    return abs(ends["wrong"] - ends["data"]) < 0.3 * abs(ends["right"] - ends["data"])


def swelling() -> dict[str, float]:
    """The variance that the wrong covariance ends with at eta 1, by the number of steps."""
    return {f"s{S}": ends("covariance", S, 1.0)[0].variance for S in (10, 50, 1000)}


def _covariance_swells_only_with_noise() -> bool:
    swollen, (wrong, right) = swelling(), ends("covariance", 10, 0.0)
    return swollen["s10"] < swollen["s50"] < swollen["s1000"] and abs(wrong.variance - right.variance) < SAME


def lost_means() -> dict[str, float]:
    """The mean that the lost root ends with at eta 1, by the number of steps, and the right one."""
    return {f"s{S}": round(ends("lost-root", S, 1.0)[0].mean, 3) + 0.0 for S in (10, 50, 1000)} | {"right": MEAN}


def lost_weights() -> tuple[list[float], list[float]]:
    """k of every transition of 50 steps at eta 1, top first: with the root lost, and right."""
    from ddim_lab import errata

    at, lost = errata.even_steps(eta=1.0, S=50), errata.find("lost-root").recipe
    if lost is None:
        raise ValueError("the case lost-root has no sampler any more: its sentence needs another check")
    moves = (recipe.moves(at.schedule, at.tau, at.eta) for recipe in (lost, errata.RIGHT))
    wrong, right = (move[:-1] for move in moves)  # at b = 1 both k are 1
    return [move.k for move in wrong], [move.k for move in right]


def lost_at_07() -> dict[str, float]:
    """At b = .7 and eta 1, how much the weight of x_0 lacks for three a, the step shorter each time; and the limit."""
    from ddim_lab.errata.documents.e import LOST_ROOT
    from ddim_lab.symbolic.posterior import POSTERIOR_K
    from ddim_lab.symbolic.symbols import at

    levels = {"far": 0.5, "near": 0.69, "nearest": 0.699}
    lacks = {name: at(POSTERIOR_K - LOST_ROOT, a, 0.7) for name, a in levels.items()}
    return lacks | {"right": at(POSTERIOR_K, 0.699, 0.7), "limit": 1 - 0.7**0.5}


def _shorter_is_no_better() -> bool:
    lacks = lost_at_07()
    return 0 < lacks["far"] < lacks["near"] < lacks["nearest"] < lacks["limit"] < 1.01 * lacks["nearest"]


def _mean_is_lost() -> bool:
    means, (wrong, right) = lost_means(), lost_weights()
    if wrong[0] >= 0 or any(lost >= whole for lost, whole in zip(wrong, right, strict=True)):
        return False
    return means["s10"] > means["s50"] > abs(means["s1000"]) and abs(means["s1000"]) < 0.01 * MEAN


def _no_real_number() -> bool:
    """How much fresh noise is too much depends on S: ten steps still stand eta 0.3, fifty do not stand 0.1."""
    runs = ((10, 0.0), (10, 0.3), (10, 0.5), (10, 1.0), (50, 0.0), (50, 0.1))
    stands = [bool(np.isfinite(ends("variance-is-deviation", S, eta)[0].variance)) for S, eta in runs]
    return stands == [True, True, False, False, True, False]


def _eta_once_is_another_eta() -> bool:
    """Its eta e is the right sampler at √e: so it is right at 0 and at 1, and at .25 it is the right one at .5."""
    same = [abs(ends("eta-once", 10, eta)[0].variance - ends("eta-once", 10, eta**0.5)[1].variance) for eta in ETAS]
    apart = [abs(wrong.variance - right.variance) for wrong, right in (ends("eta-once", 10, eta) for eta in ETAS)]
    return max(same) < SAME and [gap < SAME for gap in apart] == [True, False, False, True]


def hiding_places() -> dict[str, list[float]]:
    """The values of eta at which each sampler of the ward gives exactly what the right one does."""
    return {
        key: [eta for eta in ETAS if all(_same(*ends(key, S, eta)) for S in (5, 10, 50))]
        for key in ("covariance", "same-noise", "linked-direction", "eta-once", "x-for-x0", "training-without-roots")
    }


def _same(wrong: Any, right: Any) -> bool:
    return abs(wrong.mean - right.mean) < SAME and abs(wrong.variance - right.variance) < SAME


def _some_hide() -> bool:
    return hiding_places() == {
        "covariance": [0.0], "same-noise": [0.0], "linked-direction": [1.0], "eta-once": [0.0, 1.0],
        "x-for-x0": [], "training-without-roots": [],
    }  # fmt: skip


ETAS = (0.0, 0.25, 0.5, 1.0)

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "wrong-looks-right",
        "With ten steps and eta 1 the wrong covariance ends at the variance {wrong:.3f}, the right sampler at "
        "{right:.3f}. The data have {data:.2f}: measured by the data, the wrong sampler looks better.",
        {"eta": 1.0, "S": 10},
        _wrong_looks_right,
        numbers=trap,
    ),
    Claim(
        "covariance-swells",
        "The more noisy steps, the more the wrong covariance swells the variance: to {s10:.2f} in 10 steps, {s50:.2f} "
        "in 50 and {s1000:.2f} in 1000. At eta 0 it changes nothing.",
        {"eta": 1.0},
        _covariance_swells_only_with_noise,
        numbers=swelling,
    ),
    Claim(
        "mean-is-lost",
        "The lost root makes the weight of x_0 too small at every step but the last, and near t = T even negative. The "
        "mean ends at {s10:.3f} with 10 steps, at {s50:.3f} with 50 and at {s1000:.3f} with 1000, where "
        "{right:.1f} is right.",
        {"eta": 1.0},
        _mean_is_lost,
        numbers=lost_means,
    ),
    Claim(
        "shorter-is-no-better",
        "At b = 0.7 the lost root takes {far:.3f} from the weight of x_0 in the step from a = 0.5, {near:.3f} in that "
        "from 0.69 and {nearest:.3f} in that from 0.699, where the right weight is only {right:.3f}: a shorter step "
        "does not have a smaller error here.",
        {"eta": 1.0},
        _shorter_is_no_better,
        numbers=lost_at_07,
    ),
    Claim(
        "no-real-number",
        "With a variance set equal to a deviation, ten steps give a result at eta 0 and still at 0.3, but NaN at 0.5 "
        "and at 1; fifty steps give NaN at 0.1 already.",
        {"S": 10},
        _no_real_number,
    ),
    Claim(
        "errors-hide",
        "At eta 0 nothing shows of covariance, same-noise and eta-once. At eta 1 nothing shows of linked-direction and "
        "eta-once. x-for-x0 and training-without-roots show at every eta.",
        {},
        _some_hide,
    ),
    Claim(
        "eta-once-is-another-eta",
        "Who scales σ² with eta runs the right sampler at the root of the eta asked for: 0.25 becomes 0.5. At 0 and "
        "at 1 nobody can notice.",
        {"S": 10},
        _eta_once_is_another_eta,
    ),
)
