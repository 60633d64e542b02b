"""The derivation page."""

from ddim_lab.teaching.pages.derivation.claims import CLAIMS as CLAIMS
from ddim_lab.teaching.pages.derivation.guide import ACTIONS as ACTIONS
from ddim_lab.teaching.pages.derivation.guide import GUIDE as GUIDE
from ddim_lab.teaching.pages.derivation.guide import HIGHLIGHTS as HIGHLIGHTS
from ddim_lab.teaching.pages.derivation.questions import QUESTIONS as QUESTIONS
