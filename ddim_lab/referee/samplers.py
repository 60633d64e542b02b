"""Who stands before the judge: the lab's own sampler, and the one a user names."""

import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from ddim_lab.referee.judging import Sampler


def ours(denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: float, noise: Any, sigma_hat: bool = False) -> Any:
    """`dl.step` along tau, with the noise that the judge hands out. Written as a user would write a sampler."""
    import torch

    from ddim_lab import sampler

    x, steps = torch.from_numpy(x_T), [0, *tau.tolist()]
    for j in range(1, len(steps)):
        t, t_prev = steps[-j], steps[-j - 1]
        eps, z = torch.from_numpy(denoiser(x.numpy(), t)), torch.from_numpy(noise(j))
        x = sampler.step(x, eps, float(alpha_bar[t]), float(alpha_bar[t_prev]), eta, sigma_hat, z=z).x_prev
    return x.numpy()


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
        found = "there is no such name" if function is None else f"it is no function but {type(function).__name__}"
        raise ValueError(f"--sampler {path}: in {module_name}, {found}")
    return function
