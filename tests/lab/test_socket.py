"""The live socket: who may speak, what a run is answered, and that the latest setting wins."""

import threading

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import ddim_lab as dl
from ddim_lab.lab import shipped
from ddim_lab.lab.live import film, network, socket
from ddim_lab.lab.live.messages import Request, Stop
from ddim_lab.lab.live.passes import Passes
from ddim_lab.lab.routes import routes
from tests.lab import truth
from tests.lab.wire import client, ended, kind, page, pictures, types, unpack

SMALL = {"S": 3, "images": 2}


# Who may speak


@pytest.mark.parametrize(
    "origin",
    [
        {}, {"origin": ""}, {"origin": "null"}, {"origin": "http://evil.example"}, {"origin": "http://testserver:81"},
        {"origin": "http://testserver.evil.example"}, {"origin": "http://evil.example/testserver"},
        {"origin": "testserver"}, {"origin": "http://[::1"}, {"origin": "https://testserver"},
        {"origin": "http://rebound.example", "host": "rebound.example"},  # a foreign name for this machine
        {"origin": "http://school.example", "host": "school.example"}, {"origin": "http://[::1", "host": "[::1"},
    ],
)  # fmt: skip
def test_other_origins_are_refused(origin):
    with pytest.raises(WebSocketDisconnect) as refused, page(origin):
        pass
    assert refused.value.code == 1008


def test_behind_a_proxy_the_scheme_is_the_one_that_it_tells():
    """Through the very middleware that uvicorn puts before every app."""
    proxied = TestClient(ProxyHeadersMiddleware(Starlette(routes=routes()), trusted_hosts="testclient"))
    told = {"host": "lab.school.example", "x-forwarded-proto": "https"}
    with proxied.websocket_connect("/ddim/live", headers=told | {"origin": "https://lab.school.example"}):
        pass
    with (
        pytest.raises(WebSocketDisconnect),
        proxied.websocket_connect("/ddim/live", headers=told | {"origin": "http://lab.school.example"}),
    ):
        pass


def test_downloads_and_uploads_are_for_known_names_too():
    other = {"host": "rebound.example", "origin": "http://rebound.example"}
    assert client().get("/ddim/export/code.py", headers=other).status_code == 421
    assert client().post("/ddim/picture", headers=other, content=b"x").status_code == 421
    assert client().get("/ddim/export/code.py", headers={"host": "[::1]:8501"}).status_code == 200


def test_the_pages_own_origin_is_accepted():
    with page() as wire:
        wire.film(wire.run(SMALL))
    port = client()
    port.base_url = "http://localhost:8501"
    with port.websocket_connect("/ddim/live", headers={"origin": "http://localhost:8501", "host": "localhost:8501"}):
        pass


# A run


@pytest.mark.parametrize(
    ("settings", "focus"),
    [
        ({"eta": 0.6, "S": 6, "seed": 3}, 2),
        ({"eta": 1.0, "S": 4, "sigma_hat": True, "clip": "rederive_eps", "images": 3}, 1),
        ({"S": 3, "spacing": "quadratic", "schedule": "cosine", "guidance": 2.5, "clip": "keep_eps", "digit": "7"}, 7),
        ({"S": 1, "T": 1, "images": 1, "digit": "any"}, 0),
    ],
)
def test_a_run_is_curves_then_frames_then_done(settings, focus):
    with page() as wire:
        for draft, first, n in ((True, focus, 1), (False, 0, settings.get("images", 8))):
            id = wire.run(settings, draft, focus)
            answers, x_t, x0 = wire.film(id)
            S = settings["S"]
            assert types(answers) == ["curves", *["frame"] * (S + 1), "end"]
            assert {(answer["id"], answer["draft"]) for answer in answers} == {(id, draft)}
            assert [answer["j"] for answer in answers[1:-1]] == list(range(1, S + 2))
            assert {(answer["first"], *answer["kinds"].values()) for answer in answers[1:-1]} == {(first, n, n)}
            assert answers[0]["settings"] == truth.DEFAULTS | settings
            assert answers[-1]["seconds"] > 0
            true_x_t, true_x0 = truth.film(settings, n, first)
            truth.assert_same_picture(x_t, true_x_t, "x_t")
            truth.assert_same_picture(x0, true_x0, "x_0")


