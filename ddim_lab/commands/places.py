"""Where a command may write: asked before the work, so that nothing is lost after it, and nothing of another kind."""

import json
import tempfile
from pathlib import Path
from typing import Any

from ddim_lab.commands.model_card import TRAINING_SET
from ddim_lab.model import weights

ENDINGS = {
    "weights of a U-Net": ".safetensors",
    "weights of a judge": ".safetensors",
    "a picture": ".png",
    "an evaluation": ".json",
    "finished cells": ".json",
    "a quality table": ".json",
    "an ONNX graph": ".onnx",
}
GOES_ON, DAMAGED = ("finished cells", "a quality table"), "damaged JSON"
HEADS = {b"\x89PNG": "a picture", b"PK\x03\x04": "a checkpoint or another archive", b"GIF8": "a GIF"}


def check(option: str, path: Path, kind: str) -> None:
    """Raises ValueError or OSError unless `path` can hold a file of this `kind` (a key of ENDINGS).

    It must end as the kind does and be writable; what stands there already must be of the same kind.
    """
    if path.suffix.lower() != ENDINGS[kind]:
        raise ValueError(f"{option} must end in {ENDINGS[kind]} ({kind}), got {path}")
    _check_kind(option, path, kind)
    if kind.startswith("weights"):
        _check_kind(option, weights.card_of(path), kind.replace("weights", "the card"))
    check_writable(path)


def check_writable(path: Path) -> None:
    """Makes the folder of `path`. Raises OSError if no file can be written there."""
    try:
        if path.is_dir():
            raise IsADirectoryError("it is a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error}") from error


def _check_kind(option: str, path: Path, kind: str) -> None:
    found = kind_of(path)
    if found == DAMAGED and kind in GOES_ON:
        return  # who goes on with it says what to do
    if found not in ("", kind):
        raise ValueError(f"{option} would overwrite {path}, which is {found}: choose another name for {kind}")


def kind_of(path: Path) -> str:
    """What the file `path` is, in words; "" if there is none, or an empty one."""
    if not path.is_file() or not path.stat().st_size:
        return ""
    with path.open("rb") as file:
        head = file.read(9)
    for begins, kind in HEADS.items():
        if head.startswith(begins):
            return kind
    if head[8:] == b"{":  # eight bytes of length, then the header (JSON)
        return _card_kind(_read(weights.card_of(path))).replace("the card", "weights") or "weights of another model"
    if path.suffix == ".json":
        return _json_kind(_read(path))
    return "an ONNX graph" if path.suffix == ".onnx" else "a file of another kind"


def learned_from(path: Path) -> str:
    """The data that the card of the weights `path` names; "" without such a card."""
    card = _read(weights.card_of(path))
    data = card.get("data") if isinstance(card, dict) else None
    return str(data.get("name", "")).removesuffix(TRAINING_SET) if isinstance(data, dict) else ""


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _json_kind(content: Any) -> str:
    if content is None:
        return DAMAGED
    if not isinstance(content, dict):
        return "JSON of another kind"
    if {"made", "cells"} <= set(content):
        return "a quality table"
    if {"floor", "cells", "weights"} <= set(content):
        return "an evaluation"
    if all("/" in owner for owner in content):
        return "finished cells"
    return _card_kind(content) or "JSON of another kind"


def _card_kind(card: Any) -> str:
    sizes = card.get("network") if isinstance(card, dict) else None
    if not isinstance(sizes, dict):
        return ""
    return "the card of a U-Net" if "embedding" in sizes else "the card of a judge"
