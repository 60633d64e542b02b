"""The five public texts that the catalogue speaks of, each with its cases in a file or folder of its own.

Nobody needs the texts: each case says in our words what they say.
"""

from ddim_lab.errata.case import Document
from ddim_lab.errata.documents import a, b, c, d, e

TEXTS = (a, b, c, d, e)  # each has its DOCUMENT, its CASES (formulas, code, claims) and its NOTES
DOCUMENTS: tuple[Document, ...] = tuple(text.DOCUMENT for text in TEXTS)
HONESTY = (
    "These are public tutorials, named here by a letter. What they say is told in our words, only where it goes wrong; "
    "most of what they explain is right, and each of them helped people to learn DDIM."
)


def document(letter: str) -> Document:
    """The document called `letter`. Raises ValueError, naming those there are."""
    for text in DOCUMENTS:
        if text.id == letter:
            return text
    raise ValueError(f"there is no document {letter!r}; known are {', '.join(text.id for text in DOCUMENTS)}")
