"""All derivations by theme: one list for the app, the lessons' index and the tests.

To add one, add an Entry: the module is imported when somebody opens it.
"""

import functools
import itertools
from importlib import import_module
from typing import Any, NamedTuple

from ddim_lab.symbolic.derivation import Derivation

CASES = {  # and the words for numbers taken from that case alone
    "any": "",
    "eta 0": "at eta 0, of which this derivation speaks",
    "eta 1": "at eta 1, of which this derivation speaks",
    "last": "at the last transition, of which this derivation speaks",
    "negative root": "with the negative root of m, of which this derivation speaks",
}


class Entry(NamedTuple):
    """`make`: "module:function" within ddim_lab.symbolic, called with `arguments`. `speaks_of`: one of CASES, the
    only case for whose numbers its equations hold.

    `holds` is False for a derivation that is shown because it goes wrong.
    """

    key: str
    title: str
    make: str
    arguments: tuple[Any, ...] = ()
    speaks_of: str = "any"
    holds: bool = True


def _along_tau(key: str, title: str, speaks_of: str = "any") -> Entry:
    """The entry `key`, told with tau_i and tau_(i-1) for t and t_prev."""
    return Entry(f"along-{key}", title, "subsequences:listed_along_tau", (key,), speaks_of)


THEMES: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "One step",
        (
            Entry("k-and-m", "k and m from the marginal condition", "undetermined:derivation"),
            Entry(
                "other-root",
                "The same, with the negative root of m",
                "undetermined:derivation",
                arguments=(-1,),
                speaks_of="negative root",
            ),
            Entry("two-noises", "Two independent noises merge into one", "undetermined:merging"),
            Entry("groupings", "From meanings to k, m and sigma", "predictions:groupings"),
            Entry("split", "What m·x_t is made of", "predictions:split"),
            Entry("update", "The update formula is the kernel", "predictions:update"),
        ),
    ),
    (
        "Picture, noise and v",
        (
            Entry("from-eps", "From the noise to x_0 and v", "predictions:from_eps"),
            Entry("from-x0", "From x_0 to the noise and v", "predictions:from_x0"),
            Entry("from-v", "From v to x_0 and the noise", "predictions:from_v"),
        ),
    ),
    (
        "eta and the DDPM",
        (
            Entry("forward-two", "Two steps of the forward process", "forward:two_steps"),
            Entry("forward-marginal", "The forward marginal, from t − 1 to t", "forward:induction"),
            Entry("bayes", "The DDPM's posterior, by Bayes' rule", "posterior:bayes"),
            Entry(
                "posterior-weight",
                "The posterior's weight on x_0, in its forms",
                "forward:posterior_weight",
                speaks_of="eta 1",
            ),
            Entry("posterior-mean", "The posterior's mean, in x_0 and in the noise", "forward:posterior_mean"),
            Entry("matching", "The one sigma that makes the step the DDPM's", "posterior:matching", speaks_of="eta 1"),
            Entry("bound", "How far eta may go", "posterior:bound"),
            Entry("ddpm-inside", "The DDPM is always admissible", "admissible:ddpm_inside"),
            Entry(
                "last-transition", "The last transition takes any eta", "admissible:last_transition", speaks_of="last"
            ),
            Entry("sigma-hat-root", "sigma-hat may not stand under the root", "admissible:sigma_hat_radicand"),
            Entry("sigma-hat-eta", "sigma-hat, read as an eta", "admissible:sigma_hat_as_eta"),
        ),
    ),
    (
        "The marginals stay",
        (
            Entry("marginal-integral", "The marginal one step later, as an integral", "marginals:integral"),
            Entry("marginal-no-noise", "The same without fresh noise", "marginals:without_noise", speaks_of="eta 0"),
            Entry("marginal-every-case", "The same in every case", "marginals:every_case"),
            Entry("marginal-induction", "The marginals, from T downwards", "marginals:induction"),
            Entry("chain-3", "A chain of 3 steps, written out", "chains:chain"),
            Entry("chain-4", "A chain of 4 steps, written out", "chains:chain", arguments=(4,)),
            Entry("correlation", "Same crowd, different walks", "chains:correlation"),
        ),
    ),
    (
        "The forward process of DDIM",
        (
            Entry("kernel-bayes", "The forward kernel, by Bayes' rule", "nonmarkov:bayes"),
            Entry("markov-point", "The one sigma for which it is Markov", "nonmarkov:markov_point", speaks_of="eta 1"),
            Entry("markov-step", "At eta = 1 it is the DDPM's step", "nonmarkov:markov_step", speaks_of="eta 1"),
            Entry(
                "kernel-no-noise",
                "The forward kernel without fresh noise",
                "nonmarkov:without_noise",
                speaks_of="eta 0",
            ),
            Entry("first-step", "The first forward step", "nonmarkov:first", speaks_of="last"),
        ),
    ),
    (
        "What is trained",
        (
            Entry("kl", "Two Gaussians of equal variance", "divergence:kl"),
            Entry("weight", "The weight of the noise error, t ≥ 2", "objective_weights:weight"),
            Entry("weight-1", "The weight of the last transition", "objective_weights:first_weight"),
            Entry("objective", "One objective for all sigma", "objective:objective"),
            Entry("start-cost", "What the start costs", "objective:top"),
            Entry("weights-matter", "Where the weights matter", "objective:shared_parameter"),
            Entry(
                "ddpm-weight", "At eta = 1 the weight is the DDPM's", "objective_weights:ddpm_weight", speaks_of="eta 1"
            ),
            Entry(
                "weight-noise-free",
                "What is left of the weight at sigma = 0",
                "objective_weights:noise_free",
                speaks_of="eta 0",
            ),
            Entry("dropped-factors", "Two factors that are easily dropped", "objective_weights:dropped_factors"),
            Entry(
                "paper-weight",
                "A derivation that fails: the weight 1/(2σ²·a)",
                "objective_weights:as_in_the_paper",
                holds=False,
            ),
            Entry("three-errors", "One error, three names", "objective_weights:three_errors"),
        ),
    ),
    (
        "Skipping steps",
        (
            Entry("tau-marginals", "Marginals along τ and beside it", "subsequences:marginals"),
            Entry("tau-apart", "Steps left out hang on x_0 alone", "subsequences:apart"),
            Entry("tau-forgotten", "Steps left out can be forgotten", "subsequences:summed_out"),
            Entry("tau-weight", "The weight of a step left out", "subsequences:left_out_weight"),
            Entry("tau-objective", "The objective along τ", "subsequences:objective_along_tau"),
            Entry("two-and-one", "Two deterministic steps and one", "composition:two_steps"),
            Entry("gain", "One deterministic step, for Gaussian data", "composition:gain"),
            Entry("two-not-one", "Two steps are not one, for Gaussian data", "composition:counterexample"),
        ),
    ),
    (
        "The same, along τ",
        (
            _along_tau("k-and-m", "k and m along τ"),
            _along_tau("marginal-integral", "The marginal, as an integral, along τ"),
            _along_tau("marginal-no-noise", "The same without fresh noise, along τ", "eta 0"),
            _along_tau("marginal-every-case", "The same in every case, along τ"),
            _along_tau("marginal-induction", "The marginals, from the end of τ downwards"),
            _along_tau("bayes", "The DDPM's posterior along τ"),
            _along_tau("matching", "The one sigma that makes the step the DDPM's, along τ", "eta 1"),
            _along_tau("kernel-bayes", "The forward kernel along τ"),
            _along_tau("markov-point", "The one sigma for which it is Markov, along τ", "eta 1"),
            _along_tau("markov-step", "At eta = 1 it is the DDPM's step, along τ", "eta 1"),
            _along_tau("kernel-no-noise", "The forward kernel without fresh noise, along τ", "eta 0"),
            _along_tau("first-step", "The first forward step along τ", "last"),
            _along_tau("weight", "The weight of the noise error along τ, i ≥ 2"),
            _along_tau("weight-1", "The weight of the last transition along τ"),
        ),
    ),
    (
        "Exact worlds",
        (
            Entry("variance-loss", "What one step loses of the variance", "variance_loss:loss"),
            Entry(
                "telescoping",
                "At eta = 1 the mean does not care about S",
                "variance_loss:telescoping",
                speaks_of="eta 1",
            ),
            Entry("angle", "At eta = 0 a step is an angle", "variance_loss:angle", speaks_of="eta 0"),
        ),
    ),
    (
        "The ODE inside",
        (
            Entry("euler", "A DDIM step is a straight line", "ode:euler"),
            Entry("ode", "Infinitely short steps: the ODE", "ode:ode"),
            Entry("probability-flow", "The other Euler: steps in the variance", "ode:probability_flow"),
            Entry("two-eulers", "Two Euler methods, one ODE", "ode:difference"),
            Entry("encoding", "Encoding: the same line, upwards", "ode:encoding"),
            Entry("round-trip", "Up and down again", "ode:round_trip"),
        ),
    ),
    (
        "After DDIM",
        (
            Entry("2m", "2M is DDIM with another belief", "dpm_solver:multistep", speaks_of="eta 0"),
            Entry("lambda-clock", "A DDIM step by the clock λ", "linear_belief:clock", speaks_of="eta 0"),
            Entry("linear-belief", "Where the belief changes evenly, the step is known", "linear_belief:exact"),
            Entry("missed-by-ddim", "What DDIM misses", "linear_belief:missed_by_ddim"),
            Entry("missed-by-2m", "What 2M misses", "linear_belief:missed_by_2m"),
            Entry(
                "sde-first-order",
                "The first SDE solver is DDIM at η = 1",
                "dpm_solver:sde_first_order",
                speaks_of="eta 1",
            ),
            Entry("flow-euler", "Flow matching's Euler step is DDIM's", "flow_matching:euler", speaks_of="eta 0"),
        ),
    ),
    (
        "Noise and score",
        (
            Entry("best-guess", "What the squared error asks for", "score:best_guess"),
            Entry("score-gaussian-eps", "The noise in x_t, for Gaussian data", "score:gaussian"),
            Entry("score-gaussian", "The noise is the score, for Gaussian data", "score:gaussian_score"),
            Entry("tweedie", "The belief from the score", "score:tweedie"),
            Entry("score-mixture", "The noise is the score, for a mixture", "score:mixture"),
            Entry("score-any", "The noise is the score, for all data", "score:any_data"),
        ),
    ),
)


def entries() -> tuple[Entry, ...]:
    """All of them, in order."""
    return tuple(itertools.chain.from_iterable(listed for _, listed in THEMES))


def find(key: str) -> Entry:
    """The entry called `key`. Raises ValueError, naming those there are."""
    for entry in entries():
        if entry.key == key:
            return entry
    raise ValueError(f"there is no derivation {key!r}; known are {', '.join(entry.key for entry in entries())}")


@functools.cache
def derivation(key: str) -> Derivation:
    """The derivation of that entry, made once. Raises ValueError for an unknown key."""
    entry = find(key)
    module, _, function = entry.make.partition(":")
    return getattr(import_module(f"ddim_lab.symbolic.{module}"), function)(*entry.arguments)
