"""The guide of the lab page, through the four levels of its controls."""

from functools import partial

from ddim_lab.teaching.guide import GuideStep, ask, do
from ddim_lab.teaching.pages.digits.first import FIRST
from ddim_lab.teaching.pages.digits.later import LATER
from ddim_lab.teaching.questions import Question

HIGHLIGHTS = (
    "eta", "play", "seed", "S", "spacing", "schedule", "film", "results", "sigma", "arc", "step", "pin", "more",
    "ruler", "notation",
)  # fmt: skip
ACTIONS = (
    "eta-changed", "played", "new-start", "S-changed", "spacing-changed", "schedule-changed", "scrubbed",
    "focus-changed", "step-opened", "grouping-toggled", "pinned", "notation-changed", "more-opened",
)  # fmt: skip

QUESTIONS: tuple[Question, ...] = (*FIRST, *LATER)  # in the order of their levels
_ask = partial(ask, QUESTIONS)

GUIDE: tuple[GuideStep, ...] = (
    _ask("eta-same", "eta"),
    do("play", "play", "played", "Press play and watch the digits come out of the noise."),
    _ask("first-guess", "film"),
    do("scrub", "film", "scrubbed", "Move along the film and watch that first guess become a digit."),
    _ask("new-start", "results"),
    do("new-start-pressed", "seed", "new-start", "Press “new start” and see."),
    do("steps", "S", "S-changed", "Drag S, the number of steps, and find out how few will do.", 2),
    _ask("retraining", "S"),
    do("open-step", "step", "step-opened", "Click a step: three ingredients add up to the next picture.", 2),
    _ask("put-back", "arc"),
    do("pin", "pin", "pinned", "Pin this setting, so that you can compare another eta on the same starts.", 2),
    _ask("share", "sigma"),
    do("spacing", "spacing", "spacing-changed", "Try another list of steps visited and compare the digits.", 3),
    _ask("leading-start", "ruler"),
    _ask("crowd", "ruler"),
    _ask("schedule-change", "schedule"),
    _ask("last-step", "sigma"),
    do("grouping", "step", "grouping-toggled", "Group the step by k, m and sigma: another reading of the same sum.", 4),
    do(
        "notation", "notation", "notation-changed", "Switch the notation to “paper” and look what alpha_bar becomes.", 4
    ),
    do("more", "more", "more-opened", "Open “More”: everything else is in here, and the lab is yours.", 4),
)
