"""Checks the step that a learner has written, term by term, against the core, and names what is wrong.

A learner's function may still have gaps: a value that is `...` (Ellipsis) is a gap, not a mistake. Each term is held
against `dl.step` and `dl.coefficients` at several transitions, in float64, with eta = 0, eta = 1 and the last step
among them; a wrong one is compared with the slips that people make.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ddim_lab import noise, sampler, spacing
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.transition import coefficients

if TYPE_CHECKING:
    from torch import Tensor

LEVELS = ((0.5, 0.7), (0.08, 0.3), (0.9, 0.97), (0.95, 1.0))  # alpha_bar_t, alpha_bar_prev; the last one lands on data
ETAS = (0.0, 1.0, 0.5)
TOLERANCE = 1e-9
STEP_TERMS = ("x0", "sigma", "direction", "x_prev")
OwnStep = Callable[..., tuple[Any, Any, Any, Any]]


@dataclass(frozen=True)
class Trial:
    """One transition to try: levels, eta, and float64 pictures (2, 1, 4, 4)."""

    a: float
    b: float
    eta: float
    x_t: "Tensor"
    eps: "Tensor"
    z: "Tensor"

    @property
    def where(self) -> str:
        """The transition in words."""
        return f"a = {self.a:g}, b = {self.b:g}, η = {self.eta:g}"


@dataclass(frozen=True)
class Verdict:
    """What was found of one term: "right", "gap" or "wrong", and a hint."""

    term: str
    state: str
    hint: str = ""


class Report:
    """The verdicts on all terms. In a notebook: the last line of a cell."""

    def __init__(self, verdicts: Sequence[Verdict]):
        self.verdicts = tuple(verdicts)

    @property
    def right(self) -> bool:
        """Whether every term is right."""
        return all(verdict.state == "right" for verdict in self.verdicts)

    def _repr_markdown_(self) -> str:
        marks = {"right": "✓ right", "gap": "… a gap", "wrong": "✗ **wrong**"}
        rows = [f"| `{v.term}` | {marks[v.state]} | {v.hint} |" for v in self.verdicts]
        return "\n".join(("| term | | what was found |", "| --- | --- | --- |", *rows))

    def __repr__(self) -> str:
        return "; ".join(f"{verdict.term}: {verdict.state}" for verdict in self.verdicts)


def trials() -> Iterator[Trial]:
    """Every pair of LEVELS at every eta, on the same two pictures."""
    shape = (1, 4, 4)
    x_t = noise.initial_noise(2, shape, seed=11).double()
    eps, z = (noise.fresh_noise(2, shape, j, seed=11) for j in (1, 2))
    for a, b in LEVELS:
        for eta in ETAS:
            yield Trial(a, b, eta, x_t, eps, z)


def right_terms(trial: Trial) -> dict[str, Any]:
    """x0, sigma, direction (the factor of the predicted noise) and x_prev, by the core."""
    c = coefficients(trial.a, trial.b, trial.eta)
    record = sampler.step(trial.x_t, trial.eps, trial.a, trial.b, eta=trial.eta, z=trial.z)
    direction = float(c.m) * (1 - trial.a) ** 0.5
    return {"x0": record.x0, "sigma": float(c.sigma), "direction": direction, "x_prev": record.x_prev}


def core_step(x_t: "Tensor", eps: "Tensor", a: float, b: float, eta: float, z: "Tensor") -> tuple[Any, Any, Any, Any]:
    """The core's own step in the form of the exercise: what stands in while a learner's has gaps."""
    terms = right_terms(Trial(a, b, eta, x_t, eps, z))
    return tuple(terms[term] for term in STEP_TERMS)  # pyright: ignore[reportReturnType]


def check(own: OwnStep) -> Report:
    """Holds own(x_t, eps, a, b, eta, z) -> (x0, sigma, direction, x_prev) against the core; raises nothing."""
    verdicts: dict[str, Verdict] = {}
    for trial in trials():
        try:
            values = own(trial.x_t, trial.eps, trial.a, trial.b, trial.eta, trial.z)
            named: dict[str, Any] = dict(zip(STEP_TERMS, values, strict=True))
        except Exception as error:  # whatever a learner's code raises is told, not passed on
            words = f"raises {type(error).__name__}: {error} (at {trial.where})"
            return Report([Verdict(term, "gap" if _touches_gap(error) else "wrong", words) for term in STEP_TERMS])
        for term in STEP_TERMS:
            if term not in verdicts and (verdict := _judge(term, named, trial)) is not None:
                verdicts[term] = verdict
    return Report([verdicts.get(term, Verdict(term, "right")) for term in STEP_TERMS])


def _touches_gap(error: Exception) -> bool:
    return "ellipsis" in str(error).lower()


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
    if _same(value, right[term]):
        return None
    slip = next((words for words, wrong in slips(term, right, trial) if _same(value, wrong)), "")
    return Verdict(term, "wrong", f"at {trial.where}: {slip or _off(value, right[term])}")


def _assembled(named: dict[str, Any], right: dict[str, Any], trial: Trial) -> dict[str, Any]:
    """The learner's own three terms and the x_prev that they make; where they make none, what they gave is taken."""
    given = {**right, "x_prev": named["x_prev"]}
    try:
        x_prev = trial.b**0.5 * named["x0"] + named["direction"] * trial.eps + named["sigma"] * trial.z
        return {**named, "x_prev": x_prev} if math.isfinite(x_prev.sum()) else given
    except (TypeError, ValueError, RuntimeError):
        return given


