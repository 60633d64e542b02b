"""The routes beside the script: the live socket, the page's own JavaScript, Plotly's, figures and downloads.

Around all of them, and around Streamlit's, stand GUARDS.
"""

import json
from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from ddim_lab.lab import clients, lesson_links
from ddim_lab.lab.downloads import export
from ddim_lab.lab.guard import Named, Own, Sessions
from ddim_lab.lab.live import bounds, film, network
from ddim_lab.lab.live.socket import live, pages
from ddim_lab.lab.markup import PAGES, STATIC
from ddim_lab.lab.pages.encode import pictures
from ddim_lab.lab.refusal_log import RefusalLog
from ddim_lab.lab.settings import Settings

SCRIPT = str(Path(__file__).with_name("entry") / "script.py")  # what Streamlit runs for every page
GUARDS = (
    Middleware(RefusalLog),
    Middleware(Named),
    Middleware(Sessions),
)  # around the whole app, Streamlit's routes too


def routes() -> list[BaseRoute]:
    """All of them, for `st.App`, below ddim/ of where the app stands (`server.baseUrlPath`)."""
    base = "/".join(["", *filter(None, str(st.get_option("server.baseUrlPath")).split("/")), "ddim"])
    ours = [
        WebSocketRoute("/live", live),
        Route("/health", health),
        Route("/export/{name}", export),
        Route("/lessons/{name}.html", lesson_links.lesson),
        Route("/asked/{key}", lesson_links.answer),
        Route("/picture", pictures.picture, methods=["POST"]),
        Route("/figures.json", figures),
        Route("/curves.json", curves),
        Mount("/static", StaticFiles(directory=STATIC)),
        Mount("/pages", Scripts(directory=PAGES)),
        Mount("/plotly", StaticFiles(directory=Path(plotly.__file__).parent / "package_data")),
    ]
    return [Mount(base, routes=ours, middleware=[Middleware(Own)])]


class Scripts(StaticFiles):
    """The JavaScript of a folder, and nothing that lies beside it."""

    def lookup_path(self, path: str) -> tuple[str, Any]:
        """Where `path` is, if it is a script."""
        return super().lookup_path(path) if path.endswith(".js") else ("", None)


async def health(request: Request) -> Response:
    """For a monitor: the pages' network, where it computes, the pictures it has computed, how many pages are open.

    Status 503 where it cannot be had, with why. The first call loads it.
    """
    try:
        denoiser = await run_in_threadpool(network.denoiser)
    except network.ModelUnavailableError as error:
        return JSONResponse({"network": str(error), "pages": len(pages)}, 503)
    engine = denoiser.engine
    where = {"engine": engine.name, "device": str(engine.device), "pictures": denoiser.pictures}
    return JSONResponse({"network": "loaded", **where, "pages": len(pages)})


async def curves(request: Request) -> Response:
    """The numbers behind the live curves of the run that the query describes."""
    settings, problems = Settings.from_query(request.query_params)
    if problems:
        return PlainTextResponse("\n".join(problems), 400)
    made = await bounds.cores.run(clients.account(request), film.curves, settings.run)
    return JSONResponse({"eta_end": settings.eta_end, **made})


async def figures(request: Request) -> Response:
    """The Plotly figures of the run that the query describes, the same ones the notebooks draw."""
    query = dict(request.query_params)
    dark = query.pop("dark", "0") == "1"
    settings, problems = Settings.from_query(query)
    if problems:
        return PlainTextResponse("\n".join(problems), 400)
    made = await bounds.cores.run(clients.account(request), _figures, settings, dark)
    return Response(made, media_type="application/json")


def _figures(settings: Settings, dark: bool) -> str:
    from ddim_lab.figures.curves import alpha_bar_figure, k_m_figure, snr_figure

    drawn = {"k and m": k_m_figure, "alpha_bar": alpha_bar_figure, "SNR": snr_figure}
    figures = {name: draw(settings.run, dark=dark) for name, draw in drawn.items()}
    return json.dumps({name: json.loads(figure.to_json() or "{}") for name, figure in figures.items()})
