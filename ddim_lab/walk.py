"""The one loop of the lab: a path of transitions is walked, and a hook says what a transition does.

Samplers, faulty samplers, exact moments and solvers differ in their hook; none of them writes the loop again. A hook
gets the transition, the state, and what it gave for the transition before: a solver may remember its last belief.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks, spacing
from ddim_lab.schedule import NoiseSchedule

Place = TypeVar("Place")
State = TypeVar("State")
Record = TypeVar("Record")


class Transition(NamedTuple):
    """The j-th transition of a run, j = 1 the top one: t -> t_prev, from alpha_bar_t = `a` to alpha_bar_prev = `b`."""

    j: int
    t: int
    t_prev: int
    a: float
    b: float


def path(schedule: NoiseSchedule, tau: NDArray[np.int64]) -> list[Transition]:
    """The transitions from tau[-1] down to 0, the top one first; `tau` as `spacing.custom` gives it."""
    alpha_bar = schedule.alpha_bar.tolist()
    pairs = enumerate(spacing.transitions(tau), start=1)
    return [Transition(j, t, t_prev, alpha_bar[t], alpha_bar[t_prev]) for j, (t, t_prev) in pairs]


def walk(
    transitions: Iterable[Place],
    x: State,
    move: Callable[[Place, State, Record | None], Record],
    arrived: Callable[[Record], State],
) -> Iterator[Record]:
    """Yields `move(transition, x, before)` for each transition; the next x is `arrived` of it.

    `before` is the record of the transition before, None at the first. What is not kept costs no memory, and stopping
    the iterator stops the work.
    """
    before: Record | None = None
    for transition in transitions:
        before = move(transition, x, before)
        yield before
        x = arrived(before)


def itself(record: Any) -> Any:
    """`arrived` of a walk whose record is the next state."""
    return record


def last(records: Iterable[Record]) -> Record:
    """Runs an iterator and keeps only its last record. Raises ValueError if it yields none."""
    checks.instance("records", records, Iterable)
    tail = deque(records, maxlen=1)
    if not tail:
        raise ValueError("the iterator yielded no step: was it run before?")
    return tail[0]
