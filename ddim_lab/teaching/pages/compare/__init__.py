"""The page “Compare”."""

from ddim_lab.teaching.pages.compare.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.compare.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.compare.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.compare.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.compare.questions import QUESTIONS as QUESTIONS
