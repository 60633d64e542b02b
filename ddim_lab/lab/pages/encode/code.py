"""The code of a picture, the way there and back, and what comes back for other numbers of steps."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from ddim_lab import checks
from ddim_lab.lab.fields import checked
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.encode import walks
from ddim_lab.lab.pages.encode.asked import SUBJECT, Subject
from ddim_lab.lab.settings import Settings
from ddim_lab.latents import looks

MARKS = (5, 10, 20, 50, 100)  # the S of the row of reconstructions
QUICK = 10  # of them, those that a draft draws
FINE = 250  # steps of the code that stands beside the setting's own


def parts(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: settings, picture, label, implicit, draft. The film, the code, then one picture for each S and way."""
    *subject, draft = checked(values, **SUBJECT, draft=checks.flag)
    return _parts(Subject(*subject), draft)


def marks(settings: Settings) -> list[int]:
    """The S of the row: the marks that T allows, and the setting's own."""
    return sorted({S for S in MARKS if settings.T >= S} | {settings.S})


def _parts(subject: Subject, draft: bool) -> Iterator[Part]:
    settings = subject.settings
    row = marks(settings)
    yield (
        {
            **{
                "kind": "start",
                **settings.head(),
                "implicit": subject.implicit,
            },
            **{"t": walks.times(settings), "marks": row, "draft": draft},
        },
        b"",
    )
    yield from _there_and_back(subject)
    if not draft and settings.S < FINE <= settings.T:
        yield from _finer(subject)
    for S in [S for S in row if S <= QUICK] if draft else row:
        for implicit in (False,) if draft else (False, True):
            if (S, implicit) != (settings.S, subject.implicit):
                yield from _again(subject, S, implicit)


def _there_and_back(subject: Subject) -> Iterator[Part]:
    walk, code = walks.up(subject), None
    while code is None:
        try:
            rise = next(walk)
        except StopIteration as end:
            code = end.value
            continue
        yield {"kind": "up", "column": rise.column, "share": rise.share}, rise.picture
    noise = {"chance": looks.by_chance(784, 28), "bell": looks.bell()}
    yield _look("code", subject, code, **noise)
    settings, shown = subject.settings, walks.columns(subject.settings.S)
    yield _down(shown, settings.S, settings.S, code.x_T)
    for j, step in enumerate(walks.down(walks.bound(subject.label), code.x_T, settings), start=1):
        yield _down(shown, settings.S - j, settings.S, step.x_prev)
        if j == settings.S:
            yield _back(subject, code, step.x_prev)


def _look(kind: str, subject: Subject, code: walks.Code, **more: Any) -> Part:
    head = {"kind": kind, **asdict(looks.look(code.x_T)), "likeness": looks.likeness(code.x_T.cpu(), subject.x_0)}
    return head | more, walks.grey(code.x_T)


def _finer(subject: Subject) -> Iterator[Part]:
    """The code in many explicit steps: what of the picture is left in it then."""
    other = replace(subject, settings=Settings.fit(subject.settings.to_dict() | {"S": FINE}), implicit=False)
    code = yield from walks.silent(walks.up(other), {"S": FINE, "implicit": False})
    yield _look("finer", other, code)


def _down(shown: list[int], state: int, S: int, picture: Any) -> Part:
    seen = state in shown
    head = {"kind": "down", "column": shown.index(state) if seen else None, "share": 1 - state / S}
    return head, walks.grey(picture) if seen else b""


def _again(subject: Subject, S: int, implicit: bool) -> Iterator[Part]:
    """The same picture encoded and decoded in `S` steps; eta comes down to what they admit."""
    fewer = Settings.fit(subject.settings.to_dict() | {"S": S})
    other = replace(subject, settings=fewer, implicit=implicit)
    head = {"S": S, "implicit": implicit}
    code = yield from walks.silent(walks.up(other), head)
    result = None
    for j, step in enumerate(walks.down(walks.bound(other.label), code.x_T, fewer), start=1):
        result = step.x_prev
        yield {**head, "kind": "progress", "share": j / S}, b""
    yield _back(other, code, result)


def _back(subject: Subject, code: walks.Code, result: Any) -> Part:
    head = {
        **{"kind": "back", "S": subject.settings.S, "implicit": subject.implicit, "eta": subject.settings.eta},
        **{"error": looks.squared_errors(result, subject.x_0)[0], "variance": float(code.x_T.var(correction=0))},
        **{"rounds": sum(code.rounds), "residual": code.residual},
    }
    return head, walks.grey(result)
