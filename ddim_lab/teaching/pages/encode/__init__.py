"""The page “Encode and edit”."""

from ddim_lab.teaching.lessons import Place
from ddim_lab.teaching.pages.encode.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.encode.claims import NOTES as NOTES
from ddim_lab.teaching.pages.encode.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.encode.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.encode.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.encode.questions import QUESTIONS as QUESTIONS

DERIVED_IN = (
    Place(8, "Upwards: encoding"),
    Place(11, "Blending codes"),
    Place(11, "Filling and changing"),
)
