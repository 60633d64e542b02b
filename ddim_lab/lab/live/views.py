"""What the live pages beside the lab ask the socket for: each view turns checked values into parts to draw.

A view is a function `(values: dict) -> Iterator[Part]`. It raises TypeError or ValueError, in words, before it starts
to work; it may yield one part or many. A newer request for the same view stops it between two parts.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

Part = tuple[dict[str, Any], bytes]  # numbers and words; grey levels or little-endian float32, as the head says
ViewFunction = Callable[[dict[str, Any]], Iterator[Part]]

VIEWS: dict[str, str] = {  # name -> "module:function" within ddim_lab.lab.pages, imported when first asked for
    "path": "digits.path:path",
    "library": "digits.library:library",
    "walks": "exact.view:walks",
    "lanes": "exact.view:lanes",
    "world": "exact.crowd:world",
    "particles": "exact.crowd:particles",
    "field": "exact.crowd:field",
    "distances": "exact.numbers:distances",
    "errors": "exact.numbers:errors",
    "setting": "derivation.view:setting",
    "knobs": "derivation.view:knobs",
    "solutions": "derivation.view:solutions",
    "steps": "derivation.proof:steps",
    "numbers": "derivation.proof:numbers",
    "exercise": "derivation.fading:exercise",
    "typed": "derivation.fading:typed",
    "finish": "derivation.fading:finish",
    "erratum": "errata.view:erratum",
    "effect": "errata.view:effect",
    "guess": "errata.view:guess",
    "digits": "errata.twin_films:digits",
    "patient": "errata.mystery:patient",
    "patient_digits": "errata.mystery:patient_digits",
    "instrument": "errata.mystery:instrument",
    "accuse": "errata.mystery:accuse",
    "repair": "errata.mystery:repair",
    "compare": "compare.view:compare",
    "compare_open": "compare.view:opened",
    "encode": "encode.view:encode",
    "ready": "encode.pictures:ready",
    "take": "encode.take:take",
    "quality": "quality.view:quality",
    "quality_cell": "quality.view:quality_cell",
}
PASSES = frozenset(
    {"digits", "patient_digits", "path", "compare", "encode", "ready", "take", "quality_cell"}
)  # their parts cost network passes: they take turns with films


def interleaved(walks: Mapping[Any, Iterator[Part]]) -> Iterator[Part]:
    """The parts of several films, each with its `share` done: the one furthest behind goes on, so they end together."""
    left, done = dict(walks), dict.fromkeys(walks, 0.0)
    while left:
        name = min(left, key=lambda one: done[one])
        part = next(left[name], None)
        if part is None:
            del left[name]
            continue
        done[name] = part[0]["share"]
        yield part


def find(name: str) -> ViewFunction:
    """The function behind a name of VIEWS."""
    module, _, function = VIEWS[name].partition(":")
    return getattr(import_module(f"ddim_lab.lab.pages.{module}"), function)
