"""The noise to predict is the score: eps* = -sqrt(1 - a) d log p(x_t)/d x_t, for one Gaussian and for a mixture.

eps* = E[eps | x_t] is what the mean squared error asks for. For data N(mu, s^2) it is read off Bayes' rule; a mixture
of Gaussians follows by the sum rule, and `any_data` needs no Gaussian at all (Tweedie's formula; DDIM, Section 4.3).
"""

from typing import cast

import sympy as sp

from ddim_lab.symbolic.derivation import (
    Derivation,
    Equations,
    Step,
    equations,
    follows,
    given,
    left,
    naming,
    right,
    states,
)
from ddim_lab.symbolic.symbols import a, eps, substituted, x_0, x_t

mu, score, E, x0_hat, guess, risk = sp.symbols("mu S E xhat_0 f R", real=True)
s, v, u, density = sp.symbols("s v u p", positive=True)  # s^2: variance of the data, v: of x_t, u: of eps given x_t
J, L, SLOPE = sp.symbols("J L D", real=True)

SPREAD = a * s**2 + 1 - a  # v
EPS_STAR = sp.sqrt(1 - a) * (x_t - sp.sqrt(a) * mu) / SPREAD
SCORE = -(x_t - sp.sqrt(a) * mu) / SPREAD
BELIEF = (x_t - sp.sqrt(1 - a) * E) / sp.sqrt(a)


def best_guess() -> Derivation:
    """The mean squared error is lowest at the mean: so the network learns E[eps | x_t]."""
    second = sp.Symbol("Q", positive=True)
    return Derivation(
        "What the squared error asks for",
        "x_t is fixed; many different ε can have led to it, with mean E and mean square Q. "
        "f is the network's answer and R the mean of (ε − f)²",
        (
            Step("Multiply out", "Mean by mean.", equations((risk, second - 2 * guess * E + guess**2)), given),
            Step(
                "Complete the square",
                "The first term is lowest, 0, at f = E. The rest is the variance of ε, which no network can lower. "
                "So the best answer is the mean: that is why an early belief is a blur.",
                equations((risk, (guess - E) ** 2 + (second - E**2))),
                follows(),
            ),
        ),
    )


def gaussian() -> Derivation:
    """E[eps | x_t] for data N(mu, s^2), by completing the square."""
    miss = x_t - sp.sqrt(a) * mu
    return Derivation(
        "The noise in x_t, for Gaussian data",
        "x_0 ~ N(μ, s²) and ε ~ N(0, 1) are independent, x_t = √a·x_0 + √(1 − a)·ε. "
        "J is −2 times the log of the density of ε and x_t together, constants left out",
        (
            Step(
                "Multiply the two densities",
                "Given ε, x_t is Gaussian with mean √a·μ + √(1 − a)·ε and variance a·s². Exponents add.",
                equations((J, eps**2 + (miss - sp.sqrt(1 - a) * eps) ** 2 / (a * s**2))),
                given,
            ),
            Step(
                "Complete the square",
                "Given x_t, the noise is Gaussian with mean E and variance u. What remains has no ε: it is the "
                "exponent of x_t alone, with variance v.",
                equations((J, (eps - E) ** 2 / u + miss**2 / v), (E, EPS_STAR), (u, a * s**2 / SPREAD), (v, SPREAD)),
                naming,
            ),
        ),
    )


