"""Are two short deterministic steps one long step? Only where the predicted noise stays the same (DDIM, Section 4.2).

Levels as in `symbols.chain_a`: from a_3 (most noise) over a_2 to a_1; sigma = 0 in every step.
"""

from typing import cast

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Equations, Step, equations, follows, given, naming
from ddim_lab.symbolic.ode import STEP
from ddim_lab.symbolic.score import EPS_STAR, SPREAD, mu
from ddim_lab.symbolic.score import s as data_s
from ddim_lab.symbolic.symbols import a, b, chain_a, eps, substituted, x_prev, x_t

a_1, a_2, a_3, _ = chain_a
x_mid, eps_mid = sp.symbols("x_mid epsilon_mid", real=True)
v_2, v_3 = sp.symbols("v_2 v_3", positive=True)  # variances of x at the levels 2 and 3
D, G, G_32, G_21, G_31 = sp.symbols("D G G_32 G_21 G_31", real=True)

# Each level as 1/(1 + t^2): t is its noise level sigma-bar, 0 at b = 1. Without fresh noise no nested root is left.
_TIMES = dict(zip((a, a_1, a_2, a_3), sp.symbols("t t_1 t_2 t_3", positive=True), strict=True))
_TIMES[b] = sp.Symbol("t_prev", nonnegative=True)
_IN_NOISE_LEVELS = {1 - level: t**2 / (1 + t**2) for level, t in _TIMES.items()}
_IN_NOISE_LEVELS |= {level: 1 / (1 + t**2) for level, t in _TIMES.items()}

FIRST = substituted(STEP, {a: a_3, b: a_2})
SECOND = substituted(STEP, {a: a_2, b: a_1, x_t: x_mid, eps: eps_mid})
LONG = substituted(STEP, {a: a_3, b: a_1})
LEVELS = tuple(sp.sqrt(1 - level) / sp.sqrt(level) for level in (a_1, a_2, a_3))
REST = sp.sqrt(a_1) * (LEVELS[0] - LEVELS[1])  # below 0: the noise level falls


def _named(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """`naming`, in noise levels."""
    return tuple(cast(sp.Expr, sp.factor(substituted(value, _IN_NOISE_LEVELS))) for value in naming(before, after))


def two_steps() -> Derivation:
    """Two deterministic steps are one long step plus a rest, and the rest is 0 only if both predict the same noise."""
    return Derivation(
        "Two deterministic steps and one",
        "σ = 0 in both steps. The first goes from the level a_3 to a_2 with the noise predicted at x_t, the second "
        "from a_2 to a_1 with the noise predicted at x_mid",
        (
            Step(
                "Write both steps",
                "The second starts where the first ends.",
                equations((x_prev, SECOND), (x_mid, FIRST)),
                given,
            ),
            Step(
                "Put the first into the second",
                "One long step from a_3 to a_1, and a rest. Its factor is below 0, never 0: the noise level falls. "
                "So the rest is 0 only where the two predicted noises are equal.",
                equations((x_prev, LONG + REST * (eps_mid - eps))),
                _named,
            ),
            Step(
                "Keep the noise",
                "With one and the same ε the rest has gone: two steps are the long step exactly.",
                equations((x_prev, LONG)),
                follows(using={eps_mid: eps}),
            ),
        ),
    )


GAIN = (sp.sqrt(a) * sp.sqrt(b) * data_s**2 + sp.sqrt(1 - a) * sp.sqrt(1 - b)) / SPREAD


def gain() -> Derivation:
    """Data N(mu, s^2): a deterministic step multiplies what x_t has beyond its mean by one number."""
    return Derivation(
        "One deterministic step, for Gaussian data",
        "σ = 0, the data are N(μ, s²), and ε is the best guess of the noise, from the derivation of the score. "
        "a·s² + 1 − a is the variance of x_t",
        (
            Step(
                "Write the step and its noise",
                "The noise is a straight line in x_t.",
                equations((x_prev, STEP), (eps, EPS_STAR)),
                given,
            ),
            Step(
                "Put in the noise",
                "The mean goes from √a·μ to √b·μ. What x_t has beyond it is multiplied by G.",
                equations((x_prev, sp.sqrt(b) * mu + G * (x_t - sp.sqrt(a) * mu)), (G, GAIN)),
                _named,
            ),
        ),
    )


def _between(start: sp.Expr, end: sp.Expr) -> sp.Expr:
    return substituted(GAIN, {a: start, b: end})


_CROSS_1 = sp.sqrt(a_1) * sp.sqrt(1 - a_2) - sp.sqrt(a_2) * sp.sqrt(1 - a_1)
_CROSS_2 = sp.sqrt(a_2) * sp.sqrt(1 - a_3) - sp.sqrt(a_3) * sp.sqrt(1 - a_2)


def counterexample() -> Derivation:
    """Data N(mu, s^2): two steps and the long one differ by a factor that is above 0 for every s > 0."""
    variances = tuple((v, substituted(SPREAD, {a: level})) for v, level in ((v_2, a_2), (v_3, a_3)))
    return Derivation(
        "Two steps are not one, for Gaussian data",
        "G_32 is what the step from a_3 to a_2 multiplies by, and so on. D is what two steps multiply by, minus what "
        "the long step does",
        (
            Step(
                "Write the difference",
                "Two steps multiply twice.",
                equations(
                    (D, G_32 * G_21 - G_31),
                    (G_32, _between(a_3, a_2)),
                    (G_21, _between(a_2, a_1)),
                    (G_31, _between(a_3, a_1)),
                ),
                given,
            ),
            Step(
                "Factor",
                "v_2 and v_3 are the variances at the two levels. Both brackets are above 0, because noise falls from "
                "a_3 to a_1. So D is above 0 for all data that vary: two steps keep more of the variance. "
                "Only for a single point, s = 0, is the predicted noise constant along the way, and D = 0.",
                equations((D, data_s**2 * _CROSS_1 * _CROSS_2 / (v_2 * v_3)), *variances),
                _named,
            ),
        ),
    )
