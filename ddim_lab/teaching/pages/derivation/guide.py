"""The guide of the derivation page."""

from functools import partial

from ddim_lab.teaching.guide import GuideStep, ask, do
from ddim_lab.teaching.pages.derivation.questions import QUESTIONS

HIGHLIGHTS = ("knobs", "k", "m", "sigma", "hold", "needles", "plane", "sheet", "steps", "themes", "fading")
ACTIONS = (
    "variance-met",
    "both-met",
    "held",
    "held-both",
    "three-found",
    "all-shown",
    "stepped",
    "proved",
    "derivation-opened",
    "answered-right",
    "notation-changed",
)
_ask = partial(ask, QUESTIONS)

GUIDE: tuple[GuideStep, ...] = (
    _ask("derive-how-many", "needles"),
    do("close-variance", "m", "variance-met", "Drag m until the right needle stands at 0: now the noise is right."),
    do("close-mean", "k", "both-met", "Drag k until the left needle is at 0 too. A dot stays in the plane."),
    _ask("derive-hold", "hold"),
    do("find-both", "hold", "held-both", "Tick “hold sigma” and find them all. (Did you try m below 0?)"),
    do("find-three", "sigma", "three-found", "Let sigma go, choose another one, and find a third setting."),
    _ask("derive-bound", "sigma"),
    do("show-all", "plane", "all-shown", "Press “Show all”: this is the curve on which your dots lie."),
    do("step", "steps", "stepped", "Now prove it. Press “Next” and look at what is framed: only that has changed."),
    do("prove", "steps", "proved", "Go on to the last step. Guess each one before you press."),
    do("finish", "fading", "answered-right", "Your turn: finish one of the exercises below."),
)
