"""Euler's method on the straight line of flow matching is DDIM at eta = 0, on the schedule `flow`.

The line is X = c x_0 + s eps with c + s = 1 (Lipman et al. 2023, arXiv:2210.02747; Liu et al. 2023, arXiv:2209.03003),
its velocity eps - x_0. Divided by sqrt(c^2 + s^2) it is our x_t, with alpha_bar = c^2/(c^2 + s^2).
"""

import sympy as sp

from ddim_lab.symbolic.derivation import (
    Derivation,
    Equations,
    Step,
    beside,
    equations,
    follows,
    gap,
    given,
    left,
    right,
)
from ddim_lab.symbolic.ode import STEP
from ddim_lab.symbolic.symbols import a, b, eps, substituted, x_0, x_prev, x_t

X_t, X_prev, V = sp.symbols("X_t X_prev V", real=True)
c_t, s_t, c_prev = sp.symbols("c_t s_t c_prev", positive=True)
s_prev = sp.Symbol("s_prev", nonnegative=True)  # 0 on the last transition

LEVEL_T, LEVEL_PREV = c_t**2 / (c_t**2 + s_t**2), c_prev**2 / (c_prev**2 + s_prev**2)
NORM_T, NORM_PREV = sp.sqrt(c_t**2 + s_t**2), sp.sqrt(c_prev**2 + s_prev**2)


def _both_named(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """The first two equations use the names that the others explain: with those put in, they are what they were."""
    names = {left(one): right(one) for one in after[2:]}
    return tuple(substituted(gap(new), names) - gap(old) for new, old in zip(after[:2], before, strict=True))


def euler() -> Derivation:
    """An Euler step along the line, rescaled, is the deterministic DDIM step."""
    start = (X_t, c_t * x_0 + s_t * eps)
    return Derivation(
        "Flow matching's Euler step is DDIM's",
        "X is on the straight line c·x_0 + s·ε with c + s = 1, at both times. V is its velocity. x_0 and ε are what "
        "the network believes in, one pair for both",
        (
            Step(
                "Write an Euler step",
                "The velocity of a straight line: towards ε, away from x_0.",
                equations((X_prev, X_t + (s_prev - s_t) * V), (V, eps - x_0), start),
                given,
            ),
            Step(
                "Put in velocity and place",
                "The share of noise is s_prev now.",
                equations(start, (X_prev, (c_t + s_t - s_prev) * x_0 + s_prev * eps)),
                follows(by=((0, 0, 1), (1, s_prev - s_t, 1))),
            ),
            Step(
                "The shares add up to 1",
                "At both times. So the step lands on the line again, with the same x_0 and the same ε.",
                equations(start, (X_prev, c_prev * x_0 + s_prev * eps)),
                beside(follows(using={c_t: c_prev + s_prev - s_t})),
            ),
            Step(
                "Divide by √(c² + s²)",
                "So that the weights are those of variance 1, each time by its own.",
                equations(
                    (X_t / NORM_T, c_t / NORM_T * x_0 + s_t / NORM_T * eps),
                    (X_prev / NORM_PREV, c_prev / NORM_PREV * x_0 + s_prev / NORM_PREV * eps),
                ),
                follows(by=((1 / NORM_T, 0), (0, 1 / NORM_PREV))),
            ),
            Step(
                "Name the parts",
                "alpha_bar is what c² is of c² + s²: the schedule `flow`.",
                equations(
                    (x_t, sp.sqrt(a) * x_0 + sp.sqrt(1 - a) * eps),
                    (x_prev, sp.sqrt(b) * x_0 + sp.sqrt(1 - b) * eps),
                    (x_t, X_t / NORM_T),
                    (x_prev, X_prev / NORM_PREV),
                    (a, LEVEL_T),
                    (b, LEVEL_PREV),
                ),
                _both_named,
            ),
            Step(
                "Solve the first for x_0 and put it in",
                "DDIM at η = 0, Eq. 12. Another clock, the same step.",
                equations((x_prev, STEP)),
                follows(by=((-sp.sqrt(b) / sp.sqrt(a), 1, 0, 0, 0, 0),)),
            ),
        ),
    )
