"""The errors of public texts (`ddim_lab.errata`) as answers that somebody may give, by name.

Imported when a wrong answer is to be named, and not before: SymPy writes their formulas.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ddim_lab.schedule import NoiseSchedule

if TYPE_CHECKING:
    from ddim_lab.errata.recipe import Move, Recipe

Named = tuple[str, Callable[..., Any]]


def _causes() -> "Iterator[tuple[str, Recipe]]":
    """Those that are patients of the clinic: their cause in a few words, and what they do. The network is right."""
    from ddim_lab import errata

    for case in errata.samplers():
        if case.suspect is not None and case.recipe is not None and case.recipe.denoiser is None:
            yield case.suspect.cause, case.recipe


def samplers() -> Iterator[Named]:
    """Each as a sampler in the referee's form."""
    for cause, recipe in _causes():

        def sampler(
            denoiser: Any, x_T: Any, alpha_bar: Any, tau: Any, eta: Any, noise: Any, recipe: Any = recipe
        ) -> Any:
            x = x_T
            for j, move in enumerate(recipe.moves(NoiseSchedule(alpha_bar), np.asarray(tau), eta), start=1):
                x0 = (x - (1 - move.alpha_bar_t) ** 0.5 * denoiser(x, move.t)) / move.alpha_bar_t**0.5
                x = move.k * x0 + move.m * x + (move.sigma * noise(j) if move.sigma else 0)
            return x

        yield _lower(cause), sampler


def weights() -> Iterator[Named]:
    """Those that change a step and nothing else, as (a, b, eta) -> k, m, sigma."""
    for cause, recipe in _causes():
        if _single(recipe, 0.5, 0.7, 0.5) is not None:

            def wrong(a: float, b: float, eta: float, recipe: Any = recipe) -> tuple[float, float, float]:
                move = _single(recipe, a, b, eta)
                assert move is not None  # it is a step of its own at one setting, so at all
                return move.k, move.m, move.sigma

            yield _lower(cause), wrong


def _single(recipe: "Recipe", a: float, b: float, eta: float) -> "Move | None":
    """The move from a to b; None where the recipe takes others."""
    levels, tau = ((1.0, b, a), [1, 2]) if b < 1 else ((1.0, a), [1])
    moves = recipe.moves(NoiseSchedule(np.array(levels)), np.array(tau), eta)
    at = moves[0]
    same = len(moves) == len(tau) and (at.t, at.t_prev, at.alpha_bar_t) == (len(tau), len(tau) - 1, a)
    return at if same else None


def _lower(cause: str) -> str:
    return cause if cause[1:2].isupper() else cause[:1].lower() + cause[1:]
