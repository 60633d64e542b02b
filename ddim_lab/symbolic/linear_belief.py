"""By the clock lambda = log(alpha_bar/(1 - alpha_bar))/2 a belief that changes linearly can be followed exactly.

With x_0 = c + d (lambda - lambda_t) a step of stride h ends at

    x_prev = sqrt(1 - b)/sqrt(1 - a) x_t + sqrt(1 - b) e^lambda_t (c (e^h - 1) + d (1 + (h - 1) e^h)),

and what a solver misses is a formula: DDIM by d sqrt(1 - b) e^lambda_t (h^2/2 + ...), 2M and 2S by (h^3/12 + ...).
"""

import sympy as sp

from ddim_lab.symbolic.derivation import (
    Derivation,
    Equations,
    Rule,
    Step,
    equations,
    follows,
    given,
    integrated,
    naming,
    put_in,
    right,
    states,
)
from ddim_lab.symbolic.symbols import a, b, substituted, x_0, x_prev, x_t

lambda_t, lambda_prev = sp.symbols("lambda_t lambda_prev", real=True)
y_t, y_prev, D, M, R, B, N, F = sp.symbols("y_t y_prev D M R B N F", real=True)
c, d, u, y = sp.symbols("c d u y", real=True)  # u: how far lambda is beyond lambda_t; the belief before
h, H = sp.symbols("h H", positive=True)  # the stride, and that of the step before

STEP = sp.sqrt(b) * x_0 + sp.sqrt(1 - b) * (x_t - sp.sqrt(a) * x_0) / sp.sqrt(1 - a)  # DDIM, Eq. 12, sigma = 0
KEPT = sp.sqrt(1 - b) / sp.sqrt(1 - a) * x_t
SCALE = sp.sqrt(1 - b) * sp.exp(lambda_t)
EXACT = KEPT + SCALE * (c * (sp.exp(h) - 1) + d * (1 + (h - 1) * sp.exp(h)))
MISSED_BY_DDIM = SCALE * d * (1 + (h - 1) * sp.exp(h))
MISSED_BY_2M = SCALE * d * (1 + h / 2 + (h / 2 - 1) * sp.exp(h))


