"""The same code under other labels, from a chosen level: encoded up to it, or noised up to it."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ddim_lab import checks
from ddim_lab.lab.fields import checked, one_of, whole
from ddim_lab.lab.live import film
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.encode import walks
from ddim_lab.lab.pages.encode.asked import SUBJECT, Subject

WAYS = ("code", "noise")


@dataclass(frozen=True)
class Change:
    """`start`: how many of the S steps are gone up; `digits`: the labels it comes down under."""

    subject: Subject
    way: str
    start: int
    digits: tuple[int, ...]
    draft: bool

    @classmethod
    def parse(cls, values: dict[str, Any]) -> "Change":
        rules = SUBJECT | {"way": one_of(WAYS), "start": whole(1), "focus": whole(0, 9), "draft": checks.flag}
        *of, way, start, focus, draft = checked(values, **rules)
        subject = Subject(*of)
        digits = (focus,) if draft else tuple(range(10))
        return cls(subject, way, min(start, subject.settings.S), digits, draft)

    @property
    def level(self) -> int:
        """The step of tau that is gone up to."""
        return int(self.subject.settings.run.tau[self.start - 1])


def parts(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: the fields of Subject, way, start, focus, draft. The state gone up to, then ten digits clearing up."""
    return _parts(Change.parse(values))


def _parts(change: Change) -> Iterator[Part]:
    settings = change.subject.settings
    yield (
        {
            **{"kind": "start", **settings.head(), "draft": change.draft},
            **{"t": change.level, "alpha_bar": float(settings.run.schedule.alpha_bar[change.level])},
            **{"start": change.start, "way": change.way, "digits": change.digits},
        },
        b"",
    )
    steps, told = (yield from _descent(change)), False
    result = None
    for j, step in enumerate(steps, start=1):
        if not told:
            yield {"kind": "turn", "digits": change.digits}, walks.grey(step.x_t)
            told = True
        last = j == change.start
        result = step.x_prev
        head = {"kind": "digits", "digits": change.digits, "share": j / change.start}
        yield head, walks.grey(result if last else step.x0)
    yield from read(walks.grey(result), digits=change.digits)


def _descent(change: Change) -> Generator[Part, None, Iterator[Any]]:
    """The way down under every label, after the way up to the level."""
    import ddim_lab as dl

    subject, n = change.subject, len(change.digits)
    settings, first = subject.settings, change.digits[0]
    decoder = walks.bound(list(change.digits), settings.guidance)
    below = settings.run.tau[: change.start]
    keywords = {"eta": settings.eta, "seed": settings.seed, "first": first}
    if change.way == "code":
        code = yield from walks.silent(walks.up(subject, below), {})
        x_start = code.x_T.expand(n, -1, -1, -1)
        return dl.sample(decoder, x_start, settings.run.schedule, below, **keywords)
    x_0 = subject.x_0.to(walks.device()).expand(n, -1, -1, -1)
    return dl.edit(decoder, x_0, settings.run.schedule, settings.run.tau, change.level, **keywords)


def read(grey: bytes, **told: Any) -> Iterator[Part]:
    """What the judge reads in pictures of 784 grey levels each, if there is one; `told` joins the head."""
    digits = film.digits_in(np.frombuffer(grey, np.uint8).reshape(-1, 28, 28))
    if digits is not None:
        yield {"kind": "read", "read": digits, **told}, b""
