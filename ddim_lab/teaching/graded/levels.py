"""The exercises on levels and steps: alpha_bar from betas, and tau from T and S."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import spacing
from ddim_lab.teaching.calling import TroubleError
from ddim_lab.teaching.graded.exercise import Exercise, Given, Mistake, Property
from ddim_lab.teaching.values import TOLERANCE, floats

Floats = NDArray[np.float64]


def row(value: Any) -> Floats:
    """One row of numbers. Raises TroubleError for anything else."""
    array = floats(value, "the result")
    if array.ndim != 1:
        raise TroubleError(f"the result is {'one number' if not array.ndim else f'of shape {array.shape}'}, not a row")
    return array


def shown(values: Any) -> str:
    """A few numbers as they would be typed."""
    numbers = [f"{value:.6g}" for value in np.atleast_1d(values)]
    return f"[{', '.join(numbers if len(numbers) <= 6 else [*numbers[:3], '…', *numbers[-2:]])}]"


def _ask_row(call: Callable[..., Any], given: Given) -> Floats:
    return row(call(*given.arguments))


# alpha_bar


def _betas(seed: int | None) -> list[Given]:
    rows = [np.array([0.1, 0.2, 0.3]), np.array([0.5]), np.linspace(1e-4, 0.02, 1000)]
    if seed is not None:
        rows.append(np.random.default_rng(seed).uniform(0.01, 0.6, 7).round(3))
    return [Given(f"betas = {shown(betas)}", (betas,)) for betas in rows]


def _ends(given: Given, alpha_bar: Floats) -> str:
    T = len(given.arguments[0])
    if len(alpha_bar) != T + 1:
        return f"it has {len(alpha_bar)} entries, and T + 1 is {T + 1}"
    return "" if alpha_bar[0] == 1 else f"alpha_bar[0] is {alpha_bar[0]:.6g}"


def _kept(given: Given, alpha_bar: Floats) -> str:
    """The recursion, from the first entry on, whether that is t = 0 or 1."""
    (betas,) = given.arguments
    if len(alpha_bar) not in (len(betas), len(betas) + 1):
        return (
            f"{len(alpha_bar)} entries are not enough to see it" if len(alpha_bar) < len(betas) else "too many entries"
        )
    whole = alpha_bar if len(alpha_bar) > len(betas) else np.concatenate([[1.0], alpha_bar])
    with np.errstate(all="ignore"):
        lost = 1 - whole[1:] / whole[:-1]
    wrong = ~(np.abs(lost - betas) < TOLERANCE)
    if not wrong.any():
        return ""
    t = int(np.argmax(wrong)) + 1
    return f"from t = {t - 1} to {t} the share {lost[t - 1]:.6g} is lost, and beta_{t} is {betas[t - 1]:.6g}"


def _alpha_bar_mistakes() -> Iterator[Mistake]:
    yield Mistake("the data's own entry is missing: this row begins after the first step", lambda b: np.cumprod(1 - b))
    yield Mistake("losses are added up; each step takes its share of what is left", lambda b: 1 - np.cumsum([0, *b]))
    yield Mistake("what is lost was multiplied, not what is kept", lambda b: np.cumprod([1, *b]))
    yield Mistake("these are the α of single steps, not ᾱ", lambda b: np.array([1, *(1 - b)]))
    yield Mistake("a root too many: ᾱ is a share of the variance", lambda b: np.sqrt(np.cumprod([1, *(1 - b)])))
    yield Mistake(
        "each step is one late: it uses the beta of the step before", lambda b: np.cumprod([1, 1, *(1 - b[:-1])])
    )
    yield Mistake("the order is turned round: t = 0 is the data", lambda b: np.cumprod([1, *(1 - b)])[::-1])
    yield Mistake("this is what is lost, 1 minus ᾱ", lambda b: 1 - np.cumprod([1, *(1 - b)]))


ALPHA_BAR = Exercise(
    "alpha_bar",
    "my_alpha_bar(betas)",
    _betas,
    _ask_row,
    (
        Property("It has an entry for each of t = 0, …, T, and alpha_bar[0] is 1", _ends),
        Property("Step t loses the share beta_t of what is left", _kept, points=2),
    ),
    _alpha_bar_mistakes,
)

# tau


def _sizes(seed: int | None) -> list[Given]:
    sizes = [(1000, 10), (1000, 30), (100, 7), (10, 10), (1000, 1), (1000, 600)]
    if seed is not None:
        rng = np.random.default_rng(seed)
        sizes += [(int(T), int(rng.integers(2, T))) for T in rng.integers(50, 900, 4)]
    return [Given(f"T = {T}, S = {S}", (T, S)) for T, S in sizes]


def _count(given: Given, tau: Floats) -> str:
    _, S = given.arguments
    return "" if len(tau) == S else f"there are {len(tau)} steps"


def _rising(given: Given, tau: Floats) -> str:
    T, _ = given.arguments
    if not len(tau):
        return "there is no step"
    broken = tau[tau != np.round(tau)]
    if len(broken):
        return f"{broken[0]:.6g} is no whole number"
    outside = tau[(tau < 1) | (tau > T)]
    if len(outside):
        return f"{outside[0]:g} is not within 1, …, {T}"
    falls = np.flatnonzero(np.diff(tau) <= 0)
    return f"{tau[falls[0]]:g} is followed by {tau[falls[0] + 1]:g}" if len(falls) else ""


def _top(given: Given, tau: Floats) -> str:
    T, _ = given.arguments
    if not len(tau):
        return "there is no step"
    return "" if tau[-1] == T else f"the last one is {tau[-1]:g}"


def _even(given: Given, tau: Floats) -> str:
    if not len(tau):
        return "there is no step"
    strides = np.diff([0, *tau])
    least, most = strides.min(), strides.max()
    return "" if most - least <= 1 else f"the shortest is {least:g}, the longest {most:g}"


DATA = "the data, t = 0, are no step: nothing is predicted there"
ENDS = "both ends are visited, t = 1 too: S points have only S − 1 strides between them"
INDEX = "the steps count from 0, as an index does; in the paper t = 0 is the data"
POINTS: tuple[tuple[str, Callable[[int, int], Floats]], ...] = (  # of np.linspace, before they are whole
    ("S points from 0 to T: one of them is t = 0, the data, so that S − 1 steps are left",
     lambda T, S: np.linspace(0, T, S)),
    ("S points from 0 on, without the end: t = 0, the data, is among them, and T is not",
     lambda T, S: np.linspace(0, T, S, endpoint=False)),
    (DATA, lambda T, S: np.linspace(0, T, S + 1)),
    (ENDS, lambda T, S: np.linspace(1, T, S)),
    (INDEX, lambda T, S: np.linspace(0, T - 1, S)),
)  # fmt: skip


def _between_ends() -> Iterator[Mistake]:
    """Evenly spaced between the wrong ends: rounded, cut (as dtype=int does), or left as they are."""
    for words, points in POINTS:
        for whole in (np.round, np.floor, np.asarray):
            yield Mistake(words, lambda T, S, points=points, whole=whole: whole(points(T, S)))


def _tau_mistakes() -> Iterator[Mistake]:
    from ddim_lab.errata import spacing_peers

    yield Mistake(
        "the list falls, and tau rises: the walk turns it round later", lambda T, S: spacing.trailing(T, S)[::-1]
    )
    yield Mistake("S was taken for the stride: it is a number of steps", lambda T, S: list(range(S, T + 1, S)))
    yield Mistake(INDEX, lambda T, S: spacing.trailing(T, S) - 1)
    yield Mistake(DATA, lambda T, S: [0, *spacing.trailing(T, S)])
    yield Mistake(
        "the stride is cut to a whole number, and what is left over is lost at the top",
        lambda T, S: [(T // S) * i for i in range(1, S + 1)],
    )
    yield Mistake("the steps are not rounded to whole numbers", lambda T, S: T * np.arange(1, S + 1) / S)
    yield Mistake(ENDS, lambda T, S: spacing.linspace(T, S))
    yield from _between_ends()
    yield Mistake("the end is appended without a look whether it is there", lambda T, S: [*range(0, T, T // S), T - 1])
    yield Mistake("these are squares: crowded near the data", lambda T, S: spacing.quadratic(T, S))
    yield Mistake("whole strides from t = 1 on: the run begins below T", lambda T, S: spacing.leading(T, S))
    for key, plus in (("uniform", 0), ("uniform", 1), ("quad", 0), ("quad", 1), ("ddimN", 0), ("leading", 0)):
        peer = spacing_peers.find(key)
        words = f"this is the rule “{peer.words}{' + 1' * plus}” ({peer.where}): {peer.fault}"
        yield Mistake(words, peer.visited if plus else peer.indices)


TAU = Exercise(
    "tau",
    "my_tau(T, S)",
    _sizes,
    _ask_row,
    (
        Property("There are S steps", _count),
        Property("They are whole numbers within 1, …, T, and rise", _rising),
        Property("The last one is T, where the noise is", _top),
        Property("The strides, the first one from 0 too, differ by at most 1", _even),
    ),
    _tau_mistakes,
)
