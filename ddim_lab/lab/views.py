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
    "path": "path_view:path",
    "walks": "exact_view:walks",
    "lanes": "exact_view:lanes",
    "world": "exact_view_crowd:world",
    "particles": "exact_view_crowd:particles",
    "field": "exact_view_crowd:field",
    "distances": "exact_view_numbers:distances",
    "errors": "exact_view_numbers:errors",
    "setting": "derivation_view:setting",
    "knobs": "derivation_view:knobs",
    "solutions": "derivation_view:solutions",
    "steps": "proof_view:steps",
    "numbers": "proof_view:numbers",
    "exercise": "fading_view:exercise",
    "typed": "fading_view:typed",
    "finish": "fading_view:finish",
    "erratum": "errata_view:erratum",
    "effect": "errata_view:effect",
    "guess": "errata_view:guess",
    "digits": "twin_films:digits",
    "patient": "mystery_view:patient",
    "patient_digits": "mystery_view:patient_digits",
    "instrument": "mystery_view:instrument",
    "accuse": "mystery_view:accuse",
    "repair": "mystery_view:repair",
}
PASSES = frozenset({"digits", "patient_digits", "path"})  # their parts cost network passes: they take turns with films


def find(name: str) -> ViewFunction:
    """The function behind a name of VIEWS."""
    module, _, function = VIEWS[name].partition(":")
    return getattr(import_module(f"ddim_lab.lab.{module}"), function)