def test_frames_travel_together_and_how_it_went_comes_with_the_last():
    known = {False: ["curves", "frame"], True: ["curves", "frame", "frame"]}  # what the network said of x_T is known
    for draft in (False, True):
        with page() as wire:
            wire.film(wire.run({"S": 6, "images": 2}))
            id, messages = wire.run({"S": 6, "images": 2, "eta": 0.5}, draft), []
            while not messages or messages[-1][-1]["type"] != "end":
                messages.append(list(unpack(wire.message())))
        assert types(messages[0])[: len(known[draft])] == known[draft]
        assert types(messages[-1])[-2:] == ["frame", "end"]
        assert {answer["id"] for answers in messages for answer in answers} == {id}


def test_eta_comes_down_to_the_bound_and_the_page_is_told():
    with page() as wire:
        answers, x_t, _ = wire.film(wire.run(SMALL | {"eta": 1.5, "S": 40}))
        shown = answers[0]["settings"]
        schedule, tau = dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 40)
        bound = float(np.min(dl.eta_max(schedule.alpha_bar[tau[1:]], schedule.alpha_bar[tau[:-1]])))
        assert shown["eta"] == answers[0]["eta_end"] == pytest.approx(bound, rel=1e-12)
        truth.assert_same_picture(x_t, truth.film(shown)[0])


def test_the_latest_setting_wins():
    with page() as wire:
        older = [wire.run({"S": 100, "eta": eta / 10}, draft=bool(eta % 2)) for eta in range(6)]
        last = wire.run(SMALL | {"eta": 0.3})
        answers, x_t, _ = wire.film(last)
        started = next(i for i, answer in enumerate(answers) if answer["id"] == last)
        assert {answer["id"] for answer in answers[started:]} == {last}  # nothing of an older one any more
        ended = [answer["id"] for answer in answers if answer["type"] == "end"]
        begun = [answer["id"] for answer in answers if kind(answer) == "curves"]
        assert ended == begun  # what was begun is ended, one after the other
        assert set(ended) <= {*older, last}
        assert not [answer for answer in answers if kind(answer) == "end" and answer["id"] in older]
        truth.assert_same_picture(x_t, truth.film(SMALL | {"eta": 0.3})[0])


def test_of_what_waits_only_the_latest_is_begun():
    async def begun(*messages):
        box = socket.Mailbox()
        for message in messages:
            box.put(message)
        return [await box.take() for _ in iter(lambda: box.waiting, False)]

    first, second = Request(1, "film", {}), Request(2, "film", {})
    for messages, left in (
        ((first, second), [second]),
        ((first, Stop(3)), [first, Stop(3)]),  # begun, so that the page is told its setting, and then stopped
        ((first, Stop(3), second), [second]),
    ):
        assert ended(begun, *messages) == left


def test_stop():
    with page() as wire:
        run = wire.run({"S": 1000, "images": 1})
        wire.until(run, "frame")
        wire.stop()
        cancelled = wire.until(run, "cancelled", "end")[-1]
        assert kind(cancelled) == "cancelled"
        assert cancelled["j"] < 1000
        wire.film(wire.run(SMALL))


def test_a_run_that_is_stopped_before_it_began_tells_its_setting():
    with page() as wire:
        older = wire.run({"S": 1000, "images": 1})
        wire.until(older, "frame")
        waiting = wire.run({"S": 500, "images": 1, "eta": 0.5})
        wire.stop()
        answers = wire.until(waiting, "cancelled", "end")
        curves = next(answer for answer in answers if kind(answer) == "curves" and answer["id"] == waiting)
        assert (curves["settings"]["S"], curves["settings"]["eta"]) == (500, 0.5)
        assert kind(answers[-1]) == "cancelled"
        assert answers[-1]["j"] < 20
        wire.film(wire.run(SMALL))


