"""What the tests of "Encode and edit" share: values to ask for, and the core's own walks."""

import base64
from functools import partial

import numpy as np
import torch

import ddim_lab as dl
from ddim_lab.lab import shipped
from ddim_lab.lab.pages.encode import view
from ddim_lab.latents import looks
from ddim_lab.model.mnist import to_signal
from tests.lab import truth

*_, LAST = shipped.frames()
THREE = LAST.x_t[3]
X_0 = torch.from_numpy(to_signal(THREE[None]))
TOP = np.zeros((28, 28), bool)
TOP[:14] = True


def text(raw):
    return base64.b64encode(np.ascontiguousarray(raw).tobytes()).decode()


PICTURE, MASK = text(THREE), text(np.packbits(TOP))
ASKED = {
    "code": {"picture": PICTURE, "label": "3", "implicit": False, "draft": False},
    "blend": {
        **{"corners": [{"picture": PICTURE}, {"seed": 4, "image": 9}], "label": "none", "implicit": False},
        **{"weight": 0.3, "along": "sphere", "draft": False},
    },
    "change": {
        **{"picture": PICTURE, "label": "3", "implicit": False, "way": "code", "start": 2, "focus": 7, "draft": False},
    },
    "fill": {"picture": PICTURE, "mask": MASK, "label": "none", "resamples": 2, "n": 3, "draft": False},
}
SHORT = {"S": 3}


def values(do, settings=SHORT, **changed):
    return {"do": do, "settings": settings, **ASKED[do], **changed}


def parts(do, settings=SHORT, **changed):
    return list(view.encode(values(do, settings, **changed)))


def last(found, kind):
    """Head and pictures (n, 28, 28) of the last part of a kind."""
    head, raw = [part for part in found if part[0]["kind"] == kind][-1]
    return head, np.frombuffer(raw, np.uint8).reshape(-1, 28, 28).astype(int)


def model(label=None, guidance=1.0):
    return partial(truth.denoiser(), label=torch.tensor(label) if isinstance(label, list) else label, guidance=guidance)


def plan(S=3, schedule="linear"):
    return getattr(dl.NoiseSchedule, schedule)(), dl.spacing.trailing(1000, S)


def encoded(S=3, label=3, implicit=False, schedule="linear"):
    extra = looks.INVERSE if implicit else {}
    return dl.last(dl.encode(model(label), X_0, *plan(S, schedule), implicit, **extra)).x_t
