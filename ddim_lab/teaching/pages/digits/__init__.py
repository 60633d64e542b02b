"""The lab page: digits as they are drawn."""

from ddim_lab.teaching.pages.digits.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.digits.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.digits.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.digits.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.digits.guide import QUESTIONS as QUESTIONS
