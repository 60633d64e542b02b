"""The socket's one protocol: a request, its parts, its end. Checked before any work starts, and packed for the browser.

A page sends {"id", "view", "values"}; a newer request for a view takes an older one's place. {"id", "stop": true} ends
the film in flight. It gets heads of the types "part", "end" ("cancelled" tells whether it came before all was made) and
"error" ("code" is for programs, "message" for people), each with the request's id and view.
"""

import json
import struct
from dataclasses import dataclass
from typing import Any

from ddim_lab import checks
from ddim_lab.lab.pages import VIEWS

TEXT_MAX = 6144  # characters of one message: four pictures of 28 x 28 grey levels in base64, and a setting
ID_MAX = 2**31 - 1
_encoded = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_lengths = struct.Struct("<II").pack


class BadMessageError(Exception):
    """A message that breaks the schema; `code` is for programs, the text for people."""

    def __init__(self, code: str, text: str, id: int | None = None):
        super().__init__(text)
        self.code, self.id = code, id


@dataclass(frozen=True)
class Request:
    """Draw `view`, one of `ddim_lab.lab.live.views`, which checks `values` itself."""

    id: int
    view: str
    values: dict[str, Any]

    def part(self, head: dict[str, Any], data: bytes = b"") -> bytes:
        """A part of the answer, packed."""
        return pack({"type": "part", "id": self.id, "view": self.view, **head}, data)

    def end(self, seconds: float, cancelled: bool, told: dict[str, Any]) -> bytes:
        """The end of the answer, packed."""
        return pack(
            {"type": "end", "id": self.id, "view": self.view, "seconds": seconds, "cancelled": cancelled, **told}
        )


@dataclass(frozen=True)
class Stop:
    """Stop the film in flight."""

    id: int


def parse(text: str) -> Request | Stop:
    """The message in `text`. Raises BadMessageError."""
    if len(text) > TEXT_MAX:
        raise BadMessageError("too-large", f"a message must have at most {TEXT_MAX} characters, got {len(text)}")
    try:
        message = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadMessageError("bad-message", f"a message must be one JSON object: {error}") from error
    if not isinstance(message, dict):
        raise BadMessageError("bad-message", f"a message must be one JSON object, got {type(message).__name__}")
    id = message.pop("id", None)
    try:
        id = checks.integer("id", id, 0, ID_MAX)
    except (TypeError, ValueError) as error:
        raise BadMessageError("bad-message", str(error)) from error
    if message.get("stop") is True and len(message) == 1:
        return Stop(id)
    if set(message) != {"view", "values"}:
        wanted = f"beside id a message needs view and values, or stop: true; got {sorted(message)}"
        raise BadMessageError("bad-message", wanted, id)
    view, values = message["view"], message["values"]
    try:
        checks.choice("view", view, tuple(VIEWS))
        if not isinstance(values, dict):
            raise TypeError(f"values must be an object, got {type(values).__name__}")
    except (TypeError, ValueError) as error:
        raise BadMessageError("bad-settings", str(error), id) from error
    return Request(id, view, values)


def error(code: str, text: str, id: int | None, view: str | None = None) -> bytes:
    """What is said of a request that failed, packed; a message that is none has no view, and perhaps no id."""
    return pack({"type": "error", "id": id, "view": view, "code": code, "message": text})


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def pack(head: dict[str, Any], data: bytes = b"") -> bytes:
    """An answer: the lengths of its JSON head and of its data as little-endian uint32, then these.

    Several may travel as one message, one after the other.
    """
    text = _encoded(head).encode()
    return _lengths(len(text), len(data)) + text + data
