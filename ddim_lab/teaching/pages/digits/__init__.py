"""The lab page: digits as they are drawn."""

from ddim_lab.teaching.lessons import Place
from ddim_lab.teaching.pages.digits.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.digits.claims import NOTES as NOTES
from ddim_lab.teaching.pages.digits.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.digits.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.digits.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.digits.guide import QUESTIONS as QUESTIONS

DERIVED_IN = (
    Place(0, "Drag η"),
    Place(1, "Why early beliefs are blurred"),
    Place(2, "What stays free"),
    Place(3, "A ratio, not an amount"),
    Place(4, "Which steps?"),
)