def _slope(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """D is what y gains for each unit of lambda in the limit: the derivative at the start, where nothing is gained."""
    gained = right(before[0]) - y_t
    limit = substituted(sp.diff(gained, lambda_prev), {lambda_prev: lambda_t})
    return (substituted(gained, {lambda_prev: lambda_t}), *states(after, (D, limit)))


def clock() -> Derivation:
    """DDIM in y = x/sqrt(1 - alpha_bar): belief times the rise of e^lambda. In the limit dy/dlambda = e^lambda x_0."""
    return Derivation(
        "A DDIM step by the clock λ",
        "σ = 0. y is the picture divided by its noise, λ half the log of the signal-to-noise ratio, so e^λ is how much "
        "picture there is for one part of noise",
        (
            Step(
                "Start from the step with its belief",
                "DDIM, Eq. 12. The noise is what x_t has beyond the belief.",
                equations((x_prev, STEP)),
                given,
            ),
            Step(
                "Divide by √(1 − b)",
                "Sorted: where it was, and the belief times a difference.",
                equations(
                    (
                        x_prev / sp.sqrt(1 - b),
                        x_t / sp.sqrt(1 - a) + (sp.sqrt(b) / sp.sqrt(1 - b) - sp.sqrt(a) / sp.sqrt(1 - a)) * x_0,
                    )
                ),
                follows(by=((1 / sp.sqrt(1 - b),),)),
            ),
            Step(
                "Name the parts",
                "The step trusts one belief while e^λ grows.",
                equations(
                    (y_prev, y_t + (sp.exp(lambda_prev) - sp.exp(lambda_t)) * x_0),
                    (y_prev, x_prev / sp.sqrt(1 - b)),
                    (y_t, x_t / sp.sqrt(1 - a)),
                    (lambda_prev, sp.log(b / (1 - b)) / 2),
                    (lambda_t, sp.log(a / (1 - a)) / 2),
                ),
                naming,
            ),
            Step(
                "Let the step shrink to nothing",
                "D is what y gains for each unit of λ. This is the ODE; all that a solver has to know is how the "
                "belief goes on.",
                equations((D, sp.exp(lambda_t) * x_0)),
                _slope,
            ),
        ),
    )


def exact() -> Derivation:
    """The ODE's step where the belief is linear in lambda, in closed form."""
    belief = c + d * u
    return Derivation(
        "Where the belief changes evenly, the step is known",
        "Along the step the belief is c + d·u, where u is how far λ has come, from 0 to h. y grows at the rate e^λ "
        "times the belief, from the derivation above; x is y times its noise. F is where the ODE ends",
        (
            Step(
                "Add up what is gained",
                "e^λ is e^u times what it was at the start.",
                equations((F, KEPT + SCALE * sp.Integral(sp.exp(u) * belief, (u, 0, h)))),
                given,
            ),
            Step(
                "Carry out the integral",
                "By parts. No denoiser is asked on the way: c and d say it all.",
                equations((F, EXACT)),
                integrated,
            ),
        ),
    )


def _leading(power: int) -> Rule:
    """The rule of a leading term: R is the limit of the right side over h^power as h goes to 0."""

    def rule(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
        return states(after, (R, sp.limit(right(before[0]) / h**power, h, 0)))

    return rule


def missed_by_ddim() -> Derivation:
    """DDIM holds c all along: it misses d sqrt(1 - b) e^lambda_t (h^2/2 + ...)."""
    return Derivation(
        "What DDIM misses",
        "The belief is c at the start and c + d·h at the end, as above. F is where the ODE ends, N where DDIM ends, "
        "and M what is missing; R is M divided by h², for a short step",
        (
            Step(
                "Write both steps",
                "DDIM believes in c all the way.",
                equations((M, F - N), (F, EXACT), (N, KEPT + SCALE * (sp.exp(h) - 1) * c)),
                given,
            ),
            Step(
                "Subtract",
                "Only what changes in the belief is missed.",
                equations((M, MISSED_BY_DDIM)),
                put_in(F, N),
            ),
            Step(
                "Let the step be short",
                "M is about half of h² times this scale: half the stride, a quarter of the miss, and twice the steps. "
                "Order 1.",
                equations((R, SCALE * d / 2)),
                _leading(2),
            ),
        ),
    )


def missed_by_2m() -> Derivation:
    """2M extrapolates to the middle: it misses d sqrt(1 - b) e^lambda_t (h^3/12 + ...), whatever h' was."""
    used = c + h / (2 * H) * (c - y)
    return Derivation(
        "What 2M misses",
        "As above; y is the belief one step before, of the stride H. F is where the ODE ends, N where 2M ends, "
        "M what is missing; R is M divided by h³, for a short step",
        (
            Step(
                "Write both steps",
                "The same step as DDIM's, with another belief B.",
                equations(
                    (M, F - N),
                    (F, EXACT),
                    (N, KEPT + SCALE * (sp.exp(h) - 1) * B),
                    (B, used),
                    (y, c - d * H),
                ),
                given,
            ),
            Step(
                "Put in the belief before",
                "The stride before cancels: B is the belief in the middle of this step. 2S, the mean of c and c + d·h, "
                "has the same.",
                equations((M, F - N), (F, EXACT), (N, KEPT + SCALE * (sp.exp(h) - 1) * B), (B, c + d * h / 2)),
                put_in(y),
            ),
            Step(
                "Put in B",
                "One step of DDIM, with the belief of its middle.",
                equations((M, F - N), (F, EXACT), (N, KEPT + SCALE * (sp.exp(h) - 1) * (c + d * h / 2))),
                put_in(B),
            ),
            Step(
                "Subtract",
                "c cancels again.",
                equations((M, MISSED_BY_2M)),
                put_in(F, N),
            ),
            Step(
                "Let the step be short",
                "M is about a twelfth of h³ times the scale: half the stride, an eighth of the miss, and twice the "
                "steps. Order 2.",
                equations((R, SCALE * d / 12)),
                _leading(3),
            ),
        ),
    )
