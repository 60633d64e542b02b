"""What a learner takes away: Python that gives the very pictures on screen, and the code as a NumPy file."""

import base64
import io
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ddim_lab import checks
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.pages.encode import blend, change, fill, view, walks
from ddim_lab.lab.pages.encode.asked import Corner, Subject
from ddim_lab.lab.settings import Settings
from ddim_lab.latents import looks

LINE = 88  # characters of a picture's text in a line


def take(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: what ("python" or "npy"), and of, the values of the view `encode` that is on screen."""
    if set(values) != {"what", "of"} or not isinstance(values["of"], dict):
        raise ValueError("to take something away needs what, and of: the values of the view on screen")
    what, of = checks.choice("what", values["what"], ("python", "npy")), dict(values["of"])
    do = checks.choice("do", of.pop("do", None), view.WORK)
    if what == "python":
        return iter([({"kind": "python", "do": do, "text": WRITERS[do](of)}, b"")])
    if do != "code":
        raise ValueError("only the code itself is offered as a NumPy file")
    return _npy(Subject.parse({name: value for name, value in of.items() if name != "draft"}))


def _npy(subject: Subject) -> Iterator[Part]:
    code = yield from walks.silent(walks.up(subject), {})
    file = io.BytesIO()
    np.save(file, code.x_T.cpu().numpy())
    yield {"kind": "npy", "name": "ddim-code.npy"}, file.getvalue()


def _code(of: dict[str, Any]) -> str:
    subject = Subject.parse({name: value for name, value in of.items() if name != "draft"})
    settings = subject.settings
    lines = [
        *_head(settings, subject.picture),
        f"denoiser = {_model(subject.label)}",
        f"code = dl.last({_encode('x_0', subject.implicit)}).x_t",
        f"steps = dl.sample(denoiser, code, schedule, tau, eta={settings.eta}, seed={settings.seed})",
        "digits = dl.last(steps).x_prev",
    ]
    return _text(lines)


def _blend(of: dict[str, Any]) -> str:
    asked = blend.Blend.parse(of)
    settings = asked.settings
    ends = [_end(corner, asked.implicit) for corner in asked.corners]
    lines = [*_head(settings), f"denoiser = {_model(asked.label)}", *(line for before, _ in ends for line in before)]
    lines += ["ends = [" + ", ".join(f"code_{i}" for i in range(len(ends))) + "]"]
    for i, (_, expression) in enumerate(ends):
        lines.insert(-1, f"code_{i} = {expression}")
    join = blend.ALONG[asked.along].__name__
    if len(ends) == 4:
        lines += [
            f"from ddim_lab.latents.interpolation import grid, {join}",
            f"codes = grid(torch.cat(ends), {blend.SIDE}, {join}).flatten(0, 1)",
        ]
    else:
        lines += [
            f"codes = dl.interpolate(*ends, {asked.weight})",
            "# the strip: one code for each of torch.linspace(0, 1, 9); straight lines: interpolation.straight",
        ]
    lines += [
        f"steps = dl.sample(denoiser, codes, schedule, tau, eta={settings.eta}, seed={settings.seed})",
        "digits = dl.last(steps).x_prev",
    ]
    return _text(lines)


def _end(corner: Corner, implicit: bool) -> tuple[list[str], str]:
    """Lines that a corner needs first, and the expression of its code."""
    if corner.picture is None:
        return [], f"dl.initial_noise(1, (1, 28, 28), seed={corner.seed}, first={corner.image})"
    return _picture(corner.picture), f"dl.last({_encode('x_0', implicit)}).x_t"


def _change(of: dict[str, Any]) -> str:
    asked = change.Change.parse(of)
    subject, settings = asked.subject, asked.subject.settings
    labels, one = list(asked.digits), "" if settings.guidance == 1 else f", guidance={settings.guidance}"
    extra = [f"start={asked.level}"] * (asked.start < settings.S)
    extra += [f"eta={settings.eta}", f"seed={settings.seed}"] + [f"first={labels[0]}"] * (labels[0] > 0)
    lines = [*_head(settings, subject.picture), "model = dl.load_denoiser()"]
    lines += [f"denoiser = partial(model, label=torch.tensor({labels}){one})"]
    if asked.way == "noise":
        lines += [
            f"steps = dl.edit(denoiser, x_0.expand({len(labels)}, -1, -1, -1), schedule, tau, {', '.join(extra)})"
        ]
    else:
        lines += [
            f"below = tau[:{asked.start}]",
            f"encoder = {_label('model', subject.label)}",
            f"code = dl.last({_encode('x_0', subject.implicit, 'encoder', 'below')}).x_t",
            f"steps = dl.sample(denoiser, code.expand({len(labels)}, -1, -1, -1), schedule, below, "
            f"{', '.join(item for item in extra if not item.startswith('start'))})",
        ]
    return _text([*lines, "digits = dl.last(steps).x_prev"])


def _fill(of: dict[str, Any]) -> str:
    asked = fill.Fill.parse(of)
    settings, packed = asked.settings, np.packbits(asked.mask).tobytes()
    extra = [f"eta={settings.eta}", f"resamples={asked.resamples}", f"seed={settings.seed}"]
    lines = [
        *_head(settings, asked.picture),
        *_wrapped("packed", packed),
        "mask = np.unpackbits(np.frombuffer(packed, np.uint8)).astype(bool).reshape(1, 1, 28, 28)",
        f"denoiser = {_model(asked.label, settings.guidance)}",
        f"x_0 = x_0.expand({asked.n}, -1, -1, -1)",
        f"steps = dl.inpaint(denoiser, x_0, torch.from_numpy(mask), schedule, tau, {', '.join(extra)})",
        "digits = dl.last(steps).x_prev",
    ]
    return _text(lines)


WRITERS = {"code": _code, "blend": _blend, "change": _change, "fill": _fill}


def _head(settings: Settings, picture: bytes | None = None) -> list[str]:
    lines = [
        f"schedule = dl.NoiseSchedule.{settings.schedule}(T={settings.T})",
        f"tau = dl.spacing.{settings.spacing}(T={settings.T}, S={settings.S})",
    ]
    return lines if picture is None else [*lines, *_picture(picture)]


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


def _model(label: int | None, guidance: float = 1.0) -> str:
    return _label("dl.load_denoiser()", label, guidance)


def _label(model: str, label: int | None, guidance: float = 1.0) -> str:
    if label is None:
        return model
    return f"partial({model}, label={label}{f', guidance={guidance}' if guidance != 1 else ''})"


def _encode(x_0: str, implicit: bool, model: str = "denoiser", tau: str = "tau") -> str:
    extra = [f"{name}={value}" for name, value in looks.INVERSE.items()] if implicit else []
    return f"dl.encode({', '.join([model, x_0, 'schedule', tau, *['implicit=True'] * implicit, *extra])})"


def _text(lines: list[str]) -> str:
    """The lines under the imports that they need."""
    body = "\n".join(line for line in lines if not line.startswith("from "))
    plain = [name for name in ("base64", "zlib") if f"{name}." in body]
    head = [f"import {name}" for name in plain] + ["from functools import partial"] * ("partial(" in body)
    others = [f"import {name}" for name, used in (("numpy as np", "np."), ("torch", "torch.")) if used in body]
    own = ["import ddim_lab as dl"] + [line for line in lines if line.startswith("from ")]
    own += ["from ddim_lab.model.mnist import to_signal"] * ("to_signal(" in body)
    groups = [group for group in (head, others, own) if group]
    return "\n\n".join("\n".join(group) for group in [*groups, [body]]) + "\n"
