"""The guide of the page “Encode and edit”."""

from functools import partial

from ddim_lab.teaching.guide import GuideStep, ask, do
from ddim_lab.teaching.pages.encode.questions import QUESTIONS

HIGHLIGHTS = ("pad", "film", "again", "eta", "modes", "weight", "start", "mask")
ACTIONS = (
    "digit-taken",
    "eta-high",
    "blend-opened",
    "slid",
    "change-opened",
    "start-changed",
    "fill-opened",
    "masked",
)
_ask = partial(ask, QUESTIONS)

GUIDE: tuple[GuideStep, ...] = (
    do("draw", "pad", "digit-taken", "Draw a digit on the black pad, or take a ready one below it."),
    _ask("encode-twice", "film"),
    _ask("encode-solved", "again"),
    _ask("encode-eta", "eta"),
    do("fresh", "eta", "eta-high", "Drag eta to 1: the way up stays, the way back leads somewhere else."),
    do("blend", "modes", "blend-opened", "Open “Blend”: two codes, and what lies between them."),
    do("slide", "weight", "slid", "Drag the slider from A to B, and compare both pictures in the middle."),
    _ask("encode-halfway", "weight"),
    do("change", "modes", "change-opened", "Open “Another digit”: one code, ten labels."),
    _ask("encode-turn", "start"),
    do("turn", "start", "start-changed", "Drag “How far up”, and find where your digit lets go of its shape."),
    do("fill", "modes", "fill-opened", "Open “Fill in”: a part is covered, and the model guesses it four times."),
    do("mask", "mask", "masked", "Cover another part: paint over it, or press a button."),
)
