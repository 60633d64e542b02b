"""The guide of the lab page, through the four levels of its controls."""

from functools import partial

from ddim_lab.teaching.guide import GuideStep, ask, do
from ddim_lab.teaching.pages.digits.first import FIRST
from ddim_lab.teaching.pages.digits.later import LATER
from ddim_lab.teaching.questions import Question

HIGHLIGHTS = (
    "eta", "play", "seed", "S", "spacing", "schedule", "film", "results", "sigma", "arc", "step", "pin", "more",
    "ruler", "notation", "tabs", "solver",
)  # fmt: skip
ACTIONS = (
    "eta-changed", "played", "new-start", "S-changed", "spacing-changed", "schedule-changed", "solver-changed",
    "scrubbed",
    "focus-changed", "step-opened", "grouping-toggled", "pinned", "notation-changed", "more-opened",
    "symbol-read", "path-opened", "numbers-opened", "code-opened",
)  # fmt: skip

QUESTIONS: tuple[Question, ...] = (*FIRST, *LATER)  # in the order of their levels
_ask = partial(ask, QUESTIONS)

GUIDE: tuple[GuideStep, ...] = (  # one new thing a step
    _ask("eta-same", "eta"),
    do("play", "play", "played", "Press play and watch the digits come out of the noise."),
    _ask("first-guess", "film"),
    do("scrub", "film", "scrubbed", "Move along the film and watch that first guess become a digit."),
    _ask("new-start", "results"),
    do("new-start-pressed", "seed", "new-start", "Press “new start” for eight others."),
    do("steps", "S", "S-changed", "Drag S, the number of steps, and find out how few will do.", 2),
    _ask("retraining", "S"),
    do(
        "ruler", "ruler", "scrubbed",
        "The ruler marks which of the 1000 steps are visited. Move along the film, and watch its ring.", 2, ("ruler",),
    ),
    do(
        "open-step", "step", "step-opened",
        "This card is one step of the film: three pictures add up to the next. Click it.", 2, ("card",),
    ),
    _ask("put-back", "step"),
    do(
        "arc", "arc", "eta-changed",
        "The arc shows both noises of this step as the legs of a triangle. Drag its point.", 2, ("arc",),
    ),
    do("pin", "pin", "pinned", "Pin this setting, to compare another eta on the same starts.", 2, ("pin",)),
    _ask("share", "sigma"),
    do(
        "formula", "step", "symbol-read",
        "The same sum as a formula, in the same colours. Point at a symbol to read what it is.", 2, ("card-formula",),
    ),
    do("spacing", "spacing", "spacing-changed", "Try another list of steps visited and compare the digits.", 3),
    _ask("leading-start", "ruler"),
    _ask("crowd", "ruler"),
    _ask("schedule-change", "schedule", ("schedule",)),
    do(
        "curve", "schedule", "schedule-changed",
        "Change it. The new curve, alpha_bar, is the share of the picture's variance left at each t.", 3,
        ("tabs", "tab-curves"),
    ),
    _ask("last-step", "sigma"),
    do(
        "sigma", "sigma", "symbol-read",
        "How strong the fresh noise is, as a formula. Point at one of its symbols.", 3, ("sigma-formula",),
    ),
    _ask("memory", "step"),
    do(
        "path", "tabs", "path-opened",
        "Open “Path”: the way of this run over the finest one. Long steps cut its corners.", 3, ("tab-path",),
    ),
    _ask("better-belief", "solver", ("solver",)),
    do(
        "belief", "film", "symbol-read",
        "What the network believes, as a formula: x_t without its noise. Point at a symbol.", 4, ("x0-formula",),
    ),
    do(
        "grouping", "step", "grouping-toggled",
        "Group the step by k, m and sigma: another reading of the same sum.", 4,
        ("grouping", "coefficients", "figure-k-and-m"),
    ),
    _ask("alpha", "notation", ("notation",)),
    do("notation", "notation", "notation-changed", "Switch the notation to “paper” and see what alpha_bar becomes.", 4),
    do(
        "arc-formulas", "arc", "symbol-read",
        "The legs of the arc as a formula, and the largest eta they admit. Point at a symbol.", 4, ("arc-formulas",),
    ),
    do(
        "snr", "tabs", "scrubbed",
        "Under “Curves”, a last one: log-SNR, picture over noise on a log scale. Move along it.", 4, ("figure-SNR",),
    ),
    do(
        "numbers", "tabs", "numbers-opened",
        "Open “Numbers”: each step of the run is a row.", 4, ("tab-numbers",),
    ),
    do("code", "tabs", "code-opened", "Open “Code”: these lines draw the very pictures on screen.", 4, ("tab-code",)),
    _ask("truest", "results"),
    do("more", "more", "more-opened", "Open “More”: everything else is in here, and the lab is yours.", 4),
)  # fmt: skip
