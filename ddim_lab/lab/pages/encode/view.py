"""The page's one network view: the code of a picture, blends of codes, another digit, a part filled in.

All four share one lane of the socket, so the newest request stops whatever was under way.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from ddim_lab import checks
from ddim_lab.lab.live.views import Part

WORK = ("code", "blend", "change", "fill")  # each a module here, with a function `parts(values)`


def encode(values: dict[str, Any]) -> Iterator[Part]:
    """`values["do"]` names the work; the rest are its values. Raises TypeError or ValueError in words."""
    rest = dict(values)
    do = checks.choice("do", rest.pop("do", None), WORK)
    return import_module(f"ddim_lab.lab.pages.encode.{do}").parts(rest)
