"""What the page may ask for, checked before any work: a picture, labels, codes, a mask; each refused in words."""

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddim_lab import checks
from ddim_lab.lab.fields import Rule, checked, whole
from ddim_lab.lab.live import network
from ddim_lab.lab.settings import SEED_MAX, Settings

SIDE = 28
PIXELS = SIDE * SIDE
LABELS = ("none", *"0123456789")
IMAGE_MAX = 10_000


@dataclass(frozen=True)
class Corner:
    """One end of a blend: the code of `picture`, or the x_T of image `image` of `seed`, whose code is known."""

    picture: bytes | None = None
    seed: int = 0
    image: int = 0

    @classmethod
    def parse(cls, value: Any) -> "Corner":
        if not isinstance(value, dict) or set(value) not in ({"picture"}, {"seed", "image"}):
            raise ValueError("a corner is a picture, or a seed and an image of it")
        if "picture" in value:
            return cls(picture_of("picture", value["picture"]))
        return cls(None, *checked(value, seed=whole(0, SEED_MAX), image=whole(0, IMAGE_MAX)))


@dataclass(frozen=True)
class Subject:
    """A picture (784 grey levels) with the label it is encoded under, and how: the implicit way or the explicit one."""

    settings: Settings
    picture: bytes
    label: int | None
    implicit: bool

    @cached_property
    def x_0(self) -> Any:
        """(1, 1, 28, 28) float32 in [-1, 1]."""
        return signal(self.picture)


def settings_of(name: str, value: Any) -> Settings:
    """The rule of the shared setting, without what encoding lacks: solvers, sigma-hat, clipping, several images."""
    settings = Settings.fit(value).changed(solver="ddim", sigma_hat=False, clip="none", images=1, digit="each")
    network.admit(settings.run, settings.levels_told)
    return settings


def label_of(name: str, value: Any) -> int | None:
    """The digit 0..9 that a label of `LABELS` names, None for "none". Raises TypeError or ValueError for another."""
    text = checks.choice(name, value, LABELS)
    return None if text == "none" else int(text)


def picture_of(name: str, value: Any) -> bytes:
    """28 x 28 grey levels from base64 text."""
    return _bytes_of(name, value, PIXELS)


def mask_of(name: str, value: Any) -> NDArray[np.bool_]:
    """(28, 28), True where to fill, from base64 of one bit a pixel, row by row."""
    raw = _bytes_of(name, value, PIXELS // 8)
    mask = np.unpackbits(np.frombuffer(raw, np.uint8)).astype(bool).reshape(SIDE, SIDE)
    if not mask.any():
        raise ValueError("nothing is marked: paint over the part that shall be filled")
    return mask


SUBJECT: dict[str, Rule] = {  # of its fields, in their order
    "settings": settings_of,
    "picture": picture_of,
    "label": label_of,
    "implicit": checks.flag,
}


def signal(*pictures: bytes) -> Any:
    """Grey levels as the network takes them: (n, 1, 28, 28) float32 in [-1, 1]."""
    import torch

    from ddim_lab.model.mnist import to_signal

    grey = np.frombuffer(b"".join(pictures), np.uint8).reshape(-1, SIDE, SIDE)
    return torch.from_numpy(to_signal(grey))


def _bytes_of(name: str, value: Any, length: int) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be base64 text, got {type(value).__name__}")
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"{name} must be base64 text: {error}") from error
    if len(raw) != length:
        raise ValueError(f"{name} must hold {length} bytes, got {len(raw)}")
    return raw
