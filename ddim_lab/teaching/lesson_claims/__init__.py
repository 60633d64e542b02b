"""The causal sentences of the lessons, checked like those of the app: `show("key")` prints one, recomputed just now.

One module a lesson, and `practice` for what is often asked; a key is unique over all of them and those of the pages,
which `show` knows too.
"""

from ddim_lab.teaching import pages
from ddim_lab.teaching.claims import Claim, chosen
from ddim_lab.teaching.lesson_claims import (
    after_ddim,
    errata_clinic,
    eta_and_ddpm,
    exact_worlds,
    marginals,
    objective,
    ode,
    one_network,
    practice,
    see_it,
    skipping,
    three_weights,
    trained_model,
    writing,
)

_MODULES = (
    see_it,
    one_network,
    three_weights,
    eta_and_ddpm,
    skipping,
    writing,
    marginals,
    objective,
    ode,
    errata_clinic,
    exact_worlds,
    trained_model,
    after_ddim,
    practice,
)
LESSON_CLAIMS: tuple[Claim, ...] = tuple(claim for module in _MODULES for claim in module.CLAIMS)


def find(key: str) -> Claim:
    """The claim called `key`, of the lessons or of the app. Raises ValueError, naming those there are."""
    (claim,) = chosen((*LESSON_CLAIMS, *pages.claims()), key)
    return claim


def show(*keys: str) -> "Shown":
    """The sentences called `keys`, each with the answer of a check made now. In a notebook: the last line of a cell.

    Raises ValueError for a key that does not exist.
    """
    return Shown(tuple(find(key) for key in keys))


class Shown:
    """What `show` returns: the sentences as Markdown, ✓ where the core agrees just now and ✗ where it does not."""

    def __init__(self, shown: tuple[Claim, ...]):
        self.claims = shown

    def _repr_markdown_(self) -> str:
        return "\n".join(_line(claim) for claim in self.claims)

    def __repr__(self) -> str:
        return f"<Checked sentences: {', '.join(claim.key for claim in self.claims)}>"


def _line(claim: Claim) -> str:
    holds = claim.check() and (claim.check_digits is None or claim.check_digits())
    how = "recomputed just now" + (", with the trained network too" if claim.needs_network else "")
    return f"> {'✓' if holds else '✗ **does not hold:**'} {claim.text()} *({how})*\n>"
