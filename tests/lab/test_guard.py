"""Who may ask at all. The tests walk over every route of the app as it is started, so that none can be forgotten."""

from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.web.server.starlette.starlette_app import App

import app as started
from ddim_lab.lab import guard, routes
from tests.lab.wire import OWN, client

REBOUND = {"host": "rebound.example", "origin": "http://rebound.example"}


def leaves(given, base=""):
    """(path, route) of every route, with something in the place of what a path leaves open."""
    for route in given:
        path = base + route.path.replace("{name}", "code.py").replace("{path:path}", "")
        if isinstance(route, Mount) and route.routes:
            yield from leaves(route.routes, path)
        else:
            yield path + "/boot.js" * isinstance(route, Mount), route


OURS = dict(leaves(routes.routes()))


def answered(asked, path, route, headers):
    """The status of the answer; for a socket 200 where it opens, else its close code."""
    if isinstance(route, WebSocketRoute):
        try:
            with asked.websocket_connect(path, headers=headers):
                return 200
        except WebSocketDisconnect as closed:
            return closed.code
    return asked.request("POST" if path.endswith("picture") else "GET", path, headers=headers).status_code


def test_the_app_that_is_started_has_all_guards_and_routes():
    assert isinstance(started.app, App)
    assert started.app._user_middleware == [*routes.GUARDS]
    assert dict(leaves(started.app._user_routes)).keys() == OURS.keys()
    assert len(OURS) >= 9


@pytest.mark.parametrize("path", OURS)
def test_no_route_answers_under_a_foreign_name_or_for_a_foreign_page(path):
    asked, route = client(), OURS[path]
    assert answered(asked, path, route, REBOUND) in (421, 1008)
    assert answered(asked, path, route, {"host": "evil.example@testserver"}) in (421, 1008)
    for origin in ("http://evil.example", "null", "https://testserver", "http://[::1"):
        assert answered(asked, path, route, {"origin": origin}) in (403, 1008)
    for site in ("cross-site", "same-site"):
        for how in ({"sec-fetch-mode": "no-cors"}, {"sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}):
            embedded = {"sec-fetch-site": site, "referer": "http://evil.example/"} | how
            assert answered(asked, path, route, embedded) in (403, 1008)
    assert answered(asked, path, route, OWN) not in (403, 421, 1008)


def test_streamlits_own_routes_are_under_known_names_too():
    whole = TestClient(started.app)
    for path in ("/", "/derivation", "/_stcore/health", "/ddim/health", "/_stcore/upload_file/a/b"):
        refused = whole.get(path, headers={"host": "rebound.example"})
        assert (refused.status_code, refused.text) == (421, guard.OTHER_NAME.format(host="rebound.example"))
    with pytest.raises(WebSocketDisconnect), whole.websocket_connect("/_stcore/stream", headers=REBOUND):
        pass


def test_a_link_on_another_sites_page_may_be_followed():
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "referer": "http://course.example/"}
    assert client().get("/ddim/export/code.py", headers=followed).status_code == 200


def test_one_session_too_many_ends_the_one_that_was_silent_for_longest():
    async def echo(websocket):
        await websocket.accept()
        with suppress(WebSocketDisconnect):
            while True:
                await websocket.send_text(await websocket.receive_text())

    echoes, two = [WebSocketRoute("/below/_stcore/stream", echo)], [Middleware(guard.Sessions, most=2)]
    with TestClient(Starlette(routes=echoes, middleware=two)) as server:
        opened = [server.websocket_connect("/below/_stcore/stream") for _ in range(3)]
        with opened[0] as first, opened[1] as second:
            for session in (first, second, first):  # the second is now the silent one
                session.send_text("here")
                assert session.receive_text() == "here"
            with opened[2]:
                with pytest.raises(WebSocketDisconnect) as closed:
                    second.receive_text()
                assert closed.value.code == 1013
                first.send_text("still")
                assert first.receive_text() == "still"
