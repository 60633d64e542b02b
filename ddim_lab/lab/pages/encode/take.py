"""What a learner takes away: Python that gives the very pictures on screen, and the code as a NumPy file."""

import base64
import io
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ddim_lab import checks
from ddim_lab.lab import code
from ddim_lab.lab.fields import checked
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.encode import blend, change, fill, view, walks
from ddim_lab.lab.pages.encode.asked import SUBJECT, Corner, Subject
from ddim_lab.lab.settings import Settings
from ddim_lab.latents import looks

LINE = 88  # characters of a picture's text in a line
DIGITS = "digits = dl.last(steps).x_prev"


def take(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: what ("python" or "npy"), and of, the values of the view `encode` that is on screen."""
    if set(values) != {"what", "of"} or not isinstance(values["of"], dict):
        raise ValueError("to take something away needs what, and of: the values of the view on screen")
    what, of = checks.choice("what", values["what"], ("python", "npy")), dict(values["of"])
    do = checks.choice("do", of.pop("do", None), view.WORK)
    if what == "python":
        return iter([({"kind": "python", "do": do, "text": code.program(WRITERS[do](of))}, b"")])
    if do != "code":
        raise ValueError("only the code itself is offered as a NumPy file")
    return _npy(Subject(*checked({name: value for name, value in of.items() if name != "draft"}, **SUBJECT)))


def _npy(subject: Subject) -> Iterator[Part]:
    latent = yield from walks.silent(walks.up(subject), {})
    file = io.BytesIO()
    np.save(file, latent.x_T.cpu().numpy())
    yield {"kind": "npy", "name": "ddim-code.npy"}, file.getvalue()


def _code(of: dict[str, Any]) -> list[str]:
    subject = Subject(*checked({name: value for name, value in of.items() if name != "draft"}, **SUBJECT))
    settings = subject.settings
    return [
        *_head(settings, subject.picture),
        f"denoiser = {_labelled(code.loaded(), subject.label)}",
        f"code = dl.last({_encoded(subject.implicit)}).x_t",
        *_decoded(settings, "code", eta=settings.eta, seed=settings.seed),
    ]


def _blend(of: dict[str, Any]) -> list[str]:
    asked = blend.Blend.parse(of)
    settings, ends = asked.settings, [_end(corner, asked.implicit) for corner in asked.corners]
    join = blend.ALONG[asked.along].__name__
    several = [
        f"from ddim_lab.latents.interpolation import grid, {join}",
        f"codes = grid(torch.cat(ends), {blend.SIDE}, {join}).flatten(0, 1)",
    ]
    two = [
        f"codes = dl.interpolate(*ends, {asked.weight})",
        "# the strip: one code for each of torch.linspace(0, 1, 9)",
        "# along a straight line: ddim_lab.latents.interpolation.straight",
    ]
    return [
        *_head(settings),
        f"denoiser = {_labelled(code.loaded(), asked.label)}",
        *(line for before, _ in ends for line in before),
        *(f"code_{i} = {expression}" for i, (_, expression) in enumerate(ends)),
        f"ends = [{', '.join(f'code_{i}' for i in range(len(ends)))}]",
        *(several if len(ends) == 4 else two),
        *_decoded(settings, "codes", eta=settings.eta, seed=settings.seed),
    ]


def _end(corner: Corner, implicit: bool) -> tuple[list[str], str]:
    """Lines that a corner needs first, and the expression of its code."""
    if corner.picture is None:
        return [], f"dl.initial_noise(1, (1, 28, 28), seed={corner.seed}, first={corner.image})"
    return _picture(corner.picture), f"dl.last({_encoded(implicit)}).x_t"


def _change(of: dict[str, Any]) -> list[str]:
    asked = change.Change.parse(of)
    subject, settings, labels = asked.subject, asked.subject.settings, list(asked.digits)
    seeds = {"eta": settings.eta, "seed": settings.seed, "first": labels[0]}
    expanded = f"expand({len(labels)}, -1, -1, -1)"
    denoiser = code.bound("model", label=code.tensor(labels), guidance=settings.guidance)
    lines = [*_head(settings, subject.picture), f"model = {code.loaded()}", f"denoiser = {denoiser}"]
    if asked.way == "noise":
        level = asked.level if asked.start < settings.S else None
        walk = code.call("dl.edit", "denoiser", f"x_0.{expanded}", "schedule", "tau", start=level, **seeds)
        return [*lines, f"steps = {walk}", DIGITS]
    return [
        *lines,
        f"below = tau[:{asked.start}]",
        f"encoder = {_labelled('model', subject.label)}",
        f"code = dl.last({_encoded(subject.implicit, 'encoder', 'below')}).x_t",
        *_decoded(settings, f"code.{expanded}", "below", **seeds),
    ]


def _fill(of: dict[str, Any]) -> list[str]:
    asked = fill.Fill.parse(of)
    settings, packed = asked.settings, np.packbits(asked.mask).tobytes()
    keywords = {"eta": settings.eta, "resamples": asked.resamples, "seed": settings.seed}
    mask = "torch.from_numpy(mask)"
    return [
        *_head(settings, asked.picture),
        *_wrapped("packed", packed),
        "mask = np.unpackbits(np.frombuffer(packed, np.uint8)).astype(bool).reshape(1, 1, 28, 28)",
        f"denoiser = {_labelled(code.loaded(), asked.label, settings.guidance)}",
        f"x_0 = x_0.expand({asked.n}, -1, -1, -1)",
        f"steps = {code.call('dl.inpaint', 'denoiser', 'x_0', mask, 'schedule', 'tau', **keywords)}",
        DIGITS,
    ]


WRITERS = {"code": _code, "blend": _blend, "change": _change, "fill": _fill}


def _head(settings: Settings, picture: bytes | None = None) -> list[str]:
    return [*code.levels_of(settings), *([] if picture is None else _picture(picture))]


def _picture(picture: bytes) -> list[str]:
    return [
        *_wrapped("grey", picture),
        "picture = np.frombuffer(grey, np.uint8).reshape(1, 28, 28)",
        "x_0 = torch.from_numpy(to_signal(picture))",
    ]


def _wrapped(name: str, raw: bytes) -> list[str]:
    """`raw`, compressed, as a Python expression of short lines."""
    text = base64.b64encode(zlib.compress(raw, 9)).decode()
    rows = [f'    "{text[i : i + LINE]}"' for i in range(0, len(text), LINE)]
    return [f"{name} = zlib.decompress(base64.b64decode(", *rows, "))"]


def _labelled(model: str, label: int | None, guidance: float = 1.0) -> str:
    """Without a label there is nothing to guide towards."""
    return model if label is None else code.bound(model, label=label, guidance=guidance)


def _encoded(implicit: bool, model: str = "denoiser", tau: str = "tau") -> str:
    inverse = looks.INVERSE if implicit else {}
    return code.call("dl.encode", model, "x_0", "schedule", tau, implicit=implicit, **inverse)


def _decoded(settings: Settings, x_T: str, tau: str = "tau", **keywords: Any) -> list[str]:
    return [f"steps = {code.sampled(settings, x_T=x_T, tau=tau, **keywords)}", DIGITS]
