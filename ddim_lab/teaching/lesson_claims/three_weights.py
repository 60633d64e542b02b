"""Sentences of lesson 2, k, m and sigma."""

from ddim_lab.symbolic.conditions import Conditions
from ddim_lab.teaching.claims import Claim
from ddim_lab.teaching.pages.derivation.claims import example

SAME = 1e-12


def curve_gaps(at: Conditions) -> float:
    """The largest gap of either condition over the whole curve of solutions."""
    return max(max(map(abs, at.gaps(at.k_of(m), m, sigma))) for m, sigma in at.curve().tolist())


def _any_sigma_will_do() -> bool:
    at = example()
    largest = at.sigma_of(0.0) or 0.0
    roots = [len(at.m_of(largest * share)) for share in (0.0, 0.3, 0.6, 0.9, 1.0, 1.1)]
    return curve_gaps(at) < SAME and roots == [2, 2, 2, 2, 1, 0]


def _both_gaps_blind_to_x0() -> bool:
    """At every point of the curve x_prev has the wanted mean and variance: nothing in them tells the points apart."""
    at = example()
    seen = [at.moments(at.k_of(m), m, sigma) for m, sigma in at.curve(9).tolist()]
    return all(max(abs(x - y) for x, y in zip(values, at.wanted(), strict=True)) < SAME for values in seen)


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "any-sigma-will-do",
        "Any sigma up to √(1 − b) will do: m closes the variance, in two ways, and then k closes the mean. "
        "At √(1 − b) itself there is one m left, 0; beyond it there is none.",
        {},
        _any_sigma_will_do,
    ),
    Claim(
        "solutions-look-alike",
        "All points of the curve give x_prev the same mean and the same variance, so the network cannot tell by which "
        "of them its picture was made.",
        {},
        _both_gaps_blind_to_x0,
    ),
)
