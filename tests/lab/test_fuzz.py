"""Nobody's nonsense ends in a traceback or in "internal", and a healthy learner beside it keeps getting answers.

`DDIM_FUZZ=10 python -m pytest -n 0 tests/lab/test_fuzz.py` sends ten times as much: 10,000 messages, 1,000 requests.
"""

import collections
import json
import logging
import os
import time

import pytest

from ddim_lab.lab.live import bounds
from ddim_lab.lab.pages import VIEWS
from tests.lab import fuzz
from tests.lab.wire import client, kind, page

MORE = int(os.environ.get("DDIM_FUZZ", "1"))
MESSAGES, REQUESTS = 1000 * MORE, 100 * MORE
EVERY = 50  # messages after which the healthy learner asks


@pytest.mark.slow
def test_every_view_is_tried_and_the_requests_that_are_spoilt_are_right():
    assert {view for view, _ in fuzz.RIGHT} == set(VIEWS)
    refused = {}
    with page() as wire:
        for view, values in fuzz.RIGHT:
            wire.send(view=view, values=values)
            answer = _first(wire, json.dumps({"id": wire.id}))
            if answer["type"] == "error" and "only the code itself" not in answer["message"]:
                refused[view] = answer["message"]
    assert not refused


@pytest.mark.slow
def test_no_message_ends_in_internal_and_a_healthy_learner_is_answered(caplog, monkeypatch):
    monkeypatch.setattr(bounds, "RATE", 1e9)  # that a page is slowed down is another test's
    tried, waited = collections.Counter(), []
    caplog.set_level(logging.ERROR)
    with client() as server, page(server=server) as hostile, page(server=server) as healthy:
        for n, text in enumerate(fuzz.messages(MESSAGES, seed=1), start=1):
            hostile.session.send_text(text)
            answer = _first(hostile, text)
            tried[kind(answer)] += 1
            assert answer.get("code") != "internal", (text, answer, caplog.text)
            if n % EVERY == 0:
                started = time.perf_counter()
                healthy.film(healthy.run({"S": 2, "images": 1, "seed": n}))
                waited.append(time.perf_counter() - started)
    p95 = sorted(waited)[int(0.95 * len(waited))]
    print(f"{MESSAGES} messages, first answers {dict(tried)}; the healthy learner waited {p95:.2f} s (p95)")
    assert not [record for record in caplog.records if record.exc_info]
    assert max(waited) < 30


def _first(wire, text):
    """The first answer to a message: of its id, or an error without one."""
    try:
        id = json.loads(text)["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        id = None
    while True:
        answer = wire.receive()
        if answer["id"] == id or (answer["type"] == "error" and answer["view"] is None):
            return answer


@pytest.mark.parametrize("seed", [2])
def test_no_request_ends_in_a_server_error(caplog, seed):
    told = collections.Counter()
    with caplog.at_level(logging.ERROR), client() as server, page(server=server) as wire:
        token = wire.until(wire.run({"S": 1, "images": 1}), "curves")[-1]["token"]
        for method, path, headers, body in fuzz.requests(REQUESTS, seed, token):
            response = server.request(method, path, headers=headers, content=body)
            told[response.status_code] += 1
            assert response.status_code < 500, (method, path, headers, response.text)
    print(f"{REQUESTS} requests, answered {dict(told)}")
    assert not [record for record in caplog.records if record.exc_info]
