"""The routes beside the script: the live socket, the page's own JavaScript, Plotly's, figures and downloads."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import plotly
import streamlit as st
from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from ddim_lab.lab.exports import DRAWN, EXPORTS
from ddim_lab.lab.live import film, network, passes
from ddim_lab.lab.live.socket import Ticket, live, pages, tickets
from ddim_lab.lab.markup import PAGES, STATIC
from ddim_lab.lab.pages.encode import pictures
from ddim_lab.lab.refusal_log import RefusalLog
from ddim_lab.lab.refusals import STATUS, in_words, is_named
from ddim_lab.lab.settings import Settings

SCRIPT = str(Path(__file__).with_name("entry") / "script.py")  # what Streamlit runs for every page
drawing = anyio.CapacityLimiter(100)  # downloads that wait for network passes keep nothing else waiting
LOOK = 0.25  # seconds between two looks whether a download's browser is still there
OTHER_NAME = "this lab was not started for that host name: `ddim-lab app --host NAME` adds one"
NO_TOKEN = "pictures are drawn for an open page of this lab only: open the Lab page, and use the links on it"


def routes() -> list[BaseRoute]:
    """All of them, for `st.App`, below ddim/ of where the app stands (`server.baseUrlPath`)."""
    base = "/".join(["", *filter(None, str(st.get_option("server.baseUrlPath")).split("/")), "ddim"])
    ours = [
        WebSocketRoute("/live", live),
        Route("/health", health),
        Route("/export/{name}", export),
        Route("/picture", pictures.picture, methods=["POST"]),
        Route("/figures.json", figures),
        Route("/curves.json", curves),
        Mount("/static", StaticFiles(directory=STATIC)),
        Mount("/pages", Scripts(directory=PAGES)),
        Mount("/plotly", StaticFiles(directory=Path(plotly.__file__).parent / "package_data")),
    ]
    return [Mount(base, routes=ours, middleware=[Middleware(RefusalLog)])]


class Scripts(StaticFiles):
    """The JavaScript of a folder, and nothing that lies beside it."""

    def lookup_path(self, path: str) -> tuple[str, Any]:
        """Where `path` is, if it is a script."""
        return super().lookup_path(path) if path.endswith(".js") else ("", None)


async def health(request: Request) -> Response:
    """For a monitor: whether the pages have a network, which, where it computes, and how many pages are open.

    Status 503 where it cannot be had, with why. The first call loads it.
    """
    try:
        engine = (await run_in_threadpool(network.denoiser)).engine
    except network.ModelUnavailableError as error:
        return JSONResponse({"network": str(error), "pages": len(pages)}, 503)
    return JSONResponse({"network": "loaded", "engine": engine.name, "device": str(engine.device), "pages": len(pages)})


async def export(request: Request) -> Response:
    """A download of the run that the query describes; nonsense in the query is answered in words."""
    if not is_named(request):
        return PlainTextResponse(OTHER_NAME, 421)
    name = request.path_params["name"]
    if name not in EXPORTS:
        return PlainTextResponse(f"there is no export {name!r}; there are {', '.join(EXPORTS)}", 404)
    make, kind = EXPORTS[name]
    query = dict(request.query_params)
    focus, token = query.pop("focus", "0"), query.pop("token", "")
    settings, problems = Settings.from_query(query)
    if problems or focus not in map(str, range(settings.images)):
        return PlainTextResponse("\n".join(problems) or f"focus must be an image 0..{settings.images - 1}", 400)
    ticket = tickets.get(token)
    if name in DRAWN and ticket is None:
        return PlainTextResponse(NO_TOKEN, 403)
    try:
        if ticket is None:
            body = await run_in_threadpool(make, settings, int(focus))
        else:
            body = await _while_wanted(request, ticket, partial(make, settings, int(focus)))
    except passes.DroppedError:
        return PlainTextResponse("nobody waits for it any more", 499)
    except Exception as error:
        code, text = in_words(error)
        return PlainTextResponse(text, STATUS[code])
    disposition = {"Content-Disposition": f'attachment; filename="ddim-{name}"'} if name != "code.py" else {}
    return Response(body, media_type=kind, headers=disposition)


async def _while_wanted(request: Request, ticket: Ticket, make: Callable[[], bytes]) -> bytes:
    """What `make` gives; its network passes take turns with those of its page, and end when the browser hangs up."""
    turn = passes.Turn(ticket.account)
    passes.turn.set(turn)

    async def watch() -> None:
        while not await request.is_disconnected():
            await anyio.sleep(LOOK)
        turn.drop()

    body, failed = b"", None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        try:
            async with ticket.lock:
                body = await to_thread.run_sync(make, limiter=drawing)
        except Exception as error:  # raised outside: the group would wrap it
            failed = error
        tasks.cancel_scope.cancel()
    if failed is not None:
        raise failed
    return body


async def curves(request: Request) -> Response:
    """The numbers behind the live curves of the run that the query describes."""
    settings, problems = Settings.from_query(request.query_params)
    if problems:
        return PlainTextResponse("\n".join(problems), 400)
    return JSONResponse({"eta_end": settings.eta_end, **film.curves(settings.run)})


async def figures(request: Request) -> Response:
    """The Plotly figures of the run that the query describes, the same ones the notebooks draw."""
    query = dict(request.query_params)
    dark = query.pop("dark", "0") == "1"
    settings, problems = Settings.from_query(query)
    if problems:
        return PlainTextResponse("\n".join(problems), 400)
    return Response(await run_in_threadpool(_figures, settings, dark), media_type="application/json")


def _figures(settings: Settings, dark: bool) -> str:
    from ddim_lab.figures.curves import alpha_bar_figure, k_m_figure, snr_figure

    drawn = {"k and m": k_m_figure, "alpha_bar": alpha_bar_figure, "SNR": snr_figure}
    figures = {name: draw(settings.run, dark=dark) for name, draw in drawn.items()}
    return json.dumps({name: json.loads(figure.to_json() or "{}") for name, figure in figures.items()})
