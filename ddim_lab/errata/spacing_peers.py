"""Step grids as other code makes them, in integers and with their faults: data for lessons and for comparisons.

Nothing here is used to sample. Each rule is written as its source has it, with 0-based indices t' = t - 1 and the
order the source visits them in, and `visited` tells it in our time, t = t' + 1. What our grids promise (exactly S
strictly increasing steps within 1..T), these do not: that is what they are here for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ddim_lab import checks

Rule = Callable[[int, int], list[int]]


@dataclass(frozen=True)
class Peer:
    """One rule. `words`: its formula; `fault`: what goes wrong with it; `indices(T, S)`: t', the noisiest last.

    `indices` raises ValueError where the source refuses to make a grid.
    """

    key: str
    where: str
    words: str
    fault: str
    indices: Rule
    strided: bool = False  # a step goes to t - T // S, whichever step of the grid comes next

    def visited(self, T: int, S: int) -> list[int]:
        """t = t' + 1 of every step, in rising order of visit; not checked, so that faults can be seen."""
        T = checks.integer("T", T, 1)
        return [index + 1 for index in self.indices(T, checks.integer("S", S, 1, T))]


@dataclass(frozen=True)
class Finding:
    """What a grid of `asked` steps really is."""

    asked: int
    made: int
    first: int  # the noisiest t: where the run starts
    last: int  # the clearest t visited
    duplicates: int
    outside: int  # steps that are not within 1..T

    @property
    def sound(self) -> bool:
        """Whether it is the grid that was asked for: S different steps within 1..T."""
        return self.made == self.asked and not self.duplicates and not self.outside


def look(peer: Peer, T: int, S: int) -> Finding:
    """Raises ValueError where the source refuses to make the grid."""
    return examine(peer.visited(T, S), T, S)


def examine(steps: list[int], T: int, S: int) -> Finding:
    """What a grid is that `S` steps of 1..`T` were asked of."""
    outside = sum(not 1 <= t <= T for t in steps)
    return Finding(S, len(steps), max(steps), min(steps), len(steps) - len(set(steps)), outside)


def unsound(peer: Peer, T: int = 1000) -> list[int]:
    """The S in 1..T for which the grid is not the one asked for, or is refused."""
    return [S for S in range(1, T + 1) if not _is_sound(peer, T, S)]


def _is_sound(peer: Peer, T: int, S: int) -> bool:
    try:
        return look(peer, T, S).sound
    except ValueError:
        return False


def assumed_previous(steps: list[int], T: int, S: int) -> list[tuple[int, int]]:
    """(t, t_prev) as diffusers 0.42 steps for every spacing: t_prev = t - T // S, whatever step comes next.

    Clearest first, as `steps`; a t_prev below 1 is the data, 0.
    """
    return [(t, max(t - T // S, 0)) for t in steps]


def wrong_previous(steps: list[int], T: int, S: int) -> list[tuple[int, int, int]]:
    """(t, t_prev assumed, t really visited next) where `assumed_previous` and the grid disagree."""
    really = [0, *steps]
    return [
        (t, assumed, real)
        for (t, assumed), real in zip(assumed_previous(steps, T, S), really, strict=False)
        if assumed != real
    ]


def _uniform(T: int, S: int) -> list[int]:
    return list(range(0, T, T // S))


def _quadratic(T: int, S: int) -> list[int]:
    return [int(root**2) for root in np.linspace(0, np.sqrt(T * 0.8), S)]


def _integer_stride(T: int, S: int) -> list[int]:
    for stride in range(1, T):
        if len(range(0, T, stride)) == S:
            return list(range(0, T, stride))
    raise ValueError(f"no integer stride gives exactly {S} steps of {T}")


def _sections(T: int, S: int) -> list[int]:
    stride = 1.0 if S <= 1 else (T - 1) / (S - 1)  # one section; a fractional stride, rounded step by step
    position, steps = 0.0, []
    for _ in range(S):
        steps.append(round(position))
        position += stride
    return steps


def _leading(T: int, S: int) -> list[int]:
    return [i * (T // S) for i in range(S)]


def _trailing(T: int, S: int) -> list[int]:
    return [int(t) - 1 for t in np.round(np.arange(T, 0, -T / S))][::-1]


def _linspace(T: int, S: int) -> list[int]:
    return [int(t) for t in np.linspace(0, T - 1, S).round()]


def _shifted(T: int, S: int) -> list[int]:
    return [t + 1 for t in range(0, T, T // S)]


PEERS: tuple[Peer, ...] = (
    Peer(
        "uniform", "ermongroup/ddim, the paper's code", "range(0, T, T // S)",
        "the stride is rounded down, so there are often more steps than asked for, and the run starts below T",
        _uniform,
    ),
    Peer(
        "quad", "ermongroup/ddim, the paper's code", "int(linspace(0, √(0.8 T), S)²)",
        "the noisiest step is at four fifths of T; rounding makes steps coincide",
        _quadratic,
    ),
    Peer(
        "ddimN", "improved-diffusion", "the smallest whole stride that gives N steps",
        "for most N there is no such stride, and then there is no grid",
        _integer_stride,
    ),
    Peer(
        "section counts", "improved-diffusion", "fractional stride (T − 1) / (S − 1), rounded step by step",
        "none with one section",
        _sections,
    ),
    Peer(
        "leading", "diffusers", "arange(S) · (T // S)",
        "the run starts below T, at worst near T / 2",
        _leading, strided=True,
    ),
    Peer(
        "trailing", "diffusers", "round(arange(T, 0, −T / S)) − 1",
        "rounding errors can add one step, with the index −1",
        _trailing, strided=True,
    ),
    Peer(
        "linspace", "diffusers", "round(linspace(0, T − 1, S))",
        "the grid is right, but a step goes to t − T // S and not to the next step of the grid",
        _linspace, strided=True,
    ),
    Peer(
        "uniform + 1", "CompVis, labml", "arange(0, T, T // S) + 1",
        "the noisiest index can be T, one beyond the last",
        _shifted,
    ),
)  # fmt: skip


def find(key: str) -> Peer:
    """The peer called `key`. Raises ValueError, naming those there are."""
    checks.choice("key", key, tuple(peer.key for peer in PEERS))
    return next(peer for peer in PEERS if peer.key == key)
