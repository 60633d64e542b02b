"""A lane in words (what tells it from the others), in a link, and as lines of Python."""

import re
from dataclasses import replace
from typing import Any

from ddim_lab import spacing
from ddim_lab.lab import choices, code
from ddim_lab.lab.pages.compare.lanes import OWN, Lane
from ddim_lab.lab.settings import Settings
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.solvers import SOLVERS
from ddim_lab.transition import CLIPS

SPACINGS = {
    "trailing": "even steps, ending at T",
    "leading": "even steps, starting at 1",
    "linspace": "even steps, 1 to T",
    "quadratic": "quadratic steps",
}
CLIPPING = {"none": "no clipping", "keep_eps": "x0 clipped, noise kept", "rederive_eps": "x0 clipped, noise re-derived"}


LABELS = {
    "eta": "eta {eta:.4g}",
    "ddim": "eta {eta:.4g} (DDIM)",
    "ddpm": "eta {eta:.4g} (DDPM)",
    "S": "S {S}",
    "solver": "{solver}",
    "calls": "{calls} network calls",
    "schedule": "{schedule} noise schedule",
    "guidance": "guidance {guidance:g}",
    "sigma_hat": "sigma-hat",
    "noise": "noise switched off",
    "none": "the same setting",
}


def headings(lanes: tuple[Lane, ...]) -> tuple[list[str], str]:
    """For each lane the settings that not all lanes share, and in one line those that they do."""
    values = [lane.own() | {"calls": lane.settings.calls} for lane in lanes]
    differ = [name for name in (*OWN, "noise") if len({own[name] for own in values}) > 1]
    if "eta" not in differ and "sigma_hat" in differ:
        differ.insert(0, "eta")
    if "solver" in differ:
        differ.append("calls")  # S does not tell them
    told = [" · ".join(filter(None, (_words(name, own) for name in differ))) for own in values]
    unsaid = {*differ, *(["solver"] if values[0]["solver"] == Settings.solver else [])}
    shared = [words for name in OWN if name not in unsaid and (words := _words(name, values[0]))]
    return [label or LABELS["none"] for label in told], " · ".join(shared)


def _words(name: str, own: dict[str, Any]) -> str:
    """What a lane's label says of one setting; "" where it says nothing."""
    if name in ("spacing", "clip"):
        return (SPACINGS | CLIPPING).get(own[name], str(own[name]))
    if (name, own[name]) in (("sigma_hat", False), ("noise", True)):
        return ""
    if name == "eta" and own["noise"] and not own["sigma_hat"] and own["solver"] == Settings.solver:
        name = {0.0: "ddim", 1.0: "ddpm"}.get(own["eta"], name)
    kinds = {"schedule": choices.SCHEDULES, "solver": choices.SOLVERS}
    return LABELS[name].format(**own | {kind: words.get(own[kind], own[kind]) for kind, words in kinds.items()})


# In a link: what differs from the defaults, as in "eta0.5-S20-quadratic-off".
_NUMBERS = re.compile(r"(eta|S|w)([0-9][0-9.]*)")
_FLAGS = {"hat": ("sigma_hat", True), "off": ("noise", False)}
_NAMES = (
    {name: ("spacing", name) for name in spacing.KINDS}
    | {name: ("schedule", name) for name in NoiseSchedule.KINDS}
    | {name: ("solver", name) for name in SOLVERS}
    | {name: ("clip", name) for name in CLIPS}
    | _FLAGS
)


def link(lane: Lane) -> str:
    """The lane as a short text, at most some 80 characters; `from_link` reads it."""
    default, own = Lane(Settings(T=lane.settings.T)).own(), lane.own()
    tokens = []
    for name, value in own.items():
        if value == default[name]:
            continue
        if name in ("eta", "S", "guidance"):
            tokens.append(f"{'w' if name == 'guidance' else name}{_plain(value)}")
        else:
            tokens.append({"sigma_hat": "hat", "noise": "off"}.get(name, str(value)))
    return "-".join(tokens) or "default"


def _plain(value: float) -> str:
    """Without an exponent, whose sign would end the token."""
    return f"{value:.12f}".rstrip("0").rstrip(".")


def from_link(text: str) -> dict[str, Any]:
    """A lane's own values from a link. Raises ValueError for a word that no lane has."""
    values: dict[str, Any] = {}
    for token in [] if text == "default" else text.split("-"):
        number = _NUMBERS.fullmatch(token)
        try:
            name, value = _number(*number.groups()) if number else _NAMES[token]
        except (KeyError, ValueError) as error:
            raise ValueError(f"a lane has no setting {token[:40]!r}") from error
        values[name] = value
    return values


def _number(name: str, text: str) -> tuple[str, float | int]:
    return ("S", int(text)) if name == "S" else ("guidance" if name == "w" else "eta", float(text))


def lines(lanes: tuple[Lane, ...]) -> str:
    """Python that reproduces the lanes: it ends with `lanes`, a list of float32 results (images, 1, 28, 28)."""
    settings = lanes[0].settings
    function = "comparing.one_start" if lanes[0].one_start else "dl.initial_noise"
    told = [
        f"model = {code.bound(code.loaded(), label=code.tensor(lanes[0].labels))}",
        f"x_T = {code.start(settings.images, settings.seed, function=function)}",
        "lanes = []",
    ]
    before: list[str] = []
    for number, lane in enumerate(lanes, start=1):
        levels = code.levels_of(lane.settings)
        told += ["", f"# lane {number}", *(line for line in levels if line not in before), _walk(lane)]
        before = levels
    return code.program(told, grouped=False)


def _walk(lane: Lane) -> str:
    settings = lane.settings
    keywords = {"eta": settings.eta, **code.stepping(settings), "seed": settings.seed if lane.noise else None}
    model = code.bound("model", guidance=settings.guidance)
    walk = code.call("dl.sample" if lane.noise else "comparing.noise_off", model, "x_T", "schedule", "tau", **keywords)
    return f"lanes.append(dl.last({walk}).x_prev)"


def read(settings: Settings, texts: dict[str, str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The lanes of a link, lane 1 from `settings`; what is no lane is left out and said in words."""
    lanes, problems = [Lane(settings, noise=texts.get("off") != "1").own()], []
    for key in sorted(texts):
        if not re.fullmatch(r"l[2-6]", key):
            continue
        try:
            values = Lane(replace(Settings(), T=settings.T)).own() | from_link(texts[key])
            Settings.fit({name: values[name] for name in OWN} | {"T": settings.T})
            lanes.append(values)
        except (TypeError, ValueError) as error:
            problems.append(f"lane {key[1]}: {error}")
    return lanes, problems
