"""Views of the pages beside the lab: the schema, parts in order, and a newer request that stops an older one."""

import json
import sys
import types
from importlib import import_module

import pytest

from ddim_lab.lab.live.messages import BadMessageError, Request, parse
from ddim_lab.lab.live.views import View
from ddim_lab.lab.pages import VIEWS
from tests.lab import wire

GOOD = {"id": 1, "view": "probe", "values": {"n": 2}}


@pytest.fixture(autouse=True)
def probe(monkeypatch):
    """A view of n parts; n must be positive."""

    def parts(values):
        if values["n"] < 1:
            raise ValueError(f"n must be positive, got {values['n']}")
        return (({"i": i}, bytes([i % 256])) for i in range(values["n"]))

    module = types.ModuleType("ddim_lab.lab.probe")
    module.parts = parts
    monkeypatch.setitem(sys.modules, "ddim_lab.lab.probe", module)
    monkeypatch.setitem(VIEWS, "probe", View("probe", "ddim_lab.lab.probe:parts"))


def test_a_view_must_be_known_and_its_values_an_object():
    assert parse(json.dumps(GOOD)) == Request(1, "probe", {"n": 2})
    for bad, named in (({**GOOD, "view": "os"}, "'os'"), ({**GOOD, "values": [1]}, "list"), ({**GOOD, "x": 1}, "x")):
        with pytest.raises(BadMessageError, match=named):
            parse(json.dumps(bad))


def test_every_view_of_the_pages_exists():
    for name, view in VIEWS.items():
        module, _, function = view.function.partition(":")
        assert view.name == name
        assert callable(getattr(import_module(module), function)), name


def test_parts_come_in_order_and_an_end_follows():
    with wire.page() as page:
        id = page.send(view="probe", values={"n": 3})
        got = page.until(id, "end", "error")
    assert [part["i"] for part in got[:-1]] == [0, 1, 2]
    assert [part["pictures"] for part in got[:-1]] == [b"\0", b"\1", b"\2"]
    assert all(part["view"] == "probe" for part in got)
    assert got[-1]["type"] == "end"


def test_a_refusal_is_said_in_words_and_the_page_goes_on():
    with wire.page() as page:
        error = page.until(page.send(view="probe", values={"n": 0}), "error")[-1]
        assert (error["code"], error["message"]) == ("bad-settings", "n must be positive, got 0")
        assert page.until(page.send(view="probe", values={"n": 1}), "end")


def test_a_newer_request_stops_the_older_one():
    with wire.page() as page:
        page.send(view="probe", values={"n": 100_000})
        last = page.send(view="probe", values={"n": 1})
        got = page.until(last, "end", "error")
    assert got[-1]["type"] == "end"
    assert len(got) < 50_000
