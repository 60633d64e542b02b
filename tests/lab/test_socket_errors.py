"""What the socket says when a message is wrong or the server's own files are, and that the connection goes on."""

import functools
import json
import shutil

import pytest

from ddim_lab.lab.live import film, network
from ddim_lab.lab.live.passes import Passes
from ddim_lab.model import denoiser, weights
from tests.lab.wire import client, page, types

SMALL = {"S": 3, "images": 2}


def asked(view, **values):
    return json.dumps({"id": 7, "view": view, "values": values})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", "bad-message"),
        (json.dumps({"dance": 1, "id": 7}), "bad-message"),
        (asked("dance"), "bad-settings"),
        (asked("film", settings={"S": 0}, draft=False, focus=0), "bad-settings"),
        (asked("film", settings={"eta": 10**400}, draft=True, focus=0), "bad-settings"),
        (asked("answer", key="nonsense", choice=0, attempt=1), "bad-settings"),
        (asked("answer", key="eta-same", choice=9, attempt=1), "bad-settings"),
        ("x" * 100_000, "too-large"),
        (b"\x00\x01", "bad-message"),
    ],
)
def test_a_bad_message_is_answered_and_the_connection_goes_on(text, code):
    with page() as wire:
        (wire.session.send_bytes if isinstance(text, bytes) else wire.session.send_text)(text)
        answer = wire.receive()
        assert (answer["type"], answer["code"]) == ("error", code)
        assert answer["message"]
        assert answer["id"] in (7, None)
        wire.film(wire.run(SMALL))


# What goes wrong on the server


def copied(folder):
    for path in (weights.UNET, weights.card_of(weights.UNET)):
        shutil.copy(path, folder)
    return folder / weights.UNET.name


def missing(folder):
    return folder / "unet.safetensors"


def one_bit(folder):
    path = copied(folder)
    blob = bytearray(path.read_bytes())
    blob[-1] ^= 1
    path.write_bytes(blob)
    return path


def no_card(folder):
    path = copied(folder)
    weights.card_of(path).unlink()
    return path


@pytest.fixture
def broken_weights(monkeypatch, tmp_path, request):
    """The app as if its weights were those that `request.param` leaves in a folder."""
    path, load = request.param(tmp_path), denoiser.load_denoiser
    monkeypatch.setattr(network, "_shipped", functools.cache(lambda: Passes(load(path=path))))
    return monkeypatch


@pytest.mark.parametrize("broken_weights", [missing, one_bit, no_card], indirect=True)
def test_bad_weights_are_said_and_the_page_goes_on(broken_weights):
    with page() as wire:
        for ask, before in (
            (lambda: wire.run(SMALL), ["curves"]),
            (wire.run, ["curves", *["frame"] * 11]),  # the shipped run needs no weights
            (lambda: wire.ask("step", settings={}, image=0, j=1), []),
        ):
            id = ask()
            answers = wire.until(id, "error", "end")
            assert types(answer for answer in answers if answer["id"] == id) == [*before, "error"]
            assert answers[-1]["code"] == "weights"
            assert "git checkout assets" in answers[-1]["message"]
        token = wire.until(wire.run(SMALL), "curves")[-1]["token"]
        response = client().get(f"/ddim/export/film.png?S=2&token={token}")
        assert response.status_code == 503
        assert "git checkout assets" in response.text
        broken_weights.undo()  # the learner restored the file
        wire.film(wire.run(SMALL))


def test_a_damaged_graph_is_said_too(monkeypatch, tmp_path):
    graph = tmp_path / "unet.onnx"
    graph.write_bytes(b"nonsense")
    monkeypatch.setattr(weights, "UNET_GRAPH", graph)
    monkeypatch.setattr(network, "_shipped", functools.cache(lambda: Passes(denoiser.load_denoiser("cpu", "onnx"))))
    with page() as wire:
        answer = wire.until(wire.run(SMALL), "error", "end")[-1]
        assert (answer["type"], answer["code"]) == ("error", "weights")


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), ZeroDivisionError(), MemoryError()])
def test_a_failure_inside_is_said_without_its_insides(monkeypatch, error):
    def failing(*args):
        raise error

    with page() as wire:
        for name, id in (("walk", "step"), ("film", "run")):
            with monkeypatch.context() as patched:
                patched.setattr(film, name, failing)
                sent = wire.run(SMALL) if id == "run" else wire.ask("step", settings={}, image=0, j=1)
                answer = wire.until(sent, "error", "end")[-1]
            assert (answer["type"], answer["code"]) == ("error", "internal")
            assert "Traceback" not in answer["message"]
            assert "memory" not in answer["message"]
        wire.film(wire.run(SMALL))
