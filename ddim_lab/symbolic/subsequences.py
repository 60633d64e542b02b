"""Steps visited: the family along a sub-sequence tau, and the steps outside it (DDIM, Section 4.2, Appendix C.1).

The chain runs along tau; each t outside tau hangs on x_0 alone. Nothing proved for one transition used that t_prev is
t - 1, so (a, b) may be the levels of tau_i and tau_{i-1}: `along_tau` tells any such derivation in these names; the
catalogue lists them (`listed_along_tau`).
"""

from dataclasses import replace
from typing import cast

import sympy as sp

from ddim_lab.symbolic import catalogue
from ddim_lab.symbolic.derivation import (
    Derivation,
    Equations,
    Rule,
    Step,
    equations,
    follows,
    given,
    integrated,
    left,
    naming,
    right,
    states,
)
from ddim_lab.symbolic.divergence import L_P, L_Q
from ddim_lab.symbolic.moments import covariance, expectation
from ddim_lab.symbolic.objective import C_T, TOP_P, TOP_Q, C, L, error, gamma, log_p, log_q, means_of_chain, paired
from ddim_lab.symbolic.objective_weights import BELIEFS, C_1, ERROR, GAMMA_1, J, gamma_1, sigma_1, x0_hat
from ddim_lab.symbolic.symbols import a, b, eps, k, m, sigma, substituted, x_0, x_prev, x_t, z
from ddim_lab.symbolic.undetermined import ROOT, solution

TAU_NAMES = {
    a: sp.Symbol(r"\bar{\alpha}_{\tau_i}", positive=True),
    b: sp.Symbol(r"\bar{\alpha}_{\tau_{i-1}}", positive=True),
    sigma: sp.Symbol(r"\sigma_{\tau_i}", nonnegative=True),
    x_t: sp.Symbol(r"x_{\tau_i}", real=True),
    x_prev: sp.Symbol(r"x_{\tau_{i-1}}", real=True),
}
_BACK = {new: old for old, new in TAU_NAMES.items()}
c_1, c_3 = sp.symbols("c_1 c_3", positive=True)  # the levels of two steps outside tau
x_1, x_2, x_3, x_4, eps_1, eps_3 = sp.symbols("x_1:5 epsilon_1 epsilon_3", real=True)
NOISES = (eps, z, eps_1, eps_3)


def along_tau(derivation: Derivation) -> Derivation:
    """`derivation` of one transition, t being tau_i and t_prev tau_{i-1}, in these names. Steps are checked anew."""

    def renamed(step: Step) -> Step:
        return replace(step, equations=_renamed(step.equations, TAU_NAMES), rule=_in_old_names(step.rule))

    words = (
        "t is τ_i and t_prev is τ_(i−1), neighbours among the steps visited; a and b are their ᾱ, and written so. "
        "Only 0 < a < b ≤ 1 is needed"
    )
    assumes = f"{derivation.assumes}. Here {words}"
    return Derivation(f"{derivation.title}, along τ", assumes, tuple(renamed(step) for step in derivation.steps))


def listed_along_tau(key: str) -> Derivation:
    """The derivation of that key of the catalogue, along tau. Raises ValueError for an unknown key."""
    return along_tau(catalogue.derivation(key))


def _renamed(old: Equations, names: dict) -> Equations:
    return equations(*((left(equation).xreplace(names), right(equation).xreplace(names)) for equation in old))


def _in_old_names(rule: Rule) -> Rule:
    if rule is given:
        return given
    return lambda before, after: rule(_renamed(before, _BACK), _renamed(after, _BACK))


_FAMILY = (
    (x_4, sp.sqrt(a) * x_0 + sp.sqrt(1 - a) * eps),
    (x_2, sp.sqrt(b) * x_0 + sp.sqrt(1 - b - sigma**2) * eps + sigma * z),
    (x_3, sp.sqrt(c_3) * x_0 + sp.sqrt(1 - c_3) * eps_3),
    (x_1, sp.sqrt(c_1) * x_0 + sp.sqrt(1 - c_1) * eps_1),
)


def _family() -> tuple[Step, ...]:
    """T = 4 and tau = (2, 4): two pictures in the chain, two beside it."""
    solved = solution()
    return (
        Step(
            "Write down the four pictures",
            "x_4 starts the chain, x_2 comes from it with the k, m and σ of the pair (4, 2). "
            "x_3 and x_1 are noised from x_0 directly, with noises of their own.",
            equations(_FAMILY[0], (x_2, k * x_0 + m * x_4 + sigma * z), *_FAMILY[2:]),
            given,
        ),
        Step(
            "Put in x_4, k and m",
            "The level of x_3 is nowhere in this: the pair (4, 2) is one transition.",
            equations(*_FAMILY),
            follows(using={k: solved[k], m: solved[m]}, by=((1, 0, 0, 0), (ROOT, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))),
        ),
    )


