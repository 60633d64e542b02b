"""x_0, eps and v are three ways to say the same, and a step can be grouped in two ways (DDIM, Eqs. 7, 9 and 12).

x_t = sqrt(a) x_0 + sqrt(1 - a) eps and v = sqrt(a) eps - sqrt(1 - a) x_0 (Salimans & Ho 2022): (x_t, v) is (x_0, eps)
turned by an angle. Whoever knows x_t and one of the three knows the others.
"""

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, given, naming, put_in
from ddim_lab.symbolic.symbols import a, b, eps, k, m, sigma, substituted, x_0, x_prev, x_t, z
from ddim_lab.symbolic.undetermined import ROOT, X_T, solution

v = sp.Symbol("v", real=True)
V_PREDICTION = sp.sqrt(a) * eps - sp.sqrt(1 - a) * x_0
X_0_OF_EPS = (x_t - sp.sqrt(1 - a) * eps) / sp.sqrt(a)
EPS_OF_X_0 = (x_t - sp.sqrt(a) * x_0) / sp.sqrt(1 - a)
DIRECTION = sp.sqrt(1 - b - sigma**2)  # the factor of the predicted noise that is put back
BY_MEANING = sp.sqrt(b) * x_0 + DIRECTION * eps + sigma * z


def from_eps() -> Derivation:
    """Given x_t and eps: x_0 and v."""
    return Derivation(
        "From ε to x_0 and v",
        "x_t and ε are known; a < 1",
        (
            Step("Say what x_t and v are", "Two equations, two unknowns.", equations((x_t, X_T), (v, V_PREDICTION))),
            Step(
                "Solve the first for x_0",
                "Take the noise away and scale up. The factor 1/√a is large where x_t is nearly pure noise: there "
                "a small error in ε is a large one in x_0.",
                equations((x_0, X_0_OF_EPS), (v, V_PREDICTION)),
                follows(by=((-1 / sp.sqrt(a), 0), (0, 1))),
            ),
            Step(
                "Put x_0 into v",
                "Now both are written in x_t and ε.",
                equations((x_0, X_0_OF_EPS), (v, (eps - sp.sqrt(1 - a) * x_t) / sp.sqrt(a))),
                follows(by=((1, 0), (-sp.sqrt(1 - a), 1))),
            ),
        ),
    )


def from_x0() -> Derivation:
    """Given x_t and x_0: eps and v."""
    return Derivation(
        "From x_0 to ε and v",
        "x_t and x_0 are known; a < 1",
        (
            Step("Say what x_t and v are", "Two equations, two unknowns.", equations((x_t, X_T), (v, V_PREDICTION))),
            Step(
                "Solve the first for ε",
                "Take the picture away and scale up. The factor 1/√(1 − a) is large where there is little noise.",
                equations((eps, EPS_OF_X_0), (v, V_PREDICTION)),
                follows(by=((-1 / sp.sqrt(1 - a), 0), (0, 1))),
            ),
            Step(
                "Put ε into v",
                "Now both are written in x_t and x_0.",
                equations((eps, EPS_OF_X_0), (v, (sp.sqrt(a) * x_t - x_0) / sp.sqrt(1 - a))),
                follows(by=((1, 0), (sp.sqrt(a), 1))),
            ),
        ),
    )


def from_v() -> Derivation:
    """Given x_t and v: x_0 and eps, without any division."""
    c, s = sp.sqrt(a), sp.sqrt(1 - a)
    return Derivation(
        "From v to x_0 and ε",
        "x_t and v are known",
        (
            Step("Say what x_t and v are", "Two equations, two unknowns.", equations((x_t, X_T), (v, V_PREDICTION))),
            Step(
                "Weigh and add",
                "√a times the first minus √(1 − a) times the second, and √(1 − a) times the first plus √a times the "
                "second. The weights are cosine and sine of one angle: their squares add up to 1, so one unknown "
                "drops out each time.",
                equations((x_0, c * x_t - s * v), (eps, s * x_t + c * v)),
                follows(by=((-c, s), (-s, -c))),
            ),
        ),
    )


