"""The quality map."""

from ddim_lab.teaching.lessons import Place
from ddim_lab.teaching.pages.quality.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.quality.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.quality.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.quality.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.quality.questions import QUESTIONS as QUESTIONS

DERIVED_IN = (
    Place(11, "The measured table"),
    Place(10, "Why a network can reverse the verdict"),
)
