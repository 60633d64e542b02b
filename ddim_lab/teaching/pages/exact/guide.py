"""The guide of the exact world."""

from functools import partial

from ddim_lab.teaching.guide import GuideStep, ask, do
from ddim_lab.teaching.pages.exact.questions import QUESTIONS

HIGHLIGHTS = (
    "modes",
    "eta",
    "S",
    "x0",
    "wrong",
    "paths",
    "crowds",
    "lanes",
    "plane",
    "play",
    "worlds",
    "left",
    "pin",
    "errors",
)
ACTIONS = (
    "eta-high",
    "eta-low",
    "x0-changed",
    "wrong-tried",
    "walks-opened",
    "lanes-opened",
    "crowd-opened",
    "S-changed",
    "played",
    "scrubbed",
    "world-picked",
    "field-shown",
    "left-marked",
    "particle-chosen",
    "pinned",
    "drawn",
)
_ask = partial(ask, QUESTIONS)

GUIDE: tuple[GuideStep, ...] = (
    _ask("exact-crowd", "eta"),
    do("jagged", "eta", "eta-high", "Drag eta to 1: jagged walks, and the crowd stays on the dashed curve."),
    do("swell", "wrong", "wrong-tried", "Now a common mistake: tick “Wrong covariance”, and look at the crowd."),
    _ask("exact-fault", "wrong"),
    do("lanes", "modes", "lanes-opened", "Open the second tab: what if one just switches the noise off?"),
    _ask("exact-off", "lanes"),
    _ask("exact-steps", "S"),
    do("plane", "modes", "crowd-opened", "Open the third tab: a whole world, in which every answer is known."),
    do("play", "play", "played", "Press play: 5,000 particles go from noise to the data."),
    do("mark", "left", "left-marked", "Tick “Mark who started on the left”."),
    _ask("exact-left", "eta"),
    do("pin", "pin", "pinned", "Pin this, then drag eta or S: the same starts, two settings."),
    do("draw", "worlds", "drawn", "Press “Draw your own”, and draw a world into the square."),
)
