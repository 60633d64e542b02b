"""Whole chains written out: every member has its marginal, whatever the sigmas; how alike neighbours are is theirs.

The levels a_1 > a_2 > ... are any distinct ones, and each transition j -> j - 1 has a sigma_j of its own. With a = a_j
and b = a_(j-1) each transition is that of `undetermined`.
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
    left,
    right,
    states,
)
from ddim_lab.symbolic.moments import covariance, moments
from ddim_lab.symbolic.symbols import (
    LEVELS,
    a,
    b,
    chain_a,
    chain_sigma,
    eps,
    k,
    m,
    sigma,
    substituted,
    x_0,
    x_prev,
    x_t,
    z,
)
from ddim_lab.symbolic.undetermined import ROOT, X_T

ALPHA_BAR = (sp.S.One, *chain_a)  # by level, 0 included
SIGMA = (None, sp.S.Zero, *chain_sigma)  # by the level that the transition leaves; the last one has no fresh noise
X, MEANS, M, Z = (sp.symbols(f"{name}_0:{LEVELS + 1}", real=True) for name in ("x", "mu", "m", "z"))
VARIANCES = sp.symbols(f"V_0:{LEVELS + 1}", nonnegative=True)
rho = sp.Symbol("rho", real=True)


def chain(steps: int = 3) -> Derivation:
    """The chain of `steps` transitions from x_T down to x_0, T = steps: mean and variance of every member.

    Raises ValueError unless 1 <= steps <= 4.
    """
    if not 1 <= steps <= LEVELS:
        raise ValueError(f"chains of 1 to {LEVELS} steps are written out, got {steps}")
    return Derivation(
        f"A chain of {steps} steps, written out",
        "x_0 is fixed; all noises are independent and standard normal; a_j stands for the ᾱ of member j, and σ_j is "
        "the fresh noise of the step that leaves it, any from 0 to its bound",
        (_top(steps), *(_down(j, steps) for j in range(steps - 1, -1, -1))),
    )


def sample(j: int, steps: int) -> sp.Expr:
    """Member j of the chain as a sum of x_0 and independent noises, with the weights m_i as names."""
    if j == 0:
        return x_0
    kept = [sp.Mul(*M[j + 1 : i]) for i in range(steps + 2)]  # what is left at j of a noise that is in member i - 1
    noises = (kept[i] * SIGMA[i] * Z[i] for i in range(j + 1, steps + 1))
    return sp.sqrt(ALPHA_BAR[j]) * x_0 + kept[steps + 1] * sp.sqrt(1 - ALPHA_BAR[steps]) * eps + sp.Add(*noises)


def _name(j: int) -> sp.Symbol:
    """What member j is called: x_0 is the given picture, so the chain's end has the name of any step's end."""
    return X[j] if j else x_prev


def _weight(j: int) -> sp.Expr:
    """m of the transition j -> j - 1."""
    return substituted(ROOT, {a: ALPHA_BAR[j], b: ALPHA_BAR[j - 1], sigma: SIGMA[j]})


def _top(steps: int) -> Step:
    return Step(
        f"Start at x_{steps}",
        f"The chain is defined from the top: the picture shrunk by √a_{steps}, and noise of variance 1 − a_{steps}.",
        equations((X[steps], sample(steps, steps))),
        given,
    )


def _down(j: int, steps: int) -> Step:
    """The transition j + 1 -> j, then mean and variance."""
    why = (
        "Shrunk older noise and fresh noise: the squares of their factors add up to what the marginal asks for."
        if j
        else "b = 1, so k = 1 and m = σ = 0: all noise is gone, whatever came before."
    )
    return Step(
        f"Step down to x_{j}",
        why,
        equations(
            (_name(j), sample(j, steps)),
            (MEANS[j], sp.sqrt(ALPHA_BAR[j]) * x_0),
            (VARIANCES[j], 1 - ALPHA_BAR[j]),
            *((M[i], _weight(i)) for i in range(j + 1, steps + 1)),
        ),
        _transition_to(j),
    )


def _transition_to(j: int) -> Rule:
    """Old member -> k x_0 + m (old member) + sigma z, with its mean and variance; the names of old weights stay."""
    here = (M[j + 1], _weight(j + 1))

    def rule(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
        member, *_ = after
        names = (here, *((left(equation), right(equation)) for equation in before[3:]))
        weights = dict(names)
        k_here = sp.sqrt(ALPHA_BAR[j]) - M[j + 1] * sp.sqrt(ALPHA_BAR[j + 1])
        stepped = k_here * x_0 + M[j + 1] * right(before[0]) + SIGMA[j + 1] * Z[j + 1]
        moments_of_member = (substituted(value, weights) for value in moments(right(member), (eps, *Z)))
        told = states(
            after, (_name(j), stepped), *zip((MEANS[j], VARIANCES[j]), moments_of_member, strict=True), *names
        )
        # m_1 is 0, and only its value shows that the last step gives x_0
        return (substituted(told[0], {M[1]: weights.get(M[1], M[1])}), *told[1:])

    return rule


def _correlated(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """rho times both deviations is the covariance; the deviations are those of the two old right sides, m put in."""
    later, earlier = (right(equation) for equation in before)
    spreads = (substituted(covariance(member, member), {m: ROOT}) for member in (later, earlier))
    deviations = sp.Mul(*(sp.sqrt(sp.expand(spread)) for spread in spreads))
    return states(after, (rho * deviations, covariance(later, earlier)))


def correlation() -> Derivation:
    """How alike x_t and x_prev are, given x_0: this does depend on sigma. For b < 1."""
    return Derivation(
        "Same crowd, different walks",
        "x_0 is fixed; ε and z are independent and standard normal; b < 1; m is that of the marginal condition. "
        "ρ is the correlation of x_prev and x_t: 1 if one fixes the other, 0 if neither says anything about the other",
        (
            Step(
                "Write down both",
                "Both hold the same ε; only x_prev holds z.",
                equations(
                    (x_prev, (k + m * sp.sqrt(a)) * x_0 + m * sp.sqrt(1 - a) * eps + sigma * z),
                    (x_t, X_T),
                ),
                given,
            ),
            Step(
                "Read off the covariance",
                "It is ρ times both deviations. Only the shared noise counts.",
                equations((rho * sp.sqrt(1 - a) * sp.sqrt(1 - b), m * (1 - a))),
                _correlated,
            ),
            Step(
                "Divide by the deviations",
                "Those of the marginals, for every σ.",
                equations((rho, m * sp.sqrt(1 - a) / sp.sqrt(1 - b))),
                follows(by=((1 / (sp.sqrt(1 - a) * sp.sqrt(1 - b)),),)),
            ),
            Step(
                "Put in m",
                "For σ = 0 it is 1: the paths are smooth. It falls as σ grows, and at the bound it is 0: every member "
                "is drawn anew. The crowd at each time is the same; the walks are not.",
                equations((rho, sp.sqrt(1 - sigma**2 / (1 - b)))),
                follows(using={m: ROOT}),
            ),
        ),
    )
