"""The catalogue of known errors: what five public texts on DDIM get wrong, each with something that runs and shows it.

    from ddim_lab import errata
    case = errata.find("covariance")
    case.claim, case.why, case.forms, case.residuals, case.at_P
    case.sampler(denoiser, x_T, schedule, tau, eta=1.0)    # the faulty sampler, at the noise of dl.sample
    case.moments(schedule, tau, eta=1.0)                   # its exact moments; errata.right_moments: the right ones
    case.check().statement                                 # runs it, and says what came out

Compare with the exact recursion, never with the data's variance: with few steps the right sampler ends below it too.
"""

from ddim_lab.errata.case import KINDS as KINDS
from ddim_lab.errata.case import Case as Case
from ddim_lab.errata.case import Document as Document
from ddim_lab.errata.case import Finding as Finding
from ddim_lab.errata.case import Note as Note
from ddim_lab.errata.case import Suspect as Suspect
from ddim_lab.errata.case import even_steps as even_steps
from ddim_lab.errata.documents import DOCUMENTS as DOCUMENTS
from ddim_lab.errata.documents import HONESTY as HONESTY
from ddim_lab.errata.documents import TEXTS
from ddim_lab.errata.documents import document as document
from ddim_lab.errata.forms import Line as Line
from ddim_lab.errata.forms import P as P
from ddim_lab.errata.recipe import RIGHT as RIGHT
from ddim_lab.errata.recipe import Recipe as Recipe
from ddim_lab.errata.runner import Moment as Moment
from ddim_lab.errata.runner import Record as Record
from ddim_lab.errata.runner import moments as moments
from ddim_lab.errata.runner import right_moments as right_moments
from ddim_lab.errata.runner import run as run

ALL: tuple[Case, ...] = tuple(case for text in TEXTS for case in text.CASES)
NOTES: tuple[Note, ...] = tuple(note for text in TEXTS for note in text.NOTES)


def find(key: str) -> Case:
    """The case called `key`. Raises ValueError, naming those there are."""
    for case in ALL:
        if case.key == key:
            return case
    raise ValueError(f"there is no case {key!r}; known are {', '.join(case.key for case in ALL)}")


def by_document() -> dict[Document, tuple[Case, ...]]:
    """The cases of each document, in the order of the documents: formulas, code, claims."""
    return {text.DOCUMENT: text.CASES for text in TEXTS}


def samplers() -> tuple[Case, ...]:
    """The cases that can draw: those with a recipe."""
    return tuple(case for case in ALL if case.recipe is not None)
