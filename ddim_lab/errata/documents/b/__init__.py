"""Document B: what its formulas say, what its sampler class does, and what it claims."""

from ddim_lab.errata.case import Case, Document, Note
from ddim_lab.errata.documents.b import claims, formulas, sampler_class

DOCUMENT = Document(
    "B",
    "A blog article, in Chinese, that explains DDIM in detail with a PyTorch class and a list of applications",
    "background, the noise schedule, the network, a sampler class, generation, editing, inpainting",
)
CASES: tuple[Case, ...] = (*formulas.CASES, *sampler_class.CASES, *claims.CASES)
NOTES: tuple[Note, ...] = ()
