"""Who stands before the judge: the lab's own sampler, and the one a user names."""

import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from ddim_lab.referee.judging import Sampler
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import Transition, itself, last, path, walk


def ours(denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: float, noise: Any, sigma_hat: bool = False) -> Any:
    """`dl.step` along tau, with the noise that the judge hands out."""
    import torch

    from ddim_lab import sampler

    def move(at: Transition, x: Any, _: Any) -> Any:
        eps, z = torch.from_numpy(denoiser(x.numpy(), at.t)), torch.from_numpy(noise(at.j))
        return sampler.step(x, eps, at.a, at.b, eta, sigma_hat, z=z).x_prev

    return last(walk(path(NoiseSchedule(alpha_bar), tau), torch.from_numpy(x_T), move, itself)).numpy()


ours_sigma_hat: Sampler = partial(ours, sigma_hat=True)


def load(path: str) -> Sampler:
    """The function at "package.module:function", looked up from the current folder too.

    Raises ValueError for a path of another form or a missing function, ImportError for a missing module.
    """
    module_name, colon, name = path.partition(":")
    if not (colon and module_name and name):
        raise ValueError(f"--sampler must be package.module:function, such as mine.sampling:ddim, got {path!r}")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        raise ImportError(f"--sampler {path}: {error}; is it importable from {Path.cwd()}?") from error
    function = getattr(module, name, None)
    if not callable(function):
        fault = "there is no such name" if function is None else f"it is no function but {type(function).__name__}"
        raise ValueError(f"--sampler {path}: in {module_name}, {fault}")
    return function
