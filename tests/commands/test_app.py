"""Where the app listens: this machine only, unless it is opened to the room."""

import tomllib
from itertools import pairwise

import pytest

from ddim_lab.commands import app
from ddim_lab.files import SHIPPED


def allowed(words):
    return [name for word, name in pairwise(words) if word == "--server.allowedHosts"]


def test_the_default_is_this_machine():
    server = tomllib.loads((SHIPPED / ".streamlit" / "config.toml").read_text())["server"]
    assert server["address"] == "localhost"
    assert tuple(server["allowedHosts"]) == app.LOCAL
    assert server["maxMessageSize"] == server["maxUploadSize"] == 1


@pytest.mark.parametrize("port", [None, 8600])
def test_the_room_is_told_the_address_and_may_ask_under_it(monkeypatch, capsys, port):
    monkeypatch.setattr(app, "addresses", lambda: ["192.168.1.7"])
    words = app.listening(True, ["lab.school.example"], port)
    assert words[words.index("--server.address") + 1] == "0.0.0.0"
    assert words[words.index("--server.port") + 1] == str(port or 8501)
    assert {*app.LOCAL, "192.168.1.7", "lab.school.example"} < {*allowed(words)}
    assert f"http://192.168.1.7:{port or 8501}" in capsys.readouterr().out


def test_a_host_name_alone_opens_nothing():
    words = app.listening(False, ["lab.school.example"], None)
    assert "--server.address" not in words
    assert allowed(words) == [*app.LOCAL, "lab.school.example"]


def test_addresses_are_not_this_machines_own_names_for_itself():
    assert not [address for address in app.addresses() if address.startswith("127.")]
