"""The downloads of a page, as HTTP: checked, made in turns with all else of that page, and ended when nobody waits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ddim_lab.lab import clients, exports
from ddim_lab.lab.ending import at_end
from ddim_lab.lab.live import bounds, passes
from ddim_lab.lab.live.tickets import Ticket, tickets
from ddim_lab.lab.refusals import STATUS, in_words
from ddim_lab.lab.settings import Settings

LOOK = 0.25  # seconds between two looks whether a download's browser is still there
NO_TOKEN = "pictures are drawn for an open page of this lab only: open the Lab page, and use the links on it"
NAMES = (*exports.DRAWN, *exports.WRITTEN)
_drawing = anyio.CapacityLimiter(100)  # threads that wait for network passes keep nothing else waiting
_under_way: set[passes.Turn] = set()


async def export(request: Request) -> Response:
    """A download of the run that the query describes; nonsense in the query is answered in words."""
    name = request.path_params["name"]
    if name not in NAMES:
        return PlainTextResponse(f"there is no export {name!r}; there are {', '.join(NAMES)}", 404)
    query = dict(request.query_params)
    focus, token = query.pop("focus", "0"), query.pop("token", "")
    settings, problems = Settings.from_query(query)
    if problems or focus not in map(str, range(settings.images)):
        return PlainTextResponse("\n".join(problems) or f"focus must be an image 0..{settings.images - 1}", 400)
    ticket = tickets.find(token)
    if name in exports.DRAWN and ticket is None:
        return PlainTextResponse(NO_TOKEN, 403)
    try:
        if ticket is not None and name in exports.DRAWN:
            media, body = await _pictures(request, ticket, exports.DRAWN[name], settings, int(focus))
        else:
            media, written = exports.WRITTEN[name]
            body = await bounds.cores.run(clients.account(request), written, settings)
    except passes.DroppedError:
        return PlainTextResponse("nobody waits for it any more", 499)
    except Exception as error:
        code, text = in_words(error)
        return PlainTextResponse(text, STATUS[code])
    disposition = {"Content-Disposition": f'attachment; filename="ddim-{name}"'} if name != "code.py" else {}
    return Response(body, media_type=media, headers=disposition)


async def _pictures(
    request: Request, ticket: Ticket, asked: exports.Pictures, settings: Settings, focus: int
) -> tuple[str, bytes]:
    """Media type and file. Raises DroppedError if the browser hangs up, or the server ends."""
    turn = passes.Turn(ticket.account)
    passes.turn.set(turn)
    failed = body = None
    async with _watched(request, turn), ticket.lock:
        try:
            passes.wanted()
            frames = await to_thread.run_sync(asked.drawn, settings, focus, ticket.kept, limiter=_drawing)
            body = await bounds.cores.run(ticket.time, asked.file, frames)
        except Exception as error:  # raised outside: the group of tasks would wrap it
            failed = error
    if failed or body is None:
        raise failed or passes.DroppedError
    return asked.media, body


@asynccontextmanager
async def _watched(request: Request, turn: passes.Turn) -> AsyncIterator[None]:
    """Drops `turn` when the browser hangs up, or the server ends."""

    async def watch() -> None:
        while not await request.is_disconnected():
            await anyio.sleep(LOOK)
        turn.drop()

    _under_way.add(turn)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            yield
            tasks.cancel_scope.cancel()
    finally:
        _under_way.discard(turn)


@at_end
def drop_all() -> None:
    """No download is made any more."""
    for turn in tuple(_under_way):
        turn.drop()
