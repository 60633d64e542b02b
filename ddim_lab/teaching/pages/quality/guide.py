"""The guide of the quality map."""

from functools import partial

from ddim_lab.teaching.guide import GuideStep, ask, do
from ddim_lab.teaching.pages.quality.questions import QUESTIONS

HIGHLIGHTS = ("map", "paper", "measure", "spacing", "relative", "cell", "curves", "back")
ACTIONS = ("cell-chosen", "measure-changed", "spacing-changed", "relative-changed", "drawn")
_ask = partial(ask, QUESTIONS)

GUIDE: tuple[GuideStep, ...] = (
    _ask("quality-few", "map"),
    _ask("quality-variety", "map"),
    _ask("quality-floor", "map"),
    do(
        "choose",
        "map",
        "cell-chosen",
        "The map is open. Click a cell, or walk with the arrow keys: its digits are drawn.",
    ),
    _ask("quality-apart", "map"),
    do("measure", "measure", "measure-changed", "Choose another measure. Does it name the same best cell?"),
    _ask("quality-hat", "paper"),
    do("spacing", "spacing", "spacing-changed", "Choose other steps visited, and keep an eye on the left columns."),
    _ask("quality-back", "back"),
)
