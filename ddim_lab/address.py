"""What an address names: the callable at package.module:function or folder/file.py:function. Standard library only."""

import inspect
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

FORM = "package.module:function or folder/file.py:function, such as mine.sampling:ddim"


def parted(address: str, option: str) -> tuple[str, str]:
    """The module (or file) and the name, dots allowed, of `address`, which `option` gave.

    Raises ValueError for another form.
    """
    place, _, name = address.rpartition(":")
    named = place and all(part.isidentifier() for part in name.split("."))
    if not named or not (is_file(place) or all(part.isidentifier() for part in place.split("."))):
        raise ValueError(f"{option} must be {FORM}, got {address!r}")
    return place, name


def load(address: str, option: str) -> Any:
    """The callable at `address`, whose module is imported, from the current folder too.

    Raises ValueError for an address of another form or a missing name, ImportError where the import fails.
    """
    place, name = parted(address, option)
    if is_file(place) and not Path(place).is_file():
        raise ValueError(f"there is no file {Path(place).absolute()}")
    try:
        module = _from_file(Path(place)) if is_file(place) else _module(place)
    except SyntaxError as error:
        raise ImportError(f"{error.filename}, line {error.lineno}: {error.msg}") from error
    except ModuleNotFoundError as error:
        if error.name and f"{place}.".startswith(f"{error.name}."):
            raise ImportError(f"{error}; is it importable from {Path.cwd()}?") from error
        raise ImportError(f"{place} needs what is not installed here: {error}") from error
    except Exception as error:  # a stranger's module may raise anything
        raise ImportError(f"importing {place} raised {type(error).__name__}: {error}") from error
    return _called(module, place, name)


def is_file(place: str) -> bool:
    """Whether the place of an address is a file rather than a module."""
    return place.endswith(".py") or "/" in place or "\\" in place


def _module(name: str) -> ModuleType:
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    return import_module(name)


def _from_file(path: Path) -> ModuleType:
    """The module in `path`, which finds the modules beside it, as a script does."""
    sys.path.insert(0, str(path.absolute().parent))
    name = path.stem if path.stem not in sys.modules else f"{path.stem} of {path.absolute().parent}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file: its name must end in .py")
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _called(module: ModuleType, place: str, name: str) -> Any:
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
        raise ValueError(f"{name} in {place} is a method and needs an object: write own = {made} there, and name own")
    return value
