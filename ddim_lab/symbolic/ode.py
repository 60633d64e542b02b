"""DDIM as Euler's method for an ODE, both directions, and the probability-flow step beside it (DDIM, Section 4.3).

Divided by sqrt(alpha_bar), a picture is x-bar = x_0 + sigma-bar eps with the noise level sigma-bar = sqrt((1 - a)/a).
In these variables a deterministic step is a straight line, and all steps follow d x-bar = eps d sigma-bar (Eq. 14).
"""

import sympy as sp

from ddim_lab.symbolic.derivation import (
    Derivation,
    Equations,
    Step,
    equations,
    follows,
    gap,
    given,
    left,
    naming,
    right,
    states,
)
from ddim_lab.symbolic.symbols import a, b, eps, k, m, sigma, substituted, x_0, x_prev, x_t
from ddim_lab.symbolic.undetermined import solution

xbar_t, xbar_prev = sp.symbols("xbar_t xbar_prev", real=True)  # x_t/sqrt(a), x_prev/sqrt(b)
sbar_t = sp.Symbol("sigmabar_t", positive=True)  # sqrt((1 - a)/a)
sbar_prev = sp.Symbol("sigmabar_prev", nonnegative=True)  # sqrt((1 - b)/b), 0 on the last transition
beta, score = sp.symbols("beta s", real=True)
eps_2 = sp.Symbol("epsilon_2", real=True)  # the noise predicted at another place
D, E, F, N, S, DELTA = sp.symbols("D E F N S Delta", real=True)
h = sp.Symbol("h", positive=True)  # the length of a step in sigma-bar

LEVEL_T, LEVEL_PREV = sp.sqrt(1 - a) / sp.sqrt(a), sp.sqrt(1 - b) / sp.sqrt(b)
LEVEL_NAMES = ((sbar_t, LEVEL_T), (sbar_prev, LEVEL_PREV))
PICTURE_NAMES = ((xbar_t, x_t / sp.sqrt(a)), (xbar_prev, x_prev / sp.sqrt(b)))
BELIEF = (x_t - sp.sqrt(1 - a) * eps) / sp.sqrt(a)
STEP = sp.sqrt(b) * BELIEF + sp.sqrt(1 - b) * eps  # DDIM, Eq. 12, without fresh noise
FLOW_STEP = sp.sqrt(b) * (x_t / sp.sqrt(a) + (LEVEL_PREV**2 - LEVEL_T**2) / (2 * LEVEL_T) * eps)  # DDIM, Eq. 15
ENCODE_STEP = sp.sqrt(a) * (x_prev - sp.sqrt(1 - b) * eps) / sp.sqrt(b) + sp.sqrt(1 - a) * eps


def euler() -> Derivation:
    """The DDIM step (eta = 0) is an Euler step of d x-bar = eps d sigma-bar: DDIM, Eqs. 13-14."""
    solved = solution()
    weights = {unknown: substituted(solved[unknown], {sigma: 0}) for unknown in (k, m)}
    return Derivation(
        "A DDIM step is a straight line",
        "σ = 0. A bar over x means: divided by the root of that time's alpha_bar. σ̄ is how much noise there is for one "
        "part of picture",
        (
            Step(
                "Start from the step by k and m",
                "The belief stands in the place of x_0.",
                equations((x_prev, k * x_0 + m * x_t)),
                given,
            ),
            Step(
                "Put in k and m at σ = 0",
                "Those of the marginal condition.",
                equations((x_prev, weights[k] * x_0 + weights[m] * x_t)),
                follows(using=weights),
            ),
            Step(
                "Put in the belief",
                "The belief is x_t without its predicted noise ε, stretched back. Sorted: the belief, and the "
                "predicted noise put back.",
                equations((x_prev, STEP)),
                follows(using={x_0: BELIEF}),
            ),
            Step(
                "Divide by √b",
                "Picture and noise now have one scale each.",
                equations((x_prev / sp.sqrt(b), x_t / sp.sqrt(a) + (LEVEL_PREV - LEVEL_T) * eps)),
                follows(by=((1 / sp.sqrt(b),),)),
            ),
            Step(
                "Name the parts",
                "From one noise level to the next, along the direction ε. That is Euler's method: the slope is taken "
                "where the step starts.",
                equations((xbar_prev, xbar_t + (sbar_prev - sbar_t) * eps), *PICTURE_NAMES, *LEVEL_NAMES),
                naming,
            ),
            Step(
                "Divide by the change of σ̄",
                "The slope is ε however short the step is. In the limit this is the ODE d x̄ / d σ̄ = ε.",
                equations(((xbar_prev - xbar_t) / (sbar_prev - sbar_t), eps)),
                follows(by=((1 / (sbar_prev - sbar_t), 0, 0, 0, 0),)),
            ),
        ),
    )


