"""What the tests of this room measure more than once, measured once."""

from functools import cache

from ddim_lab import errata
from ddim_lab.errata import spacing_peers


@cache
def checked(key: str) -> errata.Finding:
    """Everything the case called `key` has, run."""
    return errata.find(key).check()


@cache
def unsound(key: str) -> tuple[int, ...]:
    """The S of 1..1000 for which the peer called `key` gives another grid than asked for."""
    return tuple(spacing_peers.unsound(spacing_peers.find(key)))
