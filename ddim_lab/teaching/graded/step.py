"""The exercise on one step: the predicted picture, and the next one."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ddim_lab import noise
from ddim_lab.teaching.calling import TroubleError
from ddim_lab.teaching.graded import catalogue
from ddim_lab.teaching.graded.exercise import Exercise, Given, Mistake, Property
from ddim_lab.teaching.graded.weights import transitions
from ddim_lab.teaching.slips import STEP_TERMS, Trial, right_terms, slips
from ddim_lab.teaching.values import article, off, shaped

SHAPE, PICTURES = (4, 4), 3  # not square as a whole: a swapped axis shows
SEED = 11


def _trials(seed: int | None) -> list[Given]:
    x_t, eps, z = (noise.rows(PICTURES, SHAPE, seed or SEED, noise.FRESH, j) for j in (1, 2, 3))
    return [Given(f"a = {a:g}, b = {b:g}, η = {eta:g}", (x_t, eps, a, b, eta, z)) for a, b, eta in transitions(seed)]


def _trial(x_t: Any, eps: Any, a: float, b: float, eta: float, z: Any) -> Trial:
    return Trial(a, b, eta, x_t, eps, z)


def _two(call: Callable[..., Any], given: Given) -> tuple[Any, Any]:
    value = call(*given.arguments)
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise TroubleError(f"it returns {article(value)}, where two pictures, x0 and x_prev, belong")
    x0, x_prev = (shaped(each, (PICTURES, *SHAPE), name) for each, name in zip(value, ("x0", "x_prev"), strict=True))
    return x0, x_prev


def _believed(given: Given, value: tuple[Any, Any]) -> str:
    return off(value[0], right_terms(_trial(*given.arguments))["x0"], "x0")


def _arrives(given: Given, value: tuple[Any, Any]) -> str:
    """With the learner's own x0, so that one mistake counts once."""
    trial = _trial(*given.arguments)
    right = right_terms(trial)
    wanted = trial.b**0.5 * value[0] + right["direction"] * trial.eps + right["sigma"] * trial.z
    return off(value[1], wanted, "x_prev, made of your x0,")


def _ends(given: Given, value: tuple[Any, Any]) -> str:
    return off(value[1], right_terms(_trial(*given.arguments))["x0"], "x_prev")


def made(term: str, place: int, *arguments: Any) -> tuple[Any, Any]:
    """x0 and x_prev of a step that is right but for slip number `place` of `term`."""
    trial = _trial(*arguments)
    terms = right_terms(trial)
    terms[term] = list(slips(term, terms, trial))[place][1]
    if term == "sigma":
        terms["direction"] = (1 - trial.b - terms["sigma"] ** 2) ** 0.5
    if term != "x_prev":
        terms["x_prev"] = trial.b**0.5 * terms["x0"] + terms["direction"] * trial.eps + terms["sigma"] * trial.z
    return terms["x0"], terms["x_prev"]


def _mistakes() -> Iterator[Mistake]:
    first = _trial(*_trials(None)[1].arguments)
    for term in STEP_TERMS:
        for place, (words, _) in enumerate(slips(term, right_terms(first), first)):

            def wrong(*arguments: Any, term: str = term, place: int = place) -> tuple[Any, Any]:
                return made(term, place, *arguments)

            yield Mistake(f"{term}: {words}", wrong, part=0 if term == "x0" else 1)
    for words, weights in catalogue.weights():

        def by_weights(x_t: Any, eps: Any, a: float, b: float, eta: float, z: Any, weights: Any = weights) -> Any:
            (k, m, sigma), x0 = weights(a, b, eta), right_terms(_trial(x_t, eps, a, b, eta, z))["x0"]
            return x0, k * x0 + m * x_t + (sigma * z if np.isfinite(sigma) else np.nan)

        yield Mistake(f"x_prev: {words}", by_weights, part=1)


def _before_the_end(given: Given) -> bool:
    return given.arguments[3] < 1


STEP = Exercise(
    "step",
    "my_step(x_t, eps, a, b, eta, z)",
    _trials,
    _two,
    (
        Property(
            "x0 is what is left of x_t when the predicted noise is taken out: x_t = √a·x0 + √(1 − a)·eps", _believed
        ),
        Property(
            "At η = 0 all the noise that x_prev holds is the predicted one",
            _arrives,
            at=lambda given: _before_the_end(given) and given.arguments[4] == 0,
        ),
        Property(
            "At η > 0 fresh noise takes its share σ² of it",
            _arrives,
            at=lambda given: _before_the_end(given) and given.arguments[4] > 0,
        ),
        Property("The last step, b = 1, gives x_0", _ends, at=lambda given: not _before_the_end(given)),
    ),
    _mistakes,
)
