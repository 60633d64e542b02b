"""Who stands before the judge: the lab's own sampler, and the one a user names."""

import inspect
import sys
from functools import partial
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from ddim_lab.referee.judging import Sampler
from ddim_lab.schedule import NoiseSchedule
from ddim_lab.walk import Transition, itself, last, path, walk

FORM = "package.module:function or folder/file.py:function, such as mine.sampling:ddim"


def missing() -> str:
    """Why our own sampler cannot be judged here; empty where it can."""
    return (
        "" if find_spec("torch") else "torch is not installed, so dl.step is not judged (pip install torch, or --alone)"
    )


def ours(denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: float, noise: Any, sigma_hat: bool = False) -> Any:
    """`dl.step` along tau, with the noise that the judge hands out."""
    import torch

    from ddim_lab import sampler

    def move(at: Transition, x: Any, _: Any) -> Any:
        eps, z = torch.from_numpy(denoiser(x.numpy(), at.t)), torch.from_numpy(noise(at.j))
        return sampler.step(x, eps, at.a, at.b, eta, sigma_hat, z=z).x_prev

    return last(walk(path(NoiseSchedule(alpha_bar), tau), torch.from_numpy(x_T), move, itself)).numpy()


ours_sigma_hat: Sampler = partial(ours, sigma_hat=True)


def parted(address: str) -> tuple[str, str]:
    """The module (or file) and the name, dots allowed, of `address`. Raises ValueError for another form."""
    place, _, name = address.rpartition(":")
    named = place and all(part.isidentifier() for part in name.split("."))
    if not named or not (_is_file(place) or all(part.isidentifier() for part in place.split("."))):
        raise ValueError(f"--sampler must be {FORM}, got {address!r}")
    return place, name


def load(address: str) -> Sampler:
    """The function at `address`, whose module is imported, from the current folder too.

    Raises ValueError for an address of another form or a missing function, ImportError where the import fails.
    """
    place, name = parted(address)
    if _is_file(place) and not Path(place).is_file():
        raise ValueError(f"there is no file {Path(place).absolute()}")
    try:
        module = _from_file(Path(place)) if _is_file(place) else _module(place)
    except SyntaxError as error:
        raise ImportError(f"{error.filename}, line {error.lineno}: {error.msg}") from error
    except ModuleNotFoundError as error:
        if error.name and f"{place}.".startswith(f"{error.name}."):
            raise ImportError(f"{error}; is it importable from {Path.cwd()}?") from error
        raise ImportError(f"{place} needs what is not installed here: {error}") from error
    except Exception as error:  # a stranger's module may raise anything
        raise ImportError(f"importing {place} raised {type(error).__name__}: {error}") from error
    return _function(module, place, name)


def _is_file(place: str) -> bool:
    return place.endswith(".py") or "/" in place or "\\" in place


def _module(name: str) -> ModuleType:
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    return import_module(name)


def _from_file(path: Path) -> ModuleType:
    """The module in `path`, which finds the modules beside it, as a script does."""
    sys.path.insert(0, str(path.absolute().parent))
    name = path.stem if path.stem not in sys.modules else f"{path.stem} before the judge"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file: its name must end in .py")
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _function(module: ModuleType, place: str, name: str) -> Sampler:
    """What `name` leads to, part by part. A method needs an object, which nobody here can make."""
    value: Any = module
    owner, part = value, name
    for part in name.split("."):
        owner, value = value, getattr(value, part, None)
        if value is None:
            raise ValueError(f"in {place}, there is no such name as {name}")
    if not callable(value):
        raise ValueError(f"{name} in {place}: it is no function but {type(value).__name__}")
    if inspect.isclass(owner) and inspect.isfunction(inspect.getattr_static(owner, part)):
        made = f"{name.rpartition('.')[0]}().{part}"
        raise ValueError(f"{name} in {place} is a method and needs an object: write ddim = {made} there, and name ddim")
    return value
