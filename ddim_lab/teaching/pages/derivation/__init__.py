"""The derivation page."""

from ddim_lab.teaching.lessons import Place
from ddim_lab.teaching.pages.derivation.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.derivation.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.derivation.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.derivation.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.derivation.questions import QUESTIONS as QUESTIONS

DERIVED_IN = (
    Place(2, "The derivation, step by step"),
    Place(3, "Match one coefficient"),
    Place(6, "One transition: the integral"),
    Place(7, "Add up"),
    Place(8, "A step is a straight line"),
)