def _slope(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """The old quotient's limit b -> a: its numerator is 0 there, so the limit is the numerator's derivative."""
    numerator = right(before[0]) * (b - a)
    limit = substituted(sp.diff(numerator, b), {b: a})
    return (substituted(numerator, {b: a}), *states(after, (left(before[0]), limit)))


def ode() -> Derivation:
    """Infinitely short steps: the ODE in x_t itself, and in continuous time the probability flow of the VP SDE."""
    return Derivation(
        "Infinitely short steps: the ODE",
        "D is the change of x_t for each unit of alpha_bar. With continuous time, alpha_bar falls at the rate β·a; "
        "F is then the change of x_t for each unit of time. s is the score, with ε = −√(1 − a)·s",
        (
            Step(
                "Write the change over a step",
                "The DDIM step, minus where it starts, for each unit of alpha_bar.",
                equations((D, (STEP - x_t) / (b - a))),
                given,
            ),
            Step(
                "Let the step shrink to nothing",
                "The numerator is 0 at b = a, so the limit is its derivative there.",
                equations((D, x_t / (2 * a) - eps / (2 * a * sp.sqrt(1 - a)))),
                _slope,
            ),
            Step(
                "Use time instead",
                "A unit of time changes alpha_bar by −β·a.",
                equations((F, -beta * x_t / 2 + beta * eps / (2 * sp.sqrt(1 - a)))),
                follows(using={D: -F / (beta * a)}, by=((-beta * a,),)),
            ),
            Step(
                "Say it with the score",
                "This is the probability-flow ODE of the variance-preserving SDE: half the score, and no fresh noise.",
                equations((F, -beta * (x_t + score) / 2)),
                follows(using={eps: -sp.sqrt(1 - a) * score}),
            ),
        ),
    )


def _differentiated(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    return (gap(after[0]) - gap(before[0]).doit(),)


def _euler_step(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    return (gap(after[0]) - (xbar_prev - xbar_t - DELTA * right(before[0])),)


def probability_flow() -> Derivation:
    """Euler in sigma-bar squared: the probability-flow step of the paper (DDIM, Eq. 15)."""
    clock = sp.Symbol("S", positive=True)
    pictures = dict((*PICTURE_NAMES, *LEVEL_NAMES))
    return Derivation(
        "The other Euler: steps in σ̄²",
        "The same ODE, but the clock is S = σ̄². D is the slope of x̄ against S, Δ the change of S",
        (
            Step(
                "Change the clock",
                "The slope against σ̄ is ε. Against S it is ε times the slope of √S, by the chain rule.",
                equations((D, eps * sp.Derivative(sp.sqrt(clock), clock))),
                given,
            ),
            Step(
                "Take the derivative",
                "That of a root.",
                equations((D, eps / (2 * sp.sqrt(clock)))),
                _differentiated,
            ),
            Step(
                "Take an Euler step",
                "Where it starts, plus change of the clock times slope.",
                equations((xbar_prev, xbar_t + DELTA * eps / (2 * sp.sqrt(clock)))),
                _euler_step,
            ),
            Step(
                "Put in the clock",
                "It starts at σ̄² of t and ends at that of t_prev.",
                equations((xbar_prev, xbar_t + (sbar_prev**2 - sbar_t**2) * eps / (2 * sbar_t))),
                follows(using={clock: sbar_t**2, DELTA: sbar_prev**2 - sbar_t**2}),
            ),
            Step(
                "Back to pictures",
                "Put in what the barred names mean and multiply by √b. This is the paper's Eq. 15.",
                equations((x_prev, FLOW_STEP)),
                follows(using=pictures, by=((sp.sqrt(b),),)),
            ),
        ),
    )


def difference() -> Derivation:
    """Probability-flow Euler minus DDIM: second order in the step, so both follow the same ODE."""
    return Derivation(
        "Two Euler methods, one ODE",
        "F is the probability-flow step, E the DDIM step, from the same x_t with the same ε. D is their difference",
        (
            Step(
                "Write both steps",
                "In pictures.",
                equations((D, F - E), (F, FLOW_STEP), (E, STEP)),
                given,
            ),
            Step(
                "Subtract",
                "x_t cancels.",
                equations(
                    (D, sp.sqrt(b) * ((sbar_prev**2 - sbar_t**2) / (2 * sbar_t) - (sbar_prev - sbar_t)) * eps),
                    *LEVEL_NAMES,
                ),
                naming,
            ),
            Step(
                "Factor",
                "A square. On the last transition, where b = 1, half of the noise is left: σ̄·ε/2.",
                equations((D, sp.sqrt(b) * (sbar_prev - sbar_t) ** 2 / (2 * sbar_t) * eps), *LEVEL_NAMES),
                naming,
            ),
            Step(
                "Name the length of the step",
                "h is how far σ̄ falls. Half the step, a quarter of the difference: "
                "with short steps the two do the same, with long ones they do not.",
                equations((D, sp.sqrt(b) * h**2 / (2 * sbar_t) * eps)),
                follows(using={sbar_prev: sbar_t - h}, by=((1, 0, 0),)),
            ),
        ),
    )


def encoding() -> Derivation:
    """The same straight line walked upwards: from a picture to its noise (DDIM, Section 4.3)."""
    return Derivation(
        "Encoding: the same line, upwards",
        "σ = 0. Now x_prev is known and x_t is wanted; ε is the noise predicted for this step",
        (
            Step("Start from the DDIM step", "As derived above.", equations((x_prev, STEP)), given),
            Step(
                "Solve for x_t",
                "It is linear in x_t. The formula is the DDIM step with the two times exchanged.",
                equations((x_t, ENCODE_STEP)),
                follows(by=((-sp.sqrt(a) / sp.sqrt(b),),)),
            ),
            Step(
                "Divide by √a",
                "One scale for pictures, one for noise.",
                equations((x_t / sp.sqrt(a), x_prev / sp.sqrt(b) + (LEVEL_T - LEVEL_PREV) * eps)),
                follows(by=((1 / sp.sqrt(a),),)),
            ),
            Step(
                "Name the parts",
                "The same ODE, with the noise level rising.",
                equations((xbar_t, xbar_prev + (sbar_t - sbar_prev) * eps), *PICTURE_NAMES, *LEVEL_NAMES),
                naming,
            ),
        ),
    )


def round_trip() -> Derivation:
    """Encode one step with eps, decode it with eps_2: what is lost is their difference, and nothing else."""
    return Derivation(
        "Up and down again",
        "Up with the noise ε, down with the noise ε_2. N is the picture one gets back",
        (
            Step(
                "Write both steps",
                "First up, then down.",
                equations((N, substituted(STEP, {eps: eps_2})), (x_t, ENCODE_STEP)),
                given,
            ),
            Step(
                "Put the first into the second",
                "The same noise both times: N = x_prev, nothing is lost. Explicit encoding predicts ε at x_prev, where "
                "x_t is not known yet, and decoding predicts ε_2 at x_t. So something is lost.",
                equations((N, x_prev + sp.sqrt(b) * (LEVEL_PREV - LEVEL_T) * (eps_2 - eps))),
                naming,
            ),
        ),
    )
