"""The lines under "Code": Python that reproduces what is on screen, with the imports it needs."""

from typing import Any

from ddim_lab.lab.live import network
from ddim_lab.lab.settings import Settings

DEFAULTS: dict[str, Any] = {
    **{"sigma_hat": False, "clip": '"none"', "solver": '"ddim"'},
    **{"guidance": 1, "first": 0, "implicit": False},
}
STANDARD = {"base64.": "import base64", "zlib.": "import zlib", "partial(": "from functools import partial"}
THIRD_PARTY = {"np.": "import numpy as np", "torch.": "import torch"}
OURS = {
    "dl.": "import ddim_lab as dl",
    "quality.": "from ddim_lab import quality",
    "comparing.": "from ddim_lab.latents import comparing",
    "to_signal(": "from ddim_lab.model.mnist import to_signal",
}


def call(function: str, *arguments: str, **keywords: Any) -> str:
    """A call; keywords that are None or at their default are left out, texts are expressions."""
    said = [f"{name}={value}" for name, value in keywords.items() if value is not None and value != DEFAULTS.get(name)]
    return f"{function}({', '.join([*arguments, *said])})"


def loaded() -> str:
    """The expression of the network shown."""
    return network.lines()[1]


def bound(model: str, **keywords: Any) -> str:
    """The denoiser `model` under a label and a guidance, where there are any and it takes them."""
    keywords = {word: value for word, value in keywords.items() if word in network.takes()}
    partial = call("partial", model, **keywords)
    return model if partial == f"partial({model})" else partial


def tensor(labels: list[int] | None) -> str | None:
    """One label for each image, as an expression; None for none."""
    return None if labels is None else f"torch.tensor({labels})"


def levels(schedule: str, T: int, spacing: str, S: int) -> list[str]:
    """The lines of the noise schedule and of the steps visited."""
    return [f"schedule = dl.NoiseSchedule.{schedule}(T={T})", f"tau = dl.spacing.{spacing}(T={T}, S={S})"]


def levels_of(settings: Settings) -> list[str]:
    """The same of a page's settings."""
    return levels(settings.schedule, settings.T, settings.spacing, settings.S)


def start(images: int, seed: int, function: str = "dl.initial_noise") -> str:
    """The expression of x_T."""
    return call(function, str(images), "(1, 28, 28)", seed=seed)


def sampled(settings: Settings, model: str = "denoiser", x_T: str = "x_T", tau: str = "tau", **keywords: Any) -> str:
    """The expression of a walk down at the settings' eta; `keywords` beside it."""
    return call("dl.sample", model, x_T, "schedule", tau, **{"eta": settings.eta} | keywords)


def stepping(settings: Settings) -> dict[str, Any]:
    """Keywords of a walk on the pages that offer sigma-hat, clipping and solvers."""
    return {"sigma_hat": settings.sigma_hat, "clip": f'"{settings.clip}"', "solver": f'"{settings.solver}"'}


def program(lines: list[str], grouped: bool = True) -> str:
    """The lines under the imports that they need; `grouped`: a blank line between the groups of imports."""
    body = "\n".join(line for line in lines if not line.startswith("from "))
    needed, expression = network.lines()
    own = [line for line in (*lines, needed) if line.startswith("from ") and (line != needed or expression in body)]
    imports = [[line for used, line in group.items() if used in body] for group in (STANDARD, THIRD_PARTY, OURS)]
    imports[-1][1:1] = own
    parts = ["\n".join(group) for group in imports if group]
    return "\n\n".join([*parts, body] if grouped else ["\n".join(parts), body]) + "\n"
