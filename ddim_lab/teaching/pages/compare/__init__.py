"""The page “Compare”."""

from ddim_lab.teaching.lessons import Place
from ddim_lab.teaching.pages.compare.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.compare.claims import NOTES as NOTES
from ddim_lab.teaching.pages.compare.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.compare.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.compare.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.compare.questions import QUESTIONS as QUESTIONS

DERIVED_IN = (
    Place(4, "What it costs"),
    Place(11, "One start, many S"),
    Place(12, "The step with a better belief"),
)
