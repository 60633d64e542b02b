"""The DDPM's forward process: one step, the marginal of any t by induction, and the mean of the posterior.

x_t = sqrt(1 - beta_t) x_prev + sqrt(beta_t) eps (DDPM, Eq. 2): the variance of the step that ends at t carries the
index t, not t - 1. The marginal is DDPM, Eq. 4, with
alpha_bar_t = alpha_bar_prev (1 - beta_t), that is a = b (1 - beta_t).
"""

import sympy as sp

from ddim_lab.symbolic.derivation import Derivation, Step, equations, follows, given, put_in
from ddim_lab.symbolic.moments import MEAN, VARIANCE, moments_of_first
from ddim_lab.symbolic.posterior import ALPHA, BETA, POSTERIOR_K, POSTERIOR_M, POSTERIOR_MEAN
from ddim_lab.symbolic.predictions import X_0_OF_EPS
from ddim_lab.symbolic.symbols import a, b, eps, k, m, x_0, x_prev, x_t, z

beta_t, beta_1, beta_2 = sp.symbols("beta_t beta_1 beta_2", positive=True)
x_1, x_2 = sp.symbols("x_1 x_2", real=True)


def two_steps() -> Derivation:
    """x_2 from x_0 in two steps: the smallest case that shows which beta belongs where."""
    kept = sp.sqrt(1 - beta_1) * sp.sqrt(1 - beta_2)
    first = (x_1, sp.sqrt(1 - beta_1) * x_0 + sp.sqrt(beta_1) * eps)
    return Derivation(
        "Two steps of the forward process",
        "x_0 is fixed; ε and z are independent and standard normal; the step that ends at t has the variance β_t",
        (
            Step(
                "Write down two steps",
                "Each step shrinks the picture a little and adds fresh noise. Step 1 adds the variance β_1, step 2 "
                "adds β_2.",
                equations((x_2, sp.sqrt(1 - beta_2) * x_1 + sp.sqrt(beta_2) * z), first),
                given,
            ),
            Step(
                "Put the first into the second",
                "The noise of step 1 is shrunk by step 2.",
                equations((x_2, kept * x_0 + sp.sqrt(1 - beta_2) * sp.sqrt(beta_1) * eps + sp.sqrt(beta_2) * z)),
                put_in(x_1),
            ),
            Step(
                "Read off mean and variance",
                "ε and z are independent, so their variances add up.",
                equations((MEAN, kept * x_0), (VARIANCE, (1 - beta_2) * beta_1 + beta_2)),
                moments_of_first,
            ),
            Step(
                "Tidy up",
                "The two shrinking factors multiply. What they leave free is noise.",
                equations((MEAN, kept * x_0), (VARIANCE, 1 - (1 - beta_1) * (1 - beta_2))),
                follows(),
            ),
        ),
    )


def induction() -> Derivation:
    """From the marginal at t - 1 to the marginal at t, for any t. `.case(LAST)` is the base, t = 1."""
    noise_kept = sp.sqrt(1 - beta_t) * sp.sqrt(1 - b) * z
    mean = sp.sqrt(1 - beta_t) * sp.sqrt(b) * x_0
    return Derivation(
        "The forward marginal, from t − 1 to t",
        "The marginal at t − 1 is N(√b·x_0, 1 − b); x_0 is fixed; ε is fresh, so independent of the older noise z. "
        "It holds at t = 0: there b = 1, the mean is x_0 and the variance 0",
        (
            Step(
                "Suppose it for t − 1, and take one step",
                "The supposed marginal is written as a sample, x_prev. The step that ends at t adds the variance β_t.",
                equations(
                    (x_t, sp.sqrt(1 - beta_t) * x_prev + sp.sqrt(beta_t) * eps),
                    (x_prev, sp.sqrt(b) * x_0 + sp.sqrt(1 - b) * z),
                ),
                given,
            ),
            Step(
                "Put one into the other",
                "All older noise is one z; the step shrinks it together with the picture.",
                equations((x_t, mean + noise_kept + sp.sqrt(beta_t) * eps)),
                put_in(x_prev),
            ),
            Step(
                "Read off mean and variance",
                "ε and z are independent, so their variances add up.",
                equations((MEAN, mean), (VARIANCE, (1 - beta_t) * (1 - b) + beta_t)),
                moments_of_first,
            ),
            Step(
                "Write a for b·(1 − β_t)",
                "It is the same statement, one t later. So it holds for t = 1, then for 2, and for every t: "
                "a is the product of all factors 1 − β up to t.",
                equations((MEAN, sp.sqrt(a) * x_0), (VARIANCE, 1 - a)),
                follows(using={beta_t: BETA}),
            ),
        ),
    )


def posterior_weight() -> Derivation:
    """The posterior's weight on x_0 in its forms: what the mean leaves over, and DDPM, Eq. 7."""
    return Derivation(
        "The posterior's weight on x_0, in its forms",
        "The posterior's weight on x_t is m = √(a/b)·(1 − b)/(1 − a), and the mean at t_prev is √b·x_0",
        (
            Step(
                "What the mean leaves over for x_0",
                "The mean of x_t is √a·x_0. Weighted with m it brings m·√a, and √b is needed.",
                equations((k, sp.sqrt(b) - m * sp.sqrt(a)), (m, POSTERIOR_M)),
                given,
            ),
            Step(
                "Put in m",
                "m is the weight that Bayes' rule gives to x_t.",
                equations((k, sp.sqrt(b) - sp.sqrt(ALPHA) * (1 - b) / (1 - a) * sp.sqrt(a))),
                put_in(m),
            ),
            Step(
                "Over one denominator",
                "The short form. It is positive because b is larger than a.",
                equations((k, (b - a) / (sp.sqrt(b) * (1 - a)))),
                follows(),
            ),
            Step(
                "With β_t = 1 − a/b",
                "The form of the DDPM paper. The factor √b belongs to it: without it the mean is wrong.",
                equations((k, POSTERIOR_K)),
                follows(),
            ),
        ),
    )


def posterior_mean() -> Derivation:
    """The posterior's mean in x_0 and in eps: DDPM, Eqs. 7 and 11."""
    return Derivation(
        "The posterior's mean, in x_0 and in ε",
        "x_t = √a·x_0 + √(1 − a)·ε; μ is the mean of x_prev, given x_t and x_0",
        (
            Step(
                "Start from the mean in x_0",
                "As Bayes' rule gives it.",
                equations((MEAN, POSTERIOR_MEAN), (x_0, X_0_OF_EPS)),
                given,
            ),
            Step(
                "Put in x_0",
                "x_0 is x_t without its noise, scaled up.",
                equations((MEAN, POSTERIOR_K * X_0_OF_EPS + POSTERIOR_M * x_t)),
                put_in(x_0),
            ),
            Step(
                "Collect x_t and ε",
                "The DDPM sampler's mean: take some noise away, then scale up by √(b/a).",
                equations((MEAN, (x_t - BETA / sp.sqrt(1 - a) * eps) / sp.sqrt(ALPHA))),
                follows(),
            ),
        ),
    )
