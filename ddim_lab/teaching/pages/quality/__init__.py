"""The quality map."""

from ddim_lab.teaching.pages.quality.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.quality.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.quality.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.quality.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.quality.questions import QUESTIONS as QUESTIONS
