"""What the live pages beside the lab ask the socket for: each view turns checked values into parts to draw.

A view is a function `(values: dict) -> Iterator[Part]`. It raises TypeError or ValueError, in words, before it starts
to work; it may yield one part or many. A newer request for the same view stops it between two parts.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

Part = tuple[dict[str, Any], bytes]  # numbers and words; grey levels or little-endian float32, as the head says
ViewFunction = Callable[[dict[str, Any]], Iterator[Part]]

VIEWS: dict[str, str] = {  # name -> "module:function" within ddim_lab.lab, imported when first asked for
    "setting": "derivation_view:setting",
    "knobs": "derivation_view:knobs",
    "solutions": "derivation_view:solutions",
    "steps": "proof_view:steps",
    "numbers": "proof_view:numbers",
}


def find(name: str) -> ViewFunction:
    """The function behind a name of VIEWS."""
    module, _, function = VIEWS[name].partition(":")
    return getattr(import_module(f"ddim_lab.lab.{module}"), function)
