"""The exact world."""

from ddim_lab.teaching.pages.exact.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.exact.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.exact.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.exact.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.exact.questions import QUESTIONS as QUESTIONS
