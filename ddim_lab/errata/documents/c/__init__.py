"""Document C: its formulas, the steps it visits, its table of sigmas, small slips, and its probability flow.

The notes count indices 0..T-1; index i is t = i + 1 here.
"""

from ddim_lab.errata.case import Case, Document, Note
from ddim_lab.errata.documents.c import flow, formulas, slips, steps, table

DOCUMENT = Document(
    "C",
    "Study notes, in Chinese: undetermined coefficients, then a sampler class with two spacings",
    "k, m and sigma, the update in three named terms, trajectories, the probability flow both ways",
)
CASES: tuple[Case, ...] = (
    *formulas.CASES,
    table.SIGMA_TABLE,
    *steps.CASES,
    slips.ASSERT_TEXT,
    table.ZERO_TEST,
    slips.NAMED_X0,
    slips.EQUALS_NONE,
)
NOTES: tuple[Note, ...] = (flow.NOTE,)
