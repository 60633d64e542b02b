"""Pictures to begin with: one that the learner sends, made like the data, and ready ones that the model drew."""

import base64
import time
from collections.abc import Iterator
from typing import Any

import anyio
import numpy as np
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from ddim_lab.lab import shipped
from ddim_lab.lab.fields import checked, whole
from ddim_lab.lab.live import bounds, film
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.encode import upload
from ddim_lab.lab.refusals import STATUS, in_words, same_origin
from ddim_lab.lab.settings import Settings
from ddim_lab.model import mnist_like

SHELF = 8  # ready digits on the page at a time
PAGES = 100
_shelves: dict[int, bytes] = {}  # what was drawn of them, at most PAGES of 6 kB
SENDING = 60.0  # seconds for a file to arrive
TOO_SLOW = "the file arrived too slowly: try again, with a smaller picture"
_arriving: "bounds.Pages[Arriving]" = bounds.Pages(16)  # of 8 MB at most
_decoding = anyio.CapacityLimiter(1)  # a picture of 16 megapixels takes some hundred megabytes: one at a time


async def picture(request: Request) -> Response:
    """POST a picture file: the digit as 28 x 28 grey levels, whether it was inverted, and what the judge reads."""
    if not same_origin(request):
        return _refused("pictures are taken from this app's own page only", 403)
    try:
        blob = await _body(request)
        return JSONResponse(await to_thread.run_sync(_prepared, blob, limiter=_decoding))
    except ClientDisconnect:
        return _refused("the browser left before all of the file had come", 499)
    except Exception as error:
        code, text = in_words(error)
        return _refused(text, STATUS[code])


class Arriving:
    """A file on its way. It is ended where too many are, if nothing of it came for longest."""

    def __init__(self, scope: anyio.CancelScope):
        self.heard, self._scope = time.monotonic(), scope

    def end(self) -> None:
        """Waits for no more of it."""
        self._scope.cancel()


async def _body(request: Request) -> bytes:
    """The request's body, no more of it than may be taken, and within SENDING. Raises ValueError."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > upload.BYTES_MAX:
        raise ValueError(upload.too_many_bytes(int(said)))
    blob = bytearray()
    with anyio.move_on_after(SENDING) as waited:
        arriving = Arriving(waited)
        token = _arriving.add(arriving)
        try:
            async for chunk in request.stream():
                arriving.heard = time.monotonic()
                blob += chunk
                if len(blob) > upload.BYTES_MAX:
                    raise ValueError(upload.too_many_bytes(len(blob)))
        finally:
            _arriving.leave(token)
    if waited.cancelled_caught:
        raise ValueError(TOO_SLOW)
    return bytes(blob)


def _refused(text: str, status: int) -> Response:
    return JSONResponse({"message": text[:1].upper() + text[1:]}, status)


def _prepared(blob: bytes) -> dict[str, Any]:
    digit = mnist_like.prepare(upload.decode(blob))
    reading, share = read(digit.picture)
    return {"picture": as_text(digit.picture), "inverted": digit.inverted, "digit": reading, "share": share}


def read(picture: Any) -> tuple[int, float] | tuple[None, None]:
    """The digit that the judge reads in (28, 28) grey levels, and how sure it is, 0..1; None without a judge."""
    import torch

    from ddim_lab.model.mnist import to_signal

    judge = film.judge()
    if judge is None:
        return None, None
    with torch.no_grad():
        sure = judge(torch.from_numpy(to_signal(picture[None]))).softmax(dim=1)[0]
    return int(sure.argmax()), float(sure.max())


def as_text(picture: Any) -> str:
    """(28, 28) grey levels as base64, as messages carry them."""
    return base64.b64encode(np.ascontiguousarray(picture, np.uint8).tobytes()).decode()


def shelf() -> list[dict[str, Any]]:
    """The ready digits of the first shelf, as the lab ships them; none if the file is damaged."""
    *_, last = [None, *shipped.frames()]
    if last is None:
        return []
    return [{"picture": as_text(grey), "digit": i % 10} for i, grey in enumerate(last.x_t[:SHELF])]


def ready(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: page. The digits that the model draws at its default setting, the images 8 page .. 8 page + 7."""
    return _ready(*checked(values, page=whole(0, PAGES - 1)))


def _ready(page: int) -> Iterator[Part]:
    if page not in _shelves:
        for frame in film.film(Settings(), SHELF * page, SHELF):
            yield {"kind": "progress", "share": frame.j / (Settings().S + 1)}, b""
            if frame.j > Settings().S:
                _shelves[page] = frame.x_t.tobytes()
    digits = [(SHELF * page + i) % 10 for i in range(SHELF)]
    yield {"kind": "ready", "page": page, "digits": digits}, _shelves[page]
