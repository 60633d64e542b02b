"""Words of the mystery sampler: its instruments, and what their readings say without naming a cause."""

import math
from collections.abc import Sequence

INSTRUMENTS = {
    "moments": {
        "name": "Mean and variance",
        "shows": "exact, at every t, against the right sampler, for data N(0.3, 0.5²)",
    },
    "ruler": {"name": "Ruler", "shows": "which t it visits, against those asked for"},
    "repeat": {"name": "Two seeds", "shows": "the same run again, and again with other fresh noise"},
    "calls": {"name": "Counter", "shows": "how often it asks the network"},
    "beside": {"name": "Healthy twin", "shows": "the right sampler's digits, from the same start and noise"},
}


def repeated(repeat: float, reseeded: float, eta: float) -> str:
    """What two seeds show, and what a right sampler would show at this eta."""
    if math.isnan(repeat) or math.isnan(reseeded):
        return "The results are NaN (not a number), whatever the seed."
    again = "exactly the same" if repeat == 0 else f"different by up to {repeat:.3g}"
    other = "change nothing at all" if reseeded == 0 else f"move the results by up to {reseeded:.3g}"
    right = "they should change nothing" if eta == 0 else "they should move the results"
    return f"The same seed gives {again}. Other fresh noises {other}; at eta = {eta:g} {right}."


def visits(visited: Sequence[int], asked: Sequence[int]) -> str:
    """How the steps visited compare with those asked for, in numbers only."""
    if list(visited) == list(asked):
        return f"It visits what was asked: {len(asked) - 1} steps, from t = {asked[0]} to 0."
    twice = len(visited) - len(set(visited))
    said = f"It visits {len(visited)} times from t = {visited[0]} to {visited[-1]}"
    said += f", {twice} of them again" if twice else ""
    return f"{said}. Asked for were {len(asked)} from t = {asked[0]} to {asked[-1]}."
