"""Weights on disk: what is loaded is what was saved, or an error says what is wrong."""

import json
import os
import signal
import time
from functools import partial

import numpy as np
import pytest
import torch

from ddim_lab.model import weights
from tests import full


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "deep" / "model.safetensors"
    weights.save(path, {"w": torch.arange(6.0).reshape(2, 3), "count": torch.tensor(7)}, {"note": "η = 0"})
    return path


def test_round_trip(saved):
    state, card = weights.load(saved)
    np.testing.assert_array_equal(state["w"], np.arange(6.0).reshape(2, 3))
    assert state["count"] == 7
    assert card["note"] == "η = 0"
    assert sorted(p.name for p in saved.parent.iterdir()) == ["model.json", "model.safetensors"]  # nothing half-written


def test_one_changed_bit_is_noticed(saved):
    blob = bytearray(saved.read_bytes())
    blob[-1] ^= 1
    saved.write_bytes(blob)
    with pytest.raises(ValueError, match="damaged: its SHA-256"):
        weights.load(saved)


@pytest.mark.parametrize("name", ["model.safetensors", "model.json"])
def test_a_missing_file_is_named(saved, name):
    (saved.parent / name).unlink()
    with pytest.raises(FileNotFoundError, match=rf"{name} is missing.*train your own"):
        weights.load(saved)


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_card_that_is_none(saved, text):
    weights.card_of(saved).write_text(text)
    with pytest.raises(ValueError, match=r"model\.json is no valid card"):
        weights.load(saved)


def test_a_card_without_checksum(saved):
    weights.card_of(saved).write_text(json.dumps({"note": ""}))
    with pytest.raises(ValueError, match="damaged"):
        weights.load(saved)


def test_weights_of_another_model(saved):
    state, _ = weights.load(saved)
    with pytest.raises(ValueError, match="does not fit this Linear"):
        weights.fit(torch.nn.Linear(3, 2), state, saved)


def pair(n):
    return {"w": torch.full((50, 1000), float(n))}, {"note": f"of {n}"}


def killed(at, path, n):
    """A process that saves pair n, and is killed by SIGKILL before the `at`-th time that it touches the disk.

    True if it ended before.
    """
    child = os.fork()
    if not child:
        real = {name: getattr(os, name) for name in ("fsync", "replace")}

        def touch(name, *arguments):
            nonlocal at
            at -= 1
            if at < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real[name](*arguments)

        for name in real:
            setattr(os, name, partial(touch, name))
        weights.save(path, *pair(n))
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def whole(path):
    state, card = weights.load(path)
    n = int(state["w"][0, 0])
    assert (state["w"] == n).all()
    assert card == {"sha256": card["sha256"], "note": f"of {n}"}
    return n


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_weights_and_card_belong_together_whenever_the_writer_is_killed(tmp_path):
    path, seen, at, n = tmp_path / "model.safetensors", [], 0, 1
    weights.save(path, *pair(0))
    while not killed(at, path, n):
        seen.append(whole(path) == n)
        at, n = at + 1, n + 1  # what the next one finds was left by the one killed
    assert seen == [False] * 4 + [True] * 2  # before the second of three files was there, and after it
    assert whole(path) == n
    assert "next" not in json.loads(weights.card_of(path).read_text())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_weights_can_be_read_while_two_write_them(tmp_path):
    path, enough = tmp_path / "model.safetensors", tmp_path / "enough"
    weights.save(path, *pair(0))
    children, seen, until = [], [], time.monotonic() + 30  # on a busy machine; on a quiet one half a second will do
    for n in (1, 2):
        children.append(os.fork())
        while not children[-1] and not enough.exists() and time.monotonic() < until:
            weights.save(path, *pair(n))
        if not children[-1]:
            os._exit(0)
    while (len(seen) < 100 or {1, 2} - {*seen}) and time.monotonic() < until:
        seen.append(whole(path))
    enough.touch()
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert {*seen} >= {1, 2}


def test_a_full_disk_leaves_the_old_pair(tmp_path):
    path = tmp_path / "model.safetensors"
    weights.save(path, *pair(1))
    with full.disk(100_000), pytest.raises(OSError, match=r"model.safetensors cannot be written: no room is left"):
        weights.save(path, *pair(2))
    assert whole(path) == 1
    assert sorted(p.name for p in path.parent.iterdir()) == ["model.json", "model.safetensors"]
