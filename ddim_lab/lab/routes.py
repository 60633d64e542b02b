"""The routes beside the script: the live socket, the page's own JavaScript, Plotly's, figures and downloads."""

import json
from pathlib import Path

import plotly
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from ddim_lab.lab import film
from ddim_lab.lab.exports import EXPORTS
from ddim_lab.lab.settings import Settings
from ddim_lab.lab.socket import live

STATIC = Path(__file__).with_name("static")


def routes() -> list[BaseRoute]:
    return [
        WebSocketRoute("/ddim/live", live),
        Route("/ddim/export/{name}", export),
        Route("/ddim/figures.json", figures),
        Mount("/ddim/static", StaticFiles(directory=STATIC)),
        Mount("/ddim/plotly", StaticFiles(directory=Path(plotly.__file__).parent / "package_data")),
    ]


async def export(request: Request) -> Response:
    """A download of the run that the query describes; nonsense in the query is answered in words."""
    name = request.path_params["name"]
    if name not in EXPORTS:
        return PlainTextResponse(f"there is no export {name!r}; there are {', '.join(EXPORTS)}", 404)
    make, kind = EXPORTS[name]
    query = dict(request.query_params)
    focus = query.pop("focus", "0")
    settings, problems = Settings.from_query(query)
    if problems or not focus.isdecimal() or int(focus) >= settings.images:
        return PlainTextResponse("\n".join(problems) or f"focus must be an image 0..{settings.images - 1}", 400)
    try:
        body = await run_in_threadpool(make, settings, int(focus))
    except film.ModelUnavailable as error:
        return PlainTextResponse(str(error), 503)
    disposition = {"Content-Disposition": f'attachment; filename="ddim-{name}"'} if name != "code.py" else {}
    return Response(body, media_type=kind, headers=disposition)


async def figures(request: Request) -> Response:
    """The Plotly figures of the run that the query describes, the same ones the notebooks draw."""
    from ddim_lab.figures import curves

    settings, problems = Settings.from_query(request.query_params)
    if problems:
        return PlainTextResponse("\n".join(problems), 400)
    made = await run_in_threadpool(curves.all_figures, settings.noise_schedule, settings.tau, settings.eta)
    return JSONResponse({name: json.loads(figure.to_json()) for name, figure in made.items()})
