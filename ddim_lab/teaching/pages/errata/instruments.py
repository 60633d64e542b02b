"""The instruments of the mystery sampler, and what their readings say without naming a cause."""

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

NOT_A_NUMBER = "The results are NaN (not a number), whatever the seed."
SAME_AGAIN = "The same seed gives exactly the same."
OTHER_AGAIN = "The same seed gives different by up to {repeat:.3g}."
RESEEDED = {  # (do other fresh noises move the results, is eta above 0) -> what it means
    (False, False): "Other fresh noises change nothing at all; at eta = {eta:g} they should change nothing.",
    (False, True): "Other fresh noises change nothing at all; at eta = {eta:g} they should move the results.",
    (
        True,
        False,
    ): "Other fresh noises move the results by up to {by:.3g}; at eta = {eta:g} they should change nothing.",
    (
        True,
        True,
    ): "Other fresh noises move the results by up to {by:.3g}; at eta = {eta:g} they should move the results.",
}
AS_ASKED = "It visits what was asked: {S} steps, from t = {start} to 0."
VISITS = "It visits {n} times from t = {start} to {end}."
VISITS_AGAIN = "It visits {n} times from t = {start} to {end}, {again} of them again."
ASKED = "Asked for were {n} from t = {start} to {end}."


def repeated(repeat: float, reseeded: float, eta: float) -> str:
    """What two seeds show, and what a right sampler would show at this eta."""
    if math.isnan(repeat) or math.isnan(reseeded):
        return NOT_A_NUMBER
    again = SAME_AGAIN if repeat == 0 else OTHER_AGAIN
    other = RESEEDED[reseeded != 0, eta != 0]
    return f"{again.format(repeat=repeat)} {other.format(by=reseeded, eta=eta)}"


def visits(visited: Sequence[int], asked: Sequence[int]) -> str:
    """How the steps visited compare with those asked for, in numbers only."""
    if list(visited) == list(asked):
        return AS_ASKED.format(S=len(asked) - 1, start=asked[0])
    again = len(visited) - len(set(visited))
    told = (VISITS_AGAIN if again else VISITS).format(n=len(visited), start=visited[0], end=visited[-1], again=again)
    return f"{told} {ASKED.format(n=len(asked), start=asked[0], end=asked[-1])}"