MEANS = sp.symbols("mu_4 mu_2 mu_3 mu_1", real=True)  # of x_4, x_2, x_3, x_1, as in _FAMILY
VARIANCES = sp.symbols("V_4 V_2 V_3 V_1", positive=True)


def _means_and_variances(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    pictures = [right(equation) for equation in before]
    moments = [expectation(picture, NOISES) for picture in pictures] + [
        covariance(picture, picture, NOISES) for picture in pictures
    ]
    return states(after, *zip((*MEANS, *VARIANCES), moments, strict=True))


def marginals() -> Derivation:
    """Every marginal q(x_t | x_0) is kept, on tau and outside it: T = 4, tau = (2, 4)."""
    levels = (a, b, c_3, c_1)
    return Derivation(
        "Marginals along τ and beside it",
        "T = 4, and the steps visited are 2 and 4. a and b are the levels of 4 and 2, c_3 and c_1 those of the two "
        "steps left out. All noises are independent and standard normal, x_0 is fixed",
        (
            *_family(),
            Step(
                "Read off means and variances",
                "Each picture has the mean and the variance of its own time. So a network trained on all t has seen "
                "exactly such pictures: skipping needs no new training.",
                equations(
                    *((mu, sp.sqrt(level) * x_0) for mu, level in zip(MEANS, levels, strict=True)),
                    *((V, 1 - level) for V, level in zip(VARIANCES, levels, strict=True)),
                ),
                _means_and_variances,
            ),
        ),
    )


PAIRS = ((0, 1), (0, 2), (1, 2), (1, 3), (2, 3))  # of x_4, x_2, x_3, x_1
COVARIANCES = sp.symbols("C_42 C_43 C_23 C_21 C_31", real=True)  # of these pairs


def _covariances(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    pictures = [right(equation) for equation in before]
    covariances = (covariance(pictures[i], pictures[j], NOISES) for i, j in PAIRS)
    return states(after, *zip(COVARIANCES, covariances, strict=True))


def apart() -> Derivation:
    """Given x_0, a step outside tau knows nothing of the chain: T = 4, tau = (2, 4)."""
    chain = sp.sqrt(1 - a) * sp.sqrt(1 - b - sigma**2)
    return Derivation(
        "Steps left out hang on x_0 alone",
        "As above: T = 4, the steps visited are 2 and 4. C_42 is the covariance of x_4 and x_2, x_0 being fixed, "
        "and so on",
        (
            *_family(),
            Step(
                "Read off the covariances",
                "x_4 and x_2 share noise: they are the chain. x_3 and x_1 share none with them, nor with each other.",
                equations(*zip(COVARIANCES, (chain, 0, 0, 0, 0), strict=True)),
                _covariances,
            ),
        ),
    )


def summed_out() -> Derivation:
    """The joint density over what lies outside tau: each such step is one bell of area 1, so the chain is untouched."""
    joint, chain, bell, v_3 = sp.symbols("P Q_tau n v_3", positive=True)
    mu_3 = sp.Symbol("mu_3", real=True)
    density = sp.exp(-((x_3 - mu_3) ** 2) / (2 * v_3)) / sp.sqrt(2 * sp.pi * v_3)
    return Derivation(
        "Steps left out can be forgotten",
        "Q_τ is the density of the chain along τ, n that of a step x_3 outside τ, with mean √c_3·x_0 and variance "
        "1 − c_3, written μ_3 and v_3. P is their product, summed over all x_3",
        (
            Step(
                "Multiply, and sum over x_3",
                "The joint density is a product: x_3 hangs on x_0 alone.",
                equations((joint, sp.Integral(chain * bell, (x_3, -sp.oo, sp.oo))), (bell, density)),
                given,
            ),
            Step(
                "Carry out the integral",
                "Q_τ waits outside; a bell has area 1. With more steps left out, one does this for each.",
                equations((joint, chain)),
                integrated,
            ),
        ),
    )


e = sp.Symbol("e", nonnegative=True)
_CONSTANT = sp.log(sigma_1**2 / (1 - a)) / 2


def _mean_noise(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """eps^2 has mean 1; the squared error is named e in the step before, and stays."""
    averaged = tuple(equations((left(equation), right(equation).subs(eps**2, 1)))[0] for equation in before[:1])
    return naming((*averaged, before[1]), after)


def _logs_in_noise(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    said = tuple(equations((left(equation), right(equation).subs(BELIEFS)))[0] for equation in before)
    return tuple(sp.expand_log(value, force=True) for value in naming(said, after))


def left_out_weight() -> Derivation:
    """The objective of a step outside tau: the weight of gamma_1, and a constant without the network."""
    log_q = -(eps**2) / 2 - sp.log(2 * sp.pi * (1 - a)) / 2
    log_p = -((x_0 - x0_hat) ** 2) / (2 * sigma_1**2) - sp.log(2 * sp.pi * sigma_1**2) / 2
    return Derivation(
        "The weight of a step left out",
        "For t outside τ the model states x_0 straight from x_t: N(belief, σ_1²) with a free σ_1 > 0 for each such t. "
        "J is the mean of log q(x_t | x_0) − log p(x_0 | x_t); e is the squared noise error",
        (
            Step(
                "Write down both logarithms",
                "x_t is √a·x_0 + √(1 − a)·ε, so the first exponent is −ε²/2.",
                equations((J, L_Q - L_P), (L_Q, log_q), (L_P, log_p)),
                given,
            ),
            Step(
                "Say it in noise",
                "x_0 and the belief come from the same x_t.",
                equations((J, gamma_1 * e - eps**2 / 2 + _CONSTANT), (gamma_1, GAMMA_1), (e, ERROR**2)),
                _logs_in_noise,
            ),
            Step(
                "Take the mean",
                "ε² has mean 1; e stands for its mean from here on. The weight is that of the last transition. "
                "C_1 holds no network.",
                equations((J, gamma_1 * e + C_1), (gamma_1, GAMMA_1), (C_1, _CONSTANT - sp.Rational(1, 2))),
                _mean_noise,
            ),
        ),
    )


i, j, S, n = sp.symbols("i j S n", integer=True, positive=True)
log_q_out, log_p_out, gamma_out, error_out, constant_out = (
    sp.Function(name) for name in ("lbar_q", "lbar_p", "gammabar", "ebar", "Cbar")
)


def _on_tau(summand: sp.Expr) -> sp.Expr:
    return cast(sp.Expr, sp.Sum(summand, (i, 2, S)))


def _outside(summand: sp.Expr) -> sp.Expr:
    return cast(sp.Expr, sp.Sum(summand, (j, 1, n)))


def _means(before: Equations, after: Equations) -> tuple[sp.Expr, ...]:
    """As for the full chain, and for each step outside tau the result of the derivation of its weight."""
    alone = left_out_weight().result[J]

    def mean_at(at: sp.Expr) -> sp.Expr:
        return substituted(alone, {gamma_1: gamma_out(at), e: error_out(at), C_1: constant_out(at)})

    expected = right(before[0]).replace(log_q_out, lambda at: log_p_out(at) + mean_at(at))
    return means_of_chain(equations((left(before[0]), expected)), after)


def objective_along_tau() -> Derivation:
    """J = L + C along tau: still every t has a weight above 0, so training is the same (DDIM, Appendix C.1)."""
    chain_q = TOP_Q + _on_tau(log_q(i)) + _outside(log_q_out(j))
    chain_p = TOP_P + log_p(1) + _on_tau(log_p(i)) + _outside(log_p_out(j))
    errors = gamma(1) * error(1) + _on_tau(gamma(i) * error(i)) + _outside(gamma_out(j) * error_out(j))
    return Derivation(
        "The objective along τ",
        "i counts the S steps visited, j the n steps left out; a bar marks what belongs to a step left out. "
        "Otherwise as for the full chain: l for logarithms of densities, e(i) for the mean squared noise error at τ_i",
        (
            Step(
                "Write both sides",
                "The chain along τ, and each step outside it with its own statement about x_0.",
                equations((J, L_Q - L_P), (L_Q, chain_q), (L_P, chain_p)),
                given,
            ),
            Step(
                "Pair",
                "Each density with its model. The likelihood of x_0 stays alone.",
                equations(
                    (
                        J,
                        TOP_Q - TOP_P - log_p(1) + _on_tau(log_q(i) - log_p(i)) + _outside(log_q_out(j) - log_p_out(j)),
                    )
                ),
                paired,
            ),
            Step(
                "Take the means",
                "Along τ as before, with the levels of neighbours in τ. Outside τ by the derivation above.",
                equations((J, C_T + C_1 + errors + _outside(constant_out(j)))),
                _means,
            ),
            Step(
                "Sort",
                "L holds the noise error at every t, visited or not, each with a weight above 0 "
                "(for σ > 0). So a sub-sequence asks for the same network.",
                equations((J, L + C), (L, errors), (C, C_1 + C_T + _outside(constant_out(j)))),
                naming,
            ),
        ),
    )
