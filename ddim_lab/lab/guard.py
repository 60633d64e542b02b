"""Who may ask at all, and how many at a time: around every route of the app, so that none of them can forget it.

A page of this lab, under a name that the server was started for. A foreign page may link to the lab, but neither its
scripts nor its picture tags start any work of ours.
"""

import asyncio
import time
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ddim_lab.lab.live import bounds
from ddim_lab.lab.refusals import is_named, same_origin

SESSIONS_MAX = 2 * bounds.PAGES_MAX  # each costs four files; a browser that reloads leaves its old one for a moment

OTHER_NAME = "this lab was not started for the host name {host!r}: `ddim-lab app --host NAME` adds one"
FOREIGN = "this is for the pages of this lab only, and the page that asks is none of them"


class Named:
    """Around the whole app: answers under the names of server.allowedHosts only."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one socket."""
        if scope["type"] in ("http", "websocket") and not is_named(HTTPConnection(scope)):
            refusal = OTHER_NAME.format(host=Headers(scope=scope).get("host", ""))
            await _refuse(scope, receive, send, refusal, 421)
        else:
            await self._app(scope, receive, send)


class Own:
    """Around the lab's own routes: what a foreign page asks for is refused, where the browser says that it asks."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one socket."""
        if _is_foreign(HTTPConnection(scope)):
            await _refuse(scope, receive, send, FOREIGN, 403)
        else:
            await self._app(scope, receive, send)


def _is_foreign(asked: HTTPConnection) -> bool:
    """Scripts and forms of another origin tell it; pictures, frames and styles where the browser is sure of us.

    A link may be followed: that opens a page of ours, and is no part of theirs.
    """
    headers = asked.headers
    follows = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
    embeds = headers.get("sec-fetch-site") in ("cross-site", "same-site") and not follows
    return embeds or ("origin" in headers and not same_origin(asked))


class Sessions:
    """Around the whole app: one more of Streamlit's sockets than there is room for ends the one silent for longest.

    The lab's own socket bounds its pages itself.
    """

    def __init__(self, app: ASGIApp, most: int = SESSIONS_MAX):
        self._app, self._open = app, bounds.Pages[_Session](most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one socket."""
        if scope["type"] != "websocket" or not scope["path"].endswith("/_stcore/stream"):
            await self._app(scope, receive, send)
            return
        session = _Session(send)
        token = self._open.add(session)

        async def heard() -> Message:
            message = await receive()
            session.heard = time.monotonic()
            return message

        try:
            await self._app(scope, heard, send)
        finally:
            self._open.leave(token)


class _Session:
    def __init__(self, send: Send):
        self.heard, self._send = time.monotonic(), send
        self._closing: asyncio.Task[None] | None = None

    def end(self) -> None:
        """Closes it; who served it is told as if the browser had left."""
        self._closing = asyncio.get_running_loop().create_task(self._close())

    async def _close(self) -> None:
        with suppress(RuntimeError, OSError):  # it was closed meanwhile, or its browser has left
            await self._send({"type": "websocket.close", "code": 1013})


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str, status: int) -> None:
    if scope["type"] == "websocket":
        await receive()  # its opening
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
    else:
        await PlainTextResponse(why, status)(scope, receive, send)
