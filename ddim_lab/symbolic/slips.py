"""Typical slips in k and m, each with a reply: the right formula with one thing wrong, and what that does."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sympy as sp

from ddim_lab.symbolic.answers import ZERO, in_terms, values
from ddim_lab.symbolic.fading import Exercise
from ddim_lab.symbolic.symbols import a, b, m

Form = Callable[[sp.Expr], sp.Expr]


class Slip(NamedTuple):
    """`form`: sigma -> the wrong m; or m -> the wrong k."""

    key: str
    form: Form
    reply: str


M_SLIPS = (
    Slip(
        "negative-root",
        lambda s: -sp.sqrt((1 - b - s**2) / (1 - a)),
        "This m meets its condition: it is the other root. But it turns the noise in x_t upside down, and every step, "
        "however short, would turn it again. Take the positive root.",
    ),
    Slip(
        "not-divided",
        lambda s: sp.sqrt(1 - b - s**2),
        "Nearly. In the condition m² is multiplied by 1 − a. Divide by that before you take the root.",
    ),
    Slip(
        "no-root",
        lambda s: (1 - b - s**2) / (1 - a),
        "This is m², not m. A variance holds the square of the weight: take the root.",
    ),
    Slip(
        "sigma-for-square",
        lambda s: sp.sqrt((1 - b - s) / (1 - a)),
        "σ stands where σ² should. σ is a standard deviation; variances add up, and the variance is σ².",
    ),
    Slip(
        "no-sigma",
        lambda s: sp.sqrt((1 - b) / (1 - a)),
        "This leaves no room for the fresh noise. It brings σ² of variance with it, so less may be kept from x_t.",
    ),
    Slip(
        "plus-sigma",
        lambda s: sp.sqrt((1 - b + s**2) / (1 - a)),
        "A sign: σ² goes to the other side of the condition, so it is taken away. More fresh noise, less kept.",
    ),
    Slip(
        "swapped",
        lambda s: sp.sqrt((1 - a - s**2) / (1 - b)),
        "a and b are exchanged. b belongs to the picture after the step, which has to have the variance 1 − b.",
    ),
    Slip(
        "alpha",
        lambda s: sp.sqrt((1 - b - s**2) / (1 - a / b)),
        "You divide by 1 − a/b. That is one step's alpha, a/b; here stands alpha_bar, the product of all of them: a.",
    ),
    Slip(
        "root-by-parts",
        lambda s: (sp.sqrt(1 - b) - s) / sp.sqrt(1 - a),
        "The root of a difference is not the difference of the roots: √(1 − b − σ²) stays together.",
    ),
    Slip(
        "bare-levels",
        lambda s: sp.sqrt((b - s**2) / a),
        "These are the shares of the picture. The noise in x_t has the variance 1 − a, that in x_prev 1 − b.",
    ),
)
K_SLIPS = (
    Slip(
        "no-root-a",
        lambda weight: sp.sqrt(b) - weight,
        "√a is missing. x_t holds √a·x_0, so with the weight m it already brings m·√a of the clean picture.",
    ),
    Slip(
        "a-for-root",
        lambda weight: sp.sqrt(b) - weight * a,
        "a stands where √a should. x_t holds √a·x_0: its mean goes with the root of alpha_bar.",
    ),
    Slip(
        "b-for-root",
        lambda weight: b - weight * sp.sqrt(a),
        "b stands where √b should. The mean of x_prev has to be √b·x_0.",
    ),
    Slip(
        "no-roots",
        lambda weight: b - weight * a,
        "The roots are missing. Means go with the roots of alpha_bar: √b and √a.",
    ),
    Slip(
        "plus",
        lambda weight: sp.sqrt(b) + weight * sp.sqrt(a),
        "A sign: m·√a goes to the other side of the condition, so it is taken away.",
    ),
    Slip(
        "swapped",
        lambda weight: sp.sqrt(a) - weight * sp.sqrt(b),
        "a and b are exchanged. b belongs to the picture after the step, whose mean has to be √b·x_0.",
    ),
    Slip(
        "alpha",
        lambda weight: sp.sqrt(b) - weight * sp.sqrt(a / b),
        "You write √(a/b). That is the root of one step's alpha; x_t holds √a·x_0, with a = alpha_bar.",
    ),
    Slip(
        "no-m",
        lambda weight: sp.sqrt(b),
        "All of the wanted mean comes from x_0 then. But x_t brings m·√a of the clean picture as well.",
    ),
    Slip(
        "noise-root",
        lambda weight: sp.sqrt(b) - weight * sp.sqrt(1 - a),
        "√(1 − a) goes with the noise in x_t. The clean picture in x_t goes with √a.",
    ),
)


def find(exercise: Exercise, unknown: sp.Symbol, answers: Mapping[sp.Symbol, sp.Expr]) -> Slip | None:
    """The slip that the answer for `unknown` is, if it is one of these. k may be written with m or with m put in."""
    typed = in_terms(exercise, answers[unknown])
    if unknown == m:
        return _first(M_SLIPS, typed, (exercise.sigma,))
    weights = [m] if typed.has(m) else [exercise.solution[m], *([answers[m]] if m in answers else [])]
    return _first(K_SLIPS, typed, tuple(in_terms(exercise, weight) for weight in weights))


def _first(slips: tuple[Slip, ...], typed: sp.Expr, insides: tuple[sp.Expr, ...]) -> Slip | None:
    numbers = values(typed)
    for slip in slips:
        for inside in insides:
            gaps = (abs(number - other) for number, other in zip(numbers, _values(slip.form(inside)), strict=True))
            if all(gap < ZERO for gap in gaps):
                return slip
    return None


@functools.lru_cache(256)
def _values(form: sp.Expr) -> tuple[Any, ...]:
    return tuple(values(form))
