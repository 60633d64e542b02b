"""Checks the step that a learner has written, term by term, against the core, and names what is wrong.

A learner's function may still have gaps: a value that is `...` (Ellipsis) is a gap, not a mistake. Each term is held
against the core's at several transitions, in float64, with eta = 0, eta = 1 and the last step among them; a wrong one
is compared with the slips that people make.
"""

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ddim_lab import noise, spacing
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.teaching.calling import Caller, TroubleError
from ddim_lab.teaching.report import Report, Verdict
from ddim_lab.teaching.slips import ETAS, LEVELS, STEP_TERMS, Trial, right_terms, slips
from ddim_lab.teaching.values import article, off, same

if TYPE_CHECKING:
    from torch import Tensor

OwnStep = Callable[..., tuple[Any, Any, Any, Any]]


def trials() -> Iterator[Trial]:
    """Every pair of LEVELS at every eta, on the same two pictures."""
    shape = (1, 4, 4)
    x_t = noise.initial_noise(2, shape, seed=11).double()
    eps, z = (noise.fresh_noise(2, shape, j, seed=11) for j in (1, 2))
    for a, b in LEVELS:
        for eta in ETAS:
            yield Trial(a, b, eta, x_t, eps, z)


def core_step(x_t: "Tensor", eps: "Tensor", a: float, b: float, eta: float, z: "Tensor") -> tuple[Any, Any, Any, Any]:
    """The core's own step in the form of the exercise: what stands in while a learner's has gaps."""
    terms = right_terms(Trial(a, b, eta, x_t, eps, z))
    return tuple(terms[term] for term in STEP_TERMS)  # pyright: ignore[reportReturnType]


def check(own: OwnStep) -> Report:
    """Holds own(x_t, eps, a, b, eta, z) -> (x0, sigma, direction, x_prev) against the core; raises nothing."""
    verdicts: dict[str, Verdict] = {}
    call = Caller(own)
    for trial in trials():
        try:
            named = _named(call(trial.x_t, trial.eps, trial.a, trial.b, trial.eta, trial.z))
        except TroubleError as trouble:  # whatever a learner's code raises is told, not passed on
            state, words = "gap" if trouble.gap else "wrong", f"{trouble} (at {trial.where})"
            return Report([Verdict(term, state, words) for term in STEP_TERMS])
        for term in STEP_TERMS:
            if term not in verdicts and (verdict := _judge(term, named, trial)) is not None:
                verdicts[term] = verdict
    return Report([verdicts.get(term, Verdict(term, "right")) for term in STEP_TERMS])


def _named(values: Any) -> dict[str, Any]:
    """The four terms by name. Raises TroubleError if these are no four values."""
    if not isinstance(values, tuple | list) or len(values) != len(STEP_TERMS):
        given = f"{len(values)} values" if isinstance(values, tuple | list) else article(values)
        raise TroubleError(f"it returns {given}, where {', '.join(STEP_TERMS)} belong")
    return dict(zip(STEP_TERMS, values, strict=True))


def _judge(term: str, named: dict[str, Any], trial: Trial) -> Verdict | None:
    """None where the term is right in this trial. x_prev is judged by the learner's own three terms."""
    value = named[term]
    if value is ...:
        return Verdict(term, "gap")
    right = right_terms(trial)
    if term == "x_prev":
        if any(named[other] is ... for other in STEP_TERMS[:3]):
            return Verdict(term, "gap", "waits for the terms above")
        right = _assembled(named, right, trial)
    if same(value, right[term]):
        return None
    slip = next((words for words, wrong in slips(term, right, trial) if same(value, wrong)), "")
    return Verdict(term, "wrong", f"at {trial.where}: {slip or off(value, right[term])}")


def _assembled(named: dict[str, Any], right: dict[str, Any], trial: Trial) -> dict[str, Any]:
    """The learner's own three terms and the x_prev that they make; where they make none, what they gave is taken."""
    given = {**right, "x_prev": named["x_prev"]}
    try:
        x_prev = trial.b**0.5 * named["x0"] + named["direction"] * trial.eps + named["sigma"] * trial.z
        return {**named, "x_prev": x_prev} if math.isfinite(x_prev.sum()) else given
    except (TypeError, ValueError, RuntimeError):
        return given


def check_pairs(own: Callable[[list[int]], Any]) -> Report:
    """Holds own(tau) -> [(t, t_prev), ...] against the core's pairs, for several lists of steps visited."""
    import numpy as np

    call = Caller(own)
    for tau in ([1000], [250, 500, 750, 1000], [1, 2, 40]):
        right = spacing.transitions(np.array(tau))
        try:
            pairs = _pairs(call(tau))
        except TroubleError as trouble:
            state = "gap" if trouble.gap else "wrong"
            return Report([Verdict("pairs", state, "" if trouble.gap else f"{trouble} (for {tau})")])
        if pairs != right:
            return Report([Verdict("pairs", "wrong", f"for {tau}: {_pairs_hint(pairs, right)}")])
    return Report([Verdict("pairs", "right")])


def _pairs(value: Any) -> list[tuple[int, int]]:
    """The pairs as integers. Raises TroubleError if these are none."""
    try:
        return [(int(t), int(t_prev)) for t, t_prev in value]
    except (TypeError, ValueError):
        raise TroubleError(f"it returns {article(value)}, where pairs (t, t_prev) belong") from None


def _pairs_hint(pairs: list[tuple[int, int]], right: list[tuple[int, int]]) -> str:
    if pairs == right[::-1]:
        return "the walk begins at the noise: turn the order round"
    if pairs == right[:-1]:
        return "the last pair must end at 0"
    if pairs == [(t_prev, t) for t, t_prev in right[::-1]] or pairs == [(t_prev, t) for t, t_prev in right]:
        return "each pair is (from, to), and the walk goes down"
    return f"{right} was expected, {pairs} came"


def walk(
    own: OwnStep, denoiser: Any, x_T: "Tensor", schedule: NoiseSchedule, tau: Any, eta: float, seed: int = 0
) -> "list[Tensor]":
    """What is held on the way when `own` takes the steps: x_T first, the result last."""
    held = [x_T]
    for j, (t, t_prev) in enumerate(spacing.transitions(spacing.custom(tau, schedule.T)), start=1):
        a, b = float(schedule.alpha_bar[t]), float(schedule.alpha_bar[t_prev])
        z = noise.fresh_noise(len(x_T), tuple(x_T.shape[1:]), j, seed).to(x_T.dtype)
        held.append(own(held[-1], denoiser(held[-1], a), a, b, eta, z)[3])
    return held
