"""One line of log for each request that is refused: who asked for what, under which names, and what was answered."""

import logging
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
LINE = "refused (%s): %s %r of %s, host %r, origin %r"
QUIET = {404, 499}  # an address that never was, a browser that left
LONGEST = 200  # characters of a path or a name that are told
POLICY = 1008  # and above: sockets that are closed for their origin or size, or for want of room


def in_one_line(record: logging.LogRecord) -> bool:
    """What uvicorn says of a text that is none, without a traceback: the fault is the sender's."""
    if str(record.msg).startswith("Invalid UTF-8"):
        record.exc_info = None
    return True


logging.getLogger("uvicorn.error").addFilter(in_one_line)


class RefusalLog:
    """Around the whole app; passes everything on as it is."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one socket from its opening to its end."""

        async def sent(message: Message) -> None:
            code = _code(message)
            if code:
                asked = HTTPConnection(scope)
                host, origin = asked.headers.get("host"), asked.headers.get("origin")
                client = asked.client.host if asked.client else "unknown"
                names = [name and name[:LONGEST] for name in (host, origin)]
                log.warning(LINE, code, scope.get("method", "socket"), scope["path"][:LONGEST], client, *names)
            await send(message)

        await self._app(scope, receive, sent)


def _code(message: Message) -> Any:
    """The status or close code of a refusal; 0 for any other message."""
    if message["type"] == "http.response.start" and 400 <= message["status"] < 500:
        return 0 if message["status"] in QUIET else message["status"]
    if message["type"] == "websocket.close" and message.get("code", 0) >= POLICY:
        return message["code"]
    return 0