def test_a_page_that_leaves_stops_its_run(monkeypatch):
    taken = []
    walk = film.film

    def watched(*args):
        for frame in walk(*args):
            taken.append(frame.j)
            yield frame

    monkeypatch.setattr(film, "film", watched)
    with client() as server:
        with page(server=server) as wire:
            wire.until(wire.run({"S": 1000, "images": 1}), "frame")
        left = len(taken)
        with page(server=server) as wire:  # another page's run takes its turn, the first one takes none any more
            wire.film(wire.run({"S": 20, "images": 1}))
    assert len(taken) - left <= 21 + 1


# The shipped run


def test_the_default_run_is_sent_as_shipped_first_and_is_what_sample_gives():
    with page() as wire:
        for _ in range(2):  # the second time its first network pass is known
            answers, x_t, x0 = wire.film(wire.run())
            assert types(answers)[:12] == ["curves", *["frame"] * 11]
            frames = [answer["j"] for answer in answers if kind(answer) == "frame"]
            assert frames == [*range(1, 12)] * 2  # shipped, then sampled
            true_x_t, true_x0 = truth.film({})
            for half in (slice(0, 11), slice(11, 22)):
                truth.assert_same_picture(x_t[half], true_x_t, "x_t (assets/default_run.npz is made by shipped.write)")
                truth.assert_same_picture(x0[half], true_x0, "x_0")


def test_other_runs_and_drafts_are_not_shipped():
    with page() as wire:
        for settings, draft in (({"seed": 1}, False), ({}, True)):
            answers, _, _ = wire.film(wire.run(settings, draft))
            assert types(answers).count("frame") == 11


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 but no archive", b"nonsense", "cut", "flipped", "other"])
def test_a_missing_or_damaged_shipped_run_is_left_out(monkeypatch, tmp_path, content):
    path = tmp_path / "default_run.npz"
    whole = bytearray(shipped.PATH.read_bytes())
    if content == "cut":
        content = whole[: len(whole) // 2]
    elif content == "flipped":
        whole[len(whole) // 4] ^= 255
        content = whole
    if content == "other":
        np.savez(path, x_t=np.zeros((3, 8, 28, 28), np.uint8), x0=np.zeros((3, 8, 28, 28), np.uint8))
    elif content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(shipped, "PATH", path)
    assert list(shipped.frames()) == []


# Side by side


def test_curves_wait_for_no_pass_and_a_page_is_told_how_many_are_ahead(monkeypatch):
    goes_on, model = threading.Event(), network.denoiser().denoiser

    class Slow:
        engine, classes = model.engine, model.classes

        def __call__(self, *args, **kwargs):
            goes_on.wait(60)
            return model(*args, **kwargs)

    slow = Passes(Slow())
    monkeypatch.setattr(network, "_shipped", lambda: slow)
    monkeypatch.setattr(Passes, "is_busy", False)  # else its looked-at picture would be the next one
    with client() as server, page(server=server) as first, page(server=server) as second:
        for wire in (first, second):
            run = wire.run(SMALL | {"images": 20})
            assert types(unpack(wire.message())) == ["curves"]
        busy = second.until(run, "busy")[-1]
        goes_on.set()
        assert busy["ahead"] >= 4  # twenty of the first page, sixteen of them in the pass that is being made
        second.until(run, "end")


def test_two_pages_take_turns_and_neither_waits_for_the_others_end():
    with client() as server, page(server=server) as long, page(server=server) as short:
        run = long.run({"S": 1000, "images": 1})
        long.until(run, "frame")
        short.film(short.run(SMALL))
        long.stop()
        assert kind(long.until(run, "cancelled", "end")[-1]) == "cancelled"


def test_frames_hold_bytes_of_the_stated_size():
    with page() as wire:
        answers, _, _ = wire.film(wire.run(SMALL))
        for frame in answers[1:-1]:
            assert len(frame["pictures"]) == 2 * 2 * 784
            assert all(picture.shape == (2, 28, 28) for picture in pictures(frame))