def update() -> Derivation:
    """The kernel q_sigma(x_prev | x_t, x_0) becomes the sampler's update (DDIM, Eq. 7 becomes Eq. 12)."""
    return Derivation(
        "The update formula is the kernel",
        "ε is the noise in x_t, known or predicted; z is standard normal; σ² ≤ 1 − b",
        (
            Step(
                "Draw from the kernel",
                "Its mean is √b·x_0 + √(1 − b − σ²)·(x_t − √a·x_0)/√(1 − a), its variance σ².",
                equations((x_prev, sp.sqrt(b) * x_0 + DIRECTION * EPS_OF_X_0 + sigma * z), (x_0, X_0_OF_EPS)),
                given,
            ),
            Step(
                "Put in the predicted x_0",
                "The sampler has no x_0. It uses the one that ε implies. Then the fraction is ε itself.",
                equations((x_prev, sp.sqrt(b) * X_0_OF_EPS + DIRECTION * eps + sigma * z)),
                put_in(x_0),
            ),
            Step(
                "Collect x_t and ε",
                "The same step once more: x_t is scaled up, and some noise is taken away.",
                equations(
                    (
                        x_prev,
                        sp.sqrt(b / a) * x_t + (DIRECTION - sp.sqrt(b / a) * sp.sqrt(1 - a)) * eps + sigma * z,
                    )
                ),
                follows(),
            ),
        ),
    )


def groupings() -> Derivation:
    """From the three summands with a meaning to k, m and sigma."""
    return Derivation(
        "From meanings to k, m and σ",
        "x_t = √a·x_0 + √(1 − a)·ε, and x_0 and ε fit together; σ² ≤ 1 − b",
        (
            Step(
                "Group by meaning",
                "The predicted clean picture, the predicted noise put back, and fresh noise.",
                equations((x_prev, BY_MEANING), (eps, EPS_OF_X_0)),
                given,
            ),
            Step(
                "Write ε with x_t and x_0",
                "The predicted noise is what x_t has beyond the picture.",
                equations((x_prev, substituted(BY_MEANING, {eps: EPS_OF_X_0}))),
                put_in(eps),
            ),
            Step(
                "Collect x_0 and x_t",
                "These are the k and m of the marginal condition. Both groupings are one and the same step.",
                equations((x_prev, k * x_0 + m * x_t + sigma * z), *solution().items()),
                naming,
            ),
        ),
    )


def split() -> Derivation:
    """m x_t holds a part of each, picture and noise; the second part alone is the direction term."""
    return Derivation(
        "What m·x_t is made of",
        "x_t = √a·x_0 + √(1 − a)·ε; k and m are those of the marginal condition",
        (
            Step(
                "Group by k, m and σ",
                "As one solves for them.",
                equations((x_prev, k * x_0 + m * x_t + sigma * z), (x_t, X_T), *solution().items()),
                given,
            ),
            Step(
                "Split x_t",
                "m·x_t has two parts: m·√a·x_0 and m·√(1 − a)·ε.",
                equations(
                    (x_prev, k * x_0 + (m * sp.sqrt(a) * x_0 + m * sp.sqrt(1 - a) * eps) + sigma * z),
                    *solution().items(),
                ),
                put_in(x_t),
            ),
            Step(
                "Join the two parts of x_0",
                "k lacks exactly what the first part brings: k = √b − m·√a.",
                equations((x_prev, sp.sqrt(b) * x_0 + m * sp.sqrt(1 - a) * eps + sigma * z), (m, ROOT)),
                naming,
            ),
            Step(
                "Put in m",
                "The second part of m·x_t is the predicted noise put back. m·x_t as a whole is not.",
                equations((x_prev, BY_MEANING)),
                put_in(m),
            ),
        ),
    )
