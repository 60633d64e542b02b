"""The ready-made comparisons: two to six lanes on the same starts, one sentence each, and a prediction before it shows.

Data only. A lane says what differs from the lab's defaults; `noise` False is a walk with z = 0.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Comparison:
    """`covered`: the lanes, counted from 0, that stay hidden until the guess at the question called `key`."""

    key: str
    title: str
    sentence: str
    lanes: tuple[dict[str, Any], ...]
    covered: tuple[int, ...]
    common: dict[str, Any] = field(default_factory=dict)  # digit, one_start


def _lanes(name: str, *values: Any, **same: Any) -> tuple[dict[str, Any], ...]:
    return tuple({name: value, **same} for value in values)


COMPARISONS: tuple[Comparison, ...] = (
    Comparison(
        "compare-off",
        "Just switch the noise off",
        "Eight starts, a 3 asked of each: DDPM, DDPM with its fresh noise z set to 0, and DDIM.",
        ({"eta": 1.0}, {"eta": 1.0, "noise": False}, {"eta": 0.0}),
        (1,),
        {"digit": "3"},
    ),
    Comparison(
        "compare-steps",
        "Same start, more steps",
        "DDIM from one start in 10, 20, 50 and 100 steps, as in Figure 5 of the paper.",
        _lanes("S", 10, 20, 50, 100),
        (1, 2, 3),
    ),
    Comparison(
        "compare-noisy-steps",
        "More steps at eta 1",
        "The same starts and the same numbers of steps, now with all the noise of DDPM.",
        _lanes("S", 10, 20, 50, 100, eta=1.0),
        (1, 2, 3),
    ),
    Comparison(
        "compare-calls",
        "Same calls, better belief",
        "Fifty steps as the yardstick; then five network calls each: DDIM, 2M, and 2S, whose steps take two.",
        (
            {"S": 50, "solver": "dpmpp_2m"},
            {"S": 5},
            {"S": 5, "solver": "dpmpp_2m"},
            {"S": 3, "solver": "dpmpp_2s"},
        ),
        (1, 2, 3),
    ),
    Comparison(
        "compare-spacing",
        "Which ten steps?",
        "Fifty even steps as the yardstick, and three ways to choose ten.",
        ({"S": 50}, *_lanes("spacing", "trailing", "leading", "quadratic")),
        (1, 2, 3),
    ),
    Comparison(
        "compare-clip",
        "Clip what it believes",
        "Guidance 5 pushes the predicted x0 out of the range of a picture. Two ways to clip it back.",
        _lanes("clip", "none", "rederive_eps", "keep_eps", guidance=5.0),
        (1, 2),
    ),
    Comparison(
        "compare-hat",
        "The larger noise, sigma-hat",
        "Ten steps: DDIM, DDPM, and DDPM with the larger of its two variances.",
        ({"eta": 0.0}, {"eta": 1.0}, {"eta": 1.0, "sigma_hat": True}),
        (2,),
    ),
    Comparison(
        "compare-noises",
        "One start, many noises",
        "All eight pictures start from the very same noise; no digit is asked, and each gets fresh noise of its own.",
        _lanes("eta", 0.0, 0.5, 1.0),
        (1, 2),
        {"digit": "any", "one_start": True},
    ),
)


def find(key: str) -> Comparison:
    """The comparison called `key`. Raises ValueError, naming those there are."""
    for comparison in COMPARISONS:
        if comparison.key == key:
            return comparison
    raise ValueError(f"there is no comparison {key!r}; known are {', '.join(each.key for each in COMPARISONS)}")
