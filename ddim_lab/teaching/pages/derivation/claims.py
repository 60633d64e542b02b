"""The sentences of the derivation page, checked at one transition of the default run and in the conditions' symbols."""

from functools import cache

from ddim_lab.run import Run
from ddim_lab.symbolic.conditions import Conditions
from ddim_lab.symbolic.symbols import x_0
from ddim_lab.symbolic.undetermined import MEAN_CONDITION, VARIANCE_CONDITION
from ddim_lab.teaching.claims import Claim
from ddim_lab.transition import coefficients, eta_max

EXACT = 1e-12
POINTS = 5  # of the curve of solutions that are looked at


@cache
def example() -> Conditions:
    """The middle transition of the default run, t = 500 -> 400."""
    middle = next(at for at in Run.named().transitions if at.t == 500)
    return Conditions(middle.a, middle.b)


def largest_sigma() -> float:
    """sqrt(1 - b): beyond it no m closes the variance."""
    return example().sigma_of(0.0) or 0.0


def closing(sigma: float) -> list[tuple[float, float]]:
    """Every (k, m) that closes both conditions with this sigma."""
    at = example()
    pairs = [(at.k_of(m), m) for m in at.m_of(sigma)]
    return [pair for pair in pairs if max(map(abs, at.gaps(*pair, sigma))) < EXACT]


def handed_on() -> list[tuple[float, float]]:
    """Mean (of x_0 = 1) and variance of x_prev at POINTS of the curve."""
    sigmas = [largest_sigma() * i / POINTS for i in range(POINTS)]
    return [example().moments(*closing(sigma)[0], sigma) for sigma in sigmas]


def _each_sigma_has_one() -> bool:
    most = largest_sigma()
    return all(closing(most * i / 100) for i in range(100)) and not closing(1.01 * most)


def both_roots() -> dict[str, float]:
    """At half of the largest sigma: both settings that close the conditions."""
    (k, m), (other_k, other_m) = closing(largest_sigma() / 2)
    return {"sigma": largest_sigma() / 2, "m": m, "k": k, "opposite": -other_m, "other_k": other_k}


def _roots_are_opposite() -> bool:
    roots = both_roots()
    return roots["m"] == roots["opposite"] > 0


def m_at_the_bound() -> float:
    """m where sigma is the largest."""
    at = example()
    return float(coefficients(at.a, at.b, eta_max(at.a, at.b)).m)


def _bound_keeps_nothing() -> bool:
    return abs(m_at_the_bound()) < 1e-6 and abs(largest_sigma() ** 2 - (1 - example().b)) < EXACT


def _no_x_0_left() -> bool:
    return not any(condition.has(x_0) for condition in (MEAN_CONDITION, VARIANCE_CONDITION))


def _curve_hands_on_the_same() -> bool:
    wanted = example().wanted()
    return all(max(abs(x - y) for x, y in zip(seen, wanted, strict=True)) < EXACT for seen in handed_on())


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "solution-for-each-sigma",
        "Choose any sigma that is not too large: m closes the variance, then k closes the mean. "
        "So there is a solution for each sigma, a whole curve of them.",
        {},
        _each_sigma_has_one,
    ),
    Claim(
        "opposite-roots",
        "The variance condition holds m squared, so m and −m do the same. With sigma = {sigma:.3f} they are "
        "m = {m:.3f} (k = {k:.3f}) and m = −{opposite:.3f} (k = {other_k:.3f}). "
        "The second turns the noise upside down.",
        {},
        _roots_are_opposite,
        numbers=both_roots,
    ),
    Claim(
        "bound-keeps-nothing",
        "All the noise that x_prev may have is fresh then. Nothing of x_t's noise may be kept, so m is 0.",
        {},
        _bound_keeps_nothing,
    ),
    Claim(
        "every-pixel-served",
        "The mean condition must hold for every x_0, so x_0 was divided out. "
        "The same k, m and sigma serve every pixel of every picture.",
        {},
        _no_x_0_left,
    ),
    Claim(
        "curve-looks-alike",
        "Each point of the curve hands on pictures of the same mean and the same variance. "
        "They look to the network as those it was trained on.",
        {},
        _curve_hands_on_the_same,
    ),
)
