"""Weights on disk: what is loaded is what was saved, or an error says what is wrong."""

import json

import numpy as np
import pytest
import torch

from ddim_lab.model import weights


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
