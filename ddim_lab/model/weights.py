"""Trained weights on disk: a safetensors file, and beside it its card (JSON) with sizes, checksum and provenance."""

import hashlib
import json
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors.torch import load as parse
from safetensors.torch import save as serialise
from torch import Tensor

from ddim_lab import files
from ddim_lab.files import ASSETS

UNET, CLASSIFIER = ASSETS / "unet.safetensors", ASSETS / "judge.safetensors"
UNET_GRAPH = ASSETS / "unet.onnx"  # the network's graph without weights, for ONNX Runtime
NEXT = "next"  # in a card: the one that follows, while the weights are being replaced
Model = TypeVar("Model", bound=torch.nn.Module)


def card_of(path: Path) -> Path:
    """The card beside the weights `path`."""
    return path.with_suffix(".json")


def save(path: Path, state: dict[str, Tensor], card: dict[str, Any]) -> None:
    """Writes `state` as float32 to `path`, and `card` with the file's SHA-256 beside it.

    Two files cannot be replaced at once. The card holds the NEXT one while the weights change, so that whoever reads
    them, or stops this, has the old pair or the new one.
    """
    blob = serialise({name: value.detach().float().cpu().contiguous() for name, value in state.items()})
    card = {"sha256": hashlib.sha256(blob).hexdigest(), **card}
    with files.locked(path):
        try:
            before = read(path)[1]
        except (OSError, ValueError):
            before = {}
        files.write_json(card_of(path), {**before, NEXT: card})
        files.write(path, blob)
        files.write_json(card_of(path), card)


def load(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights and the card of `path`. Raises what `read` does."""
    blob, card = read(path)
    return parse(blob), card


def read(path: Path) -> tuple[bytes, dict[str, Any]]:
    """The file `path` and its card.

    Raises FileNotFoundError if either is missing, ValueError if the file is not the one its card describes.
    """
    seen = None
    while True:
        for needed in (path, card_of(path)):
            if not needed.is_file():
                raise FileNotFoundError(
                    f"{needed} is missing: restore it (git checkout assets), or train your own weights"
                )
        card = _card(path)  # first: what a writer changes after it, the next round sees
        blob = path.read_bytes()
        here, after = hashlib.sha256(blob).hexdigest(), card.pop(NEXT, {})
        for described in (card, after):
            if described.get("sha256") == here:
                return blob, described
        if seen == (here, card, after):
            raise ValueError(
                f"{path} is damaged: its SHA-256 is {here[:12]}…, its card says {str(card.get('sha256'))[:12]}…; "
                "restore it (git checkout assets), or train your own weights"
            )
        seen = here, card, after


def _card(path: Path) -> dict[str, Any]:
    try:
        card = json.loads(card_of(path).read_text(encoding="utf-8"))
        if not isinstance(card, dict) or not isinstance(card.get(NEXT, {}), dict):
            raise ValueError("not an object")
    except ValueError as error:
        raise ValueError(f"{card_of(path)} is no valid card (JSON): restore it (git checkout assets)") from error
    return card


def fit(model: Model, state: dict[str, Tensor], path: Path) -> Model:
    """`model` in evaluation mode with the weights `state` of `path`. Raises ValueError if they fit another model."""
    try:
        model.to(dtype=torch.float32).load_state_dict(state)  # whatever the default dtype is
    except RuntimeError as error:
        raise ValueError(f"{path} does not fit this {type(model).__name__}: {error}") from error
    return model.eval().requires_grad_(False)
