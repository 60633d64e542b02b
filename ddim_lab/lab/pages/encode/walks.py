"""Walks up to a code and down to pictures, step by step, so that they can be watched and stopped; codes are kept."""

import functools
import threading
import warnings
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache

from ddim_lab import spacing
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab.live import network
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.encode.asked import Subject
from ddim_lab.lab.settings import Settings
from ddim_lab.latents import looks

COLUMNS = 11  # states of a film that are shown
KEPT = 64
warnings.filterwarnings("ignore", "encode at t")  # the page itself tells rounds and residual

Walk = Generator["Rise", None, "Code"]


@dataclass(frozen=True, eq=False)
class Rise:
    """One step up done: its `share` of the walk, and the state reached as a picture if it is shown."""

    share: float
    column: int | None
    picture: bytes


@dataclass(frozen=True, eq=False)
class Code:
    """x_T (1, 1, 28, 28), the network calls of each step, the largest residual a step left, and the film's pictures."""

    x_T: Any  # noqa: N815
    rounds: tuple[int, ...]
    residual: float | None
    film: tuple[Rise, ...]


_codes: LRUCache[tuple[Any, ...], Code] = LRUCache(KEPT)
_lock = threading.Lock()


def columns(S: int) -> list[int]:
    """Which of the states 0 (the picture) .. S (the code) a film shows: thinned evenly, both ends among them."""
    return thinned(S + 1, COLUMNS).tolist()


def bound(label: Any, guidance: float = 1.0) -> Any:
    """The trained denoiser under a label (None, a digit, or a list of one for each image)."""
    import torch

    labels = torch.tensor(label) if isinstance(label, list) else label
    return functools.partial(network.denoiser(), label=labels, guidance=guidance)


def grey(pictures: Any) -> bytes:
    """Tensors (n, 1, 28, 28) as a screen shows them."""
    from ddim_lab.figures.pixels import to_grey

    return to_grey(pictures).tobytes()


def up(subject: Subject, tau: Any = None) -> Walk:
    """Encodes: yields a Rise for each step (kept codes: for each column), returns the Code."""
    settings = subject.settings
    steps = settings.run.tau if tau is None else tau
    key = (settings.schedule, settings.T, tuple(steps), subject.picture, subject.label, subject.implicit)
    with _lock:
        known = _codes.get(key)
    if known is None:
        known = yield from _walked(subject, steps)
        with _lock:
            _codes[key] = known
    else:
        yield from known.film
    return known


def _walked(subject: Subject, tau: Any) -> Walk:
    import ddim_lab as dl

    settings = subject.settings
    model = bound(subject.label)
    x_0 = subject.x_0.to(model.func.engine.device)
    shown, walked, records = columns(len(tau)), [Rise(0.0, 0, subject.picture)], []
    yield walked[0]
    walk = dl.encode(model, x_0, settings.run.schedule, tau, subject.implicit, **looks.INVERSE)
    for j, step in enumerate(walk, start=1):
        seen = j in shown
        rise = Rise(j / len(tau), shown.index(j) if seen else None, grey(step.x_t) if seen else b"")
        records.append(step)
        walked += [rise] * seen
        yield rise
    rounds = tuple(1 if step.rounds is None else step.rounds for step in records)
    residual = max(step.residual for step in records) if subject.implicit else None
    return Code(records[-1].x_t, rounds, residual, tuple(walked))


def silent(walk: Walk, head: dict[str, Any]) -> Generator[Part, None, Code]:
    """A walk up whose steps are told as progress only; returns its Code."""
    while True:
        try:
            rise = next(walk)
        except StopIteration as end:
            return end.value
        yield {**head, "kind": "progress", "share": rise.share}, b""


def down(model: Any, x_T: Any, settings: Settings, first: int = 0, eta: float | None = None) -> Iterator[Any]:
    """The records of decoding `x_T` at the setting."""
    import ddim_lab as dl

    eta = settings.eta if eta is None else eta
    where = settings.run.schedule, settings.run.tau
    return dl.sample(model, x_T, *where, eta=eta, seed=settings.seed, first=first)


def times(settings: Settings) -> list[int]:
    """The t of each column of a film, picture first."""
    visited = [0, *(t for t, _ in reversed(spacing.transitions(settings.run.tau)))]
    return [int(visited[i]) for i in columns(settings.S)]


def device() -> Any:
    """Where the denoiser computes."""
    return network.denoiser().engine.device
