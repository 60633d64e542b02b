"""The page “Encode and edit”."""

from ddim_lab.teaching.pages.encode.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.encode.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.encode.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.encode.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.encode.questions import QUESTIONS as QUESTIONS
