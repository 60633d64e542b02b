"""What a monitor is told, and the line that a refused request leaves in the log."""

import logging

import pytest
from starlette.websockets import WebSocketDisconnect

from ddim_lab.lab.live import network
from tests.lab import wire


def test_a_monitor_is_told_of_the_network_and_the_open_pages():
    with wire.client() as client:
        told = client.get("/ddim/health").json()
        assert told["network"] == "loaded"
        assert told["device"] in ("cpu", "cuda", "mps")
        with client.websocket_connect("/ddim/live", headers={"origin": "http://testserver"}):
            assert client.get("/ddim/health").json()["pages"] == told["pages"] + 1


def test_a_monitor_is_told_how_many_pictures_were_computed():
    with wire.client() as server, wire.page(server=server) as page:
        before = server.get("/ddim/health").json()["pictures"]
        page.film(page.run({"S": 3, "images": 2, "seed": 151}))
        assert server.get("/ddim/health").json()["pictures"] == before + 6


def test_a_network_that_cannot_be_had_is_unwell():
    network.show("tests.networks:no_such")
    try:
        with wire.client() as client:
            answer = client.get("/ddim/health")
    finally:
        network.show(None)
    assert answer.status_code == 503
    assert "no_such cannot be had" in answer.json()["network"]


def test_a_refused_request_leaves_one_line(caplog):
    caplog.set_level(logging.WARNING, "ddim_lab.lab.refusal_log")
    with wire.client() as client:
        client.get("/ddim/curves.json?S=5")
        client.get("/ddim/export/film.bmp")
        assert caplog.messages == []
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("/ddim/live", headers={"origin": "http://evil.example\nforged line"}),
        ):
            pass
        client.post("/ddim/picture", content=b"", headers={"origin": "http://evil.example"})
    socket, picture = caplog.messages
    assert socket.startswith(
        "refused (1008): socket '/ddim/live' of testclient, host 'testserver', origin 'http://evil"
    )
    assert "\n" not in socket
    assert picture.startswith("refused (403): POST '/ddim/picture'")


def test_a_line_is_of_bounded_length_and_uvicorns_is_one_line(caplog):
    with wire.client() as client:
        client.get("/ddim/export/" + "a" * 9000, headers={"host": "b" * 9000})
    assert len(caplog.messages[-1]) < 600
    try:
        b"\xff".decode()
    except UnicodeDecodeError:
        logging.getLogger("uvicorn.error").exception("Invalid UTF-8 sequence received from client.")
    assert caplog.messages[-1].startswith("Invalid UTF-8")
    assert "Traceback" not in caplog.text
