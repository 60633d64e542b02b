"""The guide of the page “Compare”."""

from functools import partial

from ddim_lab.teaching.guide import GuideStep, ask, do
from ddim_lab.teaching.pages.compare.questions import QUESTIONS

HIGHLIGHTS = ("predict", "scrub", "kind", "eta", "lanes", "ready", "editor")
ACTIONS = ("guessed", "guessed-another", "scrubbed", "eta-changed", "lane-added")
_ask = partial(ask, QUESTIONS)

GUIDE: tuple[GuideStep, ...] = (
    do("predict", "predict", "guessed", "Three lanes, one start. Guess what lane 2 will draw, then see."),
    do("scrub", "scrub", "scrubbed", "Drag the scrubber to the left and back: all lanes keep to one noise level."),
    _ask("compare-ways", "kind"),
    do("eta", "eta", "eta-changed", "Choose lane 3 and drag its eta up to 1. Lanes 1 and 2 stay as they are."),
    _ask("compare-far", "lanes"),
    do("another", "ready", "guessed-another", "Open another comparison, and guess before you look."),
    do("own", "editor", "lane-added", "Now your own: duplicate a lane, and change one thing in the copy."),
)
