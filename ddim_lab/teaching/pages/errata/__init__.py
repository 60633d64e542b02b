"""The errata clinic."""

from ddim_lab.teaching.lessons import Place
from ddim_lab.teaching.pages.errata.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.errata.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.errata.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.errata.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.errata.questions import QUESTIONS as QUESTIONS

DERIVED_IN = (Place(9, "The instruments"),)
