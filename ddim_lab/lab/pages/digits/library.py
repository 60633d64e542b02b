"""The lab's "as a library makes them": the steps that well-known code would visit, beside those of the run."""

from collections.abc import Iterator
from typing import Any

from ddim_lab.errata import spacing_peers
from ddim_lab.errata.spacing_peers import Peer
from ddim_lab.lab.fields import checked, one_of
from ddim_lab.lab.live.views import Part
from ddim_lab.lab.settings import Settings, fitted

RULES = {peer.key: peer for peer in spacing_peers.PEERS}
KEYS = tuple(RULES)


def listed() -> list[dict[str, str]]:
    """The rules a learner may choose, as the browser gets them."""
    return [{"key": peer.key, "name": f"{peer.where}: {peer.key}"} for peer in RULES.values()]


def library(values: dict[str, Any]) -> Iterator[Part]:
    """`values`: settings, library (one of KEYS). One part: the t visited, which lie outside 1..T, and it in words."""
    settings, library = checked(values, settings=fitted, library=one_of(KEYS))
    return iter([(_looked(RULES[library], settings), b"")])


def _looked(peer: Peer, settings: Settings) -> dict[str, Any]:
    T, S = settings.T, settings.S
    try:
        visited = peer.visited(T, S)
    except ValueError as refusal:
        return {"library": peer.key, "visited": [], "outside": [], "told": f"{peer.words}: {refusal}."}
    outside = [t for t in visited if not 1 <= t <= T]
    told = f"{peer.words}, which counts from 0; as t from 1: {'; '.join(_remarks(peer, settings, visited, outside))}."
    return {"library": peer.key, "visited": sorted({*visited} - {*outside}), "outside": outside, "told": told}


def _remarks(peer: Peer, settings: Settings, visited: list[int], outside: list[int]) -> Iterator[str]:
    """What there is to say of the list: first what is wrong with it."""
    T, S = settings.T, settings.S
    looked = spacing_peers.examine(visited, T, S)
    if looked.made != S:
        yield f"{looked.made} steps, not {S}"
    if looked.duplicates:
        yield f"{looked.duplicates} of {looked.made} repeat another"
    yield from (f"t = {t} is outside 1..{T}" for t in outside)
    if visited == settings.run.tau.tolist():
        yield "the steps of this run"
    elif looked.sound:
        yield f"{S} different steps" if S > 1 else "one step"
    if looked.first < T:
        yield f"starts at t = {looked.first}"
    missed = len(spacing_peers.wrong_previous(visited, T, S)) if peer.strided else 0
    if missed:
        yield f"every step goes to t − {T // S}, which {missed} of {looked.made} times is not the next one"
