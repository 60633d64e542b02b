"""The exact world."""

from ddim_lab.teaching.lessons import Place
from ddim_lab.teaching.pages.exact.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.exact.claims import NOTES as NOTES
from ddim_lab.teaching.pages.exact.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.exact.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.exact.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.exact.questions import QUESTIONS as QUESTIONS

DERIVED_IN = (
    Place(6, "Same crowd, different walks"),
    Place(3, '"Just switch the noise off"'),
    Place(10, "One step loses variance"),
)
