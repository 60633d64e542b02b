"""DDIM, readable: the sampler of Song et al. (arXiv:2010.02502), its mathematics and a model to watch it on.

    import ddim_lab as dl
    schedule = dl.NoiseSchedule.linear()
    tau = dl.spacing.trailing(schedule.T, 10)
    x_T = dl.initial_noise(8, (1, 28, 28), seed=0)
    digits = dl.last(dl.sample(dl.load_denoiser(), x_T, schedule, tau, eta=0.0)).x_prev

Names are imported when first used: the curves side (schedule, spacing, transition) needs NumPy only.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ddim_lab import exact as exact
    from ddim_lab import spacing as spacing
    from ddim_lab.latents.editing import edit as edit
    from ddim_lab.latents.editing import inpaint as inpaint
    from ddim_lab.latents.encoding import encode as encode
    from ddim_lab.latents.interpolation import interpolate as interpolate
    from ddim_lab.model.adapters import adapt as adapt
    from ddim_lab.model.adapters import from_diffusers as from_diffusers
    from ddim_lab.model.denoiser import Denoiser as Denoiser
    from ddim_lab.model.denoiser import load_denoiser as load_denoiser
    from ddim_lab.noise import fresh_noise as fresh_noise
    from ddim_lab.noise import initial_noise as initial_noise
    from ddim_lab.run import Run as Run
    from ddim_lab.sampler import Step as Step
    from ddim_lab.sampler import sample as sample
    from ddim_lab.sampler import step as step
    from ddim_lab.schedule import NoiseSchedule as NoiseSchedule
    from ddim_lab.transition import Coefficients as Coefficients
    from ddim_lab.transition import coefficients as coefficients
    from ddim_lab.transition import eta_max as eta_max
    from ddim_lab.walk import last as last

_HOME = {
    "NoiseSchedule": "schedule",
    "Run": "run",
    "Coefficients": "transition",
    "coefficients": "transition",
    "eta_max": "transition",
    "initial_noise": "noise",
    "fresh_noise": "noise",
    "Step": "sampler",
    "step": "sampler",
    "sample": "sampler",
    "encode": "latents.encoding",
    "last": "walk",
    "interpolate": "latents.interpolation",
    "edit": "latents.editing",
    "inpaint": "latents.editing",
    "Denoiser": "model.denoiser",
    "load_denoiser": "model.denoiser",
    "adapt": "model.adapters",
    "from_diffusers": "model.adapters",
}
_MODULES = ("spacing", "schedule", "transition", "noise", "sampler", "exact", "figures")

__all__ = [*_HOME, "spacing"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"ddim_lab.{_HOME[name]}"), name)
        globals()[name] = value  # found without this function from now on
        return value
    if name in _MODULES:
        return import_module(f"ddim_lab.{name}")
    raise AttributeError(f"module 'ddim_lab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME, *_MODULES])
