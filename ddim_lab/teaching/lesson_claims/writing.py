"""Sentences of lesson 5, Write your own step."""

from ddim_lab import noise, sampler
from ddim_lab.exact import recursion, rules
from ddim_lab.latents import encoding
from ddim_lab.run import Run
from ddim_lab.teaching import measure
from ddim_lab.teaching.claims import Claim
from ddim_lab.walk import last

WORLD = measure.KNOWN_WORLD


def _variance(eta: float, squared: bool) -> float:
    """Of the results of ten steps; `squared`: with the noise scaled by sigma^2."""

    def rule(a: float, b: float) -> tuple[float, float, float]:
        k, m, sigma = rules.ddim(eta)(a, b)
        return k, m, sigma**2 if squared else sigma

    return float(last(recursion.propagate(WORLD, Run.named().levels, rule)).cov)


def slip() -> dict[str, float]:
    """The variance of ten steps at eta 1 with sigma squared on the noise, and right."""
    return {"wrong": _variance(1.0, True), "right": _variance(1.0, False)}


def _slip_hides() -> bool:
    variances = slip()
    return _variance(0.0, True) == _variance(0.0, False) and variances["wrong"] < 0.8 * variances["right"]


def there_and_back(S: int, implicit: bool) -> float:
    """How far 64 grey values end from where they were after encoding and decoding in S steps."""
    run = Run.named(S=S)
    x_0 = noise.initial_noise(64, (1,), seed=3).double() * measure.STD + measure.MEAN
    x_T = last(encoding.encode(WORLD.eps, x_0, run.schedule, run.tau, implicit=implicit)).x_t
    return measure.gap(x_0, last(sampler.sample(WORLD.eps, x_T, run.schedule, run.tau)).x_prev)


def round_trips() -> dict[str, float]:
    """`there_and_back`: explicit with 10 and with 250 steps, implicit with 10."""
    return {"ten": there_and_back(10, False), "many": there_and_back(250, False), "exact": there_and_back(10, True)}


def _round_trips_close() -> bool:
    misses = round_trips()
    return misses["ten"] > 3 * misses["many"] > 0 and misses["exact"] < 1e-6


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "slip-hides",
        "A step that scales its fresh noise by σ² in place of σ is exactly right at eta 0. At eta 1 its results have "
        "the variance {wrong:.3f}, in ten steps; right is {right:.3f}.",
        {"S": 10},
        _slip_hides,
        numbers=slip,
    ),
    Claim(
        "more-steps-come-back",
        "Encoding and decoding grey values misses by {ten:.3f} with 10 steps and by {many:.4f} with 250. "
        "Solving for the noise that the way down will predict brings them back exactly, with 10 steps as well.",
        {"eta": 0.0},
        _round_trips_close,
        numbers=round_trips,
    ),
)