def _differentiated(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    return states(after, (score, sp.diff(right(before[0]), x_t)))


def gaussian_score() -> Derivation:
    """eps* = -sqrt(1 - a) times the score, for data N(mu, s^2)."""
    log_density = -((x_t - sp.sqrt(a) * mu) ** 2) / (2 * SPREAD) - sp.log(2 * sp.pi * SPREAD) / 2
    return Derivation(
        "The noise is the score, for Gaussian data",
        "L is the log of the density of x_t, from the derivation above: N(√a·μ, a·s² + 1 − a). S is the score, "
        "E the mean of the noise",
        (
            Step("Write the logarithm", "A square and a constant.", equations((L, log_density)), given),
            Step(
                "Take the slope",
                "The score is the slope of the log density: it points to where pictures are denser.",
                equations((score, SCORE)),
                _differentiated,
            ),
            Step(
                "Compare with the noise",
                "This is E from above. The noise points away from the data, the score towards it.",
                equations((-sp.sqrt(1 - a) * score, EPS_STAR)),
                follows(by=((-sp.sqrt(1 - a),),)),
            ),
        ),
    )


def tweedie() -> Derivation:
    """The best belief from the score (Tweedie's formula); for Gaussian data it is the conditional mean of x_0."""
    kept = sp.sqrt(a) * s**2 / SPREAD
    return Derivation(
        "The belief from the score",
        "E is the mean of the noise given x_t, S the score",
        (
            Step("Take the noise off", "x_t = √a·x_0 + √(1 − a)·ε, on average.", equations((x0_hat, BELIEF)), given),
            Step(
                "Put in the score",
                "One goes uphill in density, then stretches by 1/√a. This holds for all data.",
                equations((x0_hat, (x_t + (1 - a) * score) / sp.sqrt(a))),
                follows(using={E: -sp.sqrt(1 - a) * score}),
            ),
            Step(
                "Put in the score of Gaussian data",
                "The mean of the data, plus a part of what x_t says beyond it. With much noise that part is small.",
                equations((x0_hat, mu + kept * (x_t - sp.sqrt(a) * mu))),
                follows(using={score: SCORE}),
            ),
        ),
    )


def _bell(mean: sp.Expr, variance: sp.Expr) -> sp.Expr:
    return sp.exp(-((x_t - mean) ** 2) / (2 * variance)) / sp.sqrt(2 * sp.pi * variance)


WEIGHTS = sp.symbols("pi_1 pi_2", positive=True)
MEANS = sp.symbols("mu_1 mu_2", real=True)
SPREADS = sp.symbols("v_1 v_2", positive=True)  # variances of x_t in each part
BELLS = sp.symbols("n_1 n_2", positive=True)  # densities of x_t in each part
SHARES = sp.symbols("r_1 r_2", positive=True)  # how likely each part is, given x_t
PART_NOISES = tuple(sp.sqrt(1 - a) * (x_t - sp.sqrt(a) * mean) / var for mean, var in zip(MEANS, SPREADS, strict=True))
MIXTURE = sp.Add(*(weight * bell for weight, bell in zip(WEIGHTS, BELLS, strict=True)))
MIXTURE_EPS = sp.Add(*(share * noise for share, noise in zip(SHARES, PART_NOISES, strict=True)))
BELL_NAMES = tuple((n, _bell(sp.sqrt(a) * mean, var)) for n, mean, var in zip(BELLS, MEANS, SPREADS, strict=True))
SHARE_NAMES = tuple((r, weight * n / MIXTURE) for r, weight, n in zip(SHARES, WEIGHTS, BELLS, strict=True))


def _slope_of_mixture(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """The first old right side, differentiated by x_t; the slope of a named density is that of its log, times it."""
    logs = {left(equation): sp.log(right(equation)) for equation in before[1:]}
    slope = sp.Add(*(sp.diff(right(before[0]), n) * n * sp.diff(log, x_t) for n, log in logs.items()))
    return states(after, (SLOPE, slope), (left(before[0]), right(before[0])))


def _quotient(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    return states(after, (score, right(before[0]) / right(before[1])))


def mixture() -> Derivation:
    """The same for two Gaussians; more parts only make the sums longer."""
    slope = sp.Add(
        *(-w * n * (x_t - sp.sqrt(a) * m) / var for w, n, m, var in zip(WEIGHTS, BELLS, MEANS, SPREADS, strict=True))
    )
    return Derivation(
        "The noise is the score, for a mixture",
        "The data are two Gaussian groups with shares π_1 and π_2; v_1 and v_2 are the variances of x_t in each, "
        "n_1 and n_2 the densities. p is the density of x_t, D its slope, S the score",
        (
            Step(
                "Add the two densities",
                "Each group has its own bell.",
                equations((density, MIXTURE), *BELL_NAMES),
                given,
            ),
            Step(
                "Take the slope",
                "The slope of a bell is the bell itself times a straight line.",
                equations((SLOPE, slope), (density, MIXTURE)),
                _slope_of_mixture,
            ),
            Step(
                "Divide by the density",
                "The slope of a logarithm is slope over value.",
                equations((score, slope / MIXTURE)),
                _quotient,
            ),
            Step(
                "Multiply by −√(1 − a)",
                "As for one Gaussian.",
                equations((-sp.sqrt(1 - a) * score, -sp.sqrt(1 - a) * slope / MIXTURE)),
                follows(by=((-sp.sqrt(1 - a),),)),
            ),
            Step(
                "Name the shares",
                "r_1 and r_2 say how likely each group is once x_t is seen (Bayes). Each group brings its own mean "
                "noise, so their mixture is the mean noise of all.",
                equations((-sp.sqrt(1 - a) * score, MIXTURE_EPS), *SHARE_NAMES),
                naming,
            ),
        ),
    )


def _over_data(integrand: sp.Expr) -> sp.Expr:
    return cast(sp.Expr, sp.Integral(integrand, (x_0, -sp.oo, sp.oo)))


def _integrands(expression: sp.Expr) -> sp.Expr:
    """Every integral replaced by what it integrates, times a letter for its limits: where the limits are the same,
    equal integrands have equal integrals; where they are not, the letters do not cancel.
    """
    return cast(sp.Expr, expression.replace(sp.Integral, lambda integrand, over: integrand * sp.Symbol(f"over {over}")))


def _under_the_integral(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    slope = sp.diff(_integrands(right(before[0])), x_t)
    return tuple(_integrands(value) for value in states(after, (SLOPE, slope)))


def _same_integrands(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    return tuple(_integrands(value) for value in naming(before, after))


def any_data() -> Derivation:
    """The same for all data: the density of x_t is an integral over x_0, and so is its slope."""
    data, top = sp.Function("q"), sp.Symbol("N", real=True)
    seen = data(x_0) * _bell(sp.sqrt(a) * x_0, 1 - a)
    noise = (x_t - sp.sqrt(a) * x_0) / sp.sqrt(1 - a)
    return Derivation(
        "The noise is the score, for all data",
        "q is the density of the data, whatever it is; p is that of x_t, D its slope. Given x_0, the noise in x_t is "
        "(x_t − √a·x_0)/√(1 − a). N is that noise summed over all x_0, each with its density, so N/p is the mean "
        "noise E given x_t",
        (
            Step(
                "Sum over the data",
                "Each clean picture brings its own bell around √a·x_0.",
                equations((density, _over_data(seen))),
                given,
            ),
            Step(
                "Take the slope under the integral",
                "Only the bell holds x_t.",
                equations((SLOPE, _over_data(-(x_t - sp.sqrt(a) * x_0) / (1 - a) * seen))),
                _under_the_integral,
            ),
            Step(
                "See the noise",
                "The straight line that comes down from the exponent is the noise, up to a factor.",
                equations((SLOPE, -top / sp.sqrt(1 - a)), (top, _over_data(noise * seen))),
                _same_integrands,
            ),
            Step(
                "Divide by −p/√(1 − a)",
                "Left: D/p is the score, times −√(1 − a). Right: the mean noise. No Gaussian data were needed.",
                equations((-sp.sqrt(1 - a) * SLOPE / density, top / density)),
                follows(by=((-sp.sqrt(1 - a) / density, 0),)),
            ),
        ),
    )


def mixture_eps() -> sp.Expr:
    """The mixture's best noise in x_t, a and the parts' shares, means and variances of x_t, all names put in."""
    return substituted(substituted(MIXTURE_EPS, dict(SHARE_NAMES)), dict(BELL_NAMES))