def _same(value: Any, right: Any) -> bool:
    import torch

    if value is right:
        return True
    try:
        one, other = (torch.as_tensor(number, dtype=torch.float64) for number in (value, right))
    except (TypeError, ValueError, RuntimeError):
        return False
    return one.shape == other.shape and bool((one - other).abs().max() <= TOLERANCE)


def _off(value: Any, right: Any) -> str:
    import torch

    try:
        one, other = (torch.as_tensor(number, dtype=torch.float64) for number in (value, right))
    except (TypeError, ValueError, RuntimeError):
        return f"it is {type(value).__name__}, where a number or a picture belongs"
    if one.shape != other.shape:
        return f"its shape is {tuple(one.shape)}, where {tuple(other.shape)} belongs"
    if not bool(torch.isfinite(one).all()):
        return "it is not finite: a root of something negative, or a division by 0"
    if one.ndim == 0:
        return f"it is {float(one):.4f}, where {float(other):.4f} belongs"
    return f"it is off by {float((one - other).abs().max()):.3g} in the worst pixel"


def slips(term: str, right: dict[str, Any], trial: Trial) -> Iterator[tuple[str, Any]]:
    """What people write instead: words, and the value that it gives in this trial."""
    a, b, eta, x_t, eps = trial.a, trial.b, trial.eta, trial.x_t, trial.eps
    s = right["sigma"]
    if term == "x0":
        yield "the noise must be scaled by √(1 − a) before it is taken out", (x_t - eps) / a**0.5
        yield "divide by √a, not by a", (x_t - (1 - a) ** 0.5 * eps) / a
        yield "nothing was divided by √a", x_t - (1 - a) ** 0.5 * eps
        yield "the roots are missing", (x_t - (1 - a) * eps) / a
        yield "x_t belongs to the level a, not to b", (x_t - (1 - b) ** 0.5 * eps) / b**0.5
        yield "the noise is taken out, not put in: a minus", (x_t + (1 - a) ** 0.5 * eps) / a**0.5
    elif term == "sigma":
        ddpm = ((1 - b) / (1 - a) * (1 - a / b)) ** 0.5
        yield "this is a variance; the deviation is its root", s**2
        yield "η multiplies σ, not σ²", eta**0.5 * ddpm
        yield "η is missing: this is the DDPM's σ", ddpm
        yield "η enters once, not squared", eta**2 * ddpm
        yield "the factor (1 − b)/(1 − a) is missing: this is the larger σ̂", eta * (1 - a / b) ** 0.5
        yield "the factor 1 − a/b is missing", eta * ((1 - b) / (1 - a)) ** 0.5
    elif term == "direction":
        yield "all noise is put back; fresh noise must have its share, so take σ² off", (1 - b) ** 0.5
        yield "variances are subtracted: σ², not σ", math.sqrt(max(1 - b - s, 0))
        yield "the root is missing", 1 - b - s**2
        yield "the noise that x_prev may hold belongs to b, not to a", math.sqrt(max(1 - a - s**2, 0))
    else:
        x0, direction, z = right["x0"], right["direction"], trial.z
        yield "x0 is scaled by √b, the level the step reaches", a**0.5 * x0 + direction * eps + s * z
        yield "x0 must be scaled by √b", x0 + direction * eps + s * z
        yield "the fresh noise is missing", b**0.5 * x0 + direction * eps
        yield "the fresh noise is scaled by σ, not by σ²", b**0.5 * x0 + direction * eps + s**2 * z
        yield "the predicted noise is put back, not x_t", b**0.5 * x0 + direction * x_t + s * z


def check_pairs(own: Callable[[list[int]], Any]) -> Report:
    """Holds own(tau) -> [(t, t_prev), ...] against the core's pairs, for several lists of steps visited."""
    import numpy as np

    for tau in ([1000], [250, 500, 750, 1000], [1, 2, 40]):
        right = spacing.transitions(np.array(tau))
        try:
            value = own(list(tau))
            pairs = value if value is ... else [(int(t), int(t_prev)) for t, t_prev in value]
        except Exception as error:
            return Report([Verdict("pairs", "wrong", f"raises {type(error).__name__}: {error} (for {tau})")])
        if pairs is ...:
            return Report([Verdict("pairs", "gap")])
        if pairs != right:
            return Report([Verdict("pairs", "wrong", f"for {tau}: {_pairs_hint(pairs, right)}")])
    return Report([Verdict("pairs", "right")])


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
