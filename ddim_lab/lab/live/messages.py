"""The socket's schema: what a page may ask, checked before any work starts, and how answers are packed."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from ddim_lab import checks
from ddim_lab.lab.live.views import VIEWS
from ddim_lab.lab.settings import IMAGES_MAX, Settings

TEXT_MAX = 6144  # characters of one message: four pictures of 28 x 28 grey levels in base64, and a setting
ID_MAX = 2**31 - 1


class BadMessageError(Exception):
    """A message that breaks the schema; `code` is for programs, the text for people."""

    def __init__(self, code: str, text: str, id: int | None = None):
        super().__init__(text)
        self.code, self.id = code, id


@dataclass(frozen=True)
class Run:
    """Draw the film of `settings`: of the image `focus` alone (a draft), or of all images."""

    id: int
    settings: Settings
    draft: bool
    focus: int

    @property
    def images(self) -> range:
        """The images drawn."""
        return range(self.focus, self.focus + 1) if self.draft else range(self.settings.images)

    @property
    def head(self) -> dict[str, Any]:
        """What every answer to it begins with."""
        return {"id": self.id, "draft": self.draft}


@dataclass(frozen=True)
class StepCard:
    """The terms of transition `j` of one image."""

    id: int
    settings: Settings
    image: int
    j: int


@dataclass(frozen=True)
class Answer:
    """The learner's guess at a question."""

    id: int
    key: str
    choice: int


@dataclass(frozen=True)
class Stop:
    """Stop the run in flight."""

    id: int


@dataclass(frozen=True)
class View:
    """Draw `view`, one of `ddim_lab.lab.live.views`, which checks `values` itself."""

    id: int
    view: str
    values: dict[str, Any]


Message = Run | StepCard | Answer | Stop | View
KINDS = ("run", "step", "answer", "view", "stop")


def parse(text: str) -> Message:
    """The message in `text`. Raises BadMessageError."""
    if len(text) > TEXT_MAX:
        raise BadMessageError("too-large", f"a message must have at most {TEXT_MAX} characters, got {len(text)}")
    try:
        values = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadMessageError("bad-message", f"a message must be one JSON object: {error}") from error
    if not isinstance(values, dict):
        raise BadMessageError("bad-message", f"a message must be one JSON object, got {type(values).__name__}")
    kind, id = values.pop("type", None), values.pop("id", None)
    try:
        id = checks.integer("id", id, 0, ID_MAX)
    except (TypeError, ValueError) as error:
        raise BadMessageError("bad-message", str(error)) from error
    try:
        return _typed(kind, id, values)
    except BadMessageError:
        raise
    except (TypeError, ValueError) as error:
        raise BadMessageError("bad-settings", str(error), id) from error


def _typed(kind: Any, id: int, values: dict[str, Any]) -> Message:
    if kind == "run":
        _exactly(id, values, "settings", "draft", "focus")
        settings = Settings.fit(values["settings"])
        focus = checks.integer("focus", values["focus"], 0, IMAGES_MAX - 1)
        return Run(id, settings, checks.flag("draft", values["draft"]), min(focus, settings.images - 1))
    if kind == "step":
        _exactly(id, values, "settings", "image", "j")
        settings = Settings.parse(values["settings"])
        image = checks.integer("image", values["image"], 0, settings.images - 1)
        return StepCard(id, settings, image, checks.integer("j", values["j"], 1, settings.S))
    if kind == "answer":
        _exactly(id, values, "key", "choice")
        if not isinstance(values["key"], str):
            raise TypeError(f"key must be text, got {values['key']!r}")
        return Answer(id, values["key"], checks.integer("choice", values["choice"], 0, 20))
    if kind == "view":
        _exactly(id, values, "view", "values")
        if not isinstance(values["values"], dict):
            raise TypeError(f"values must be an object, got {type(values['values']).__name__}")
        return View(id, checks.choice("view", values["view"], tuple(VIEWS)), values["values"])
    if kind == "stop":
        _exactly(id, values)
        return Stop(id)
    raise BadMessageError("bad-message", f"type must be one of {', '.join(KINDS)}; got {str(kind)[:40]!r}", id)


def _exactly(id: int, values: dict[str, Any], *names: str) -> None:
    if set(values) != set(names):
        wanted = ", ".join(names) or "nothing"
        raise BadMessageError("bad-message", f"beside type and id the message needs {wanted}; got {sorted(values)}", id)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def pack(head: dict[str, Any], pictures: bytes = b"") -> bytes:
    """An answer: the lengths of its JSON head and of its grey levels as little-endian uint32, then these.

    Several may travel as one message, one after the other.
    """
    text = json.dumps(head, allow_nan=False, separators=(",", ":")).encode()
    return np.array([len(text), len(pictures)], "<u4").tobytes() + text + pictures
