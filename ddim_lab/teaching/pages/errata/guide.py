"""The guide of the errata clinic."""

from functools import partial

from ddim_lab.teaching.guide import GuideStep, ask, do
from ddim_lab.teaching.pages.errata.questions import QUESTIONS

HIGHLIGHTS = ("list", "forms", "guess", "eta", "S", "curves", "twins", "modes", "instruments", "causes")
ACTIONS = (
    "guessed",
    "eta-zero",
    "case-opened",
    "claim-opened",
    "mystery-opened",
    "instrument-opened",
    "cause-named",
    "repaired",
)
_ask = partial(ask, QUESTIONS)

GUIDE: tuple[GuideStep, ...] = (
    _ask("errata-yardstick", "curves"),
    _ask("errata-hides", "forms"),
    do("guess", "guess", "guessed", "Read both forms. Then guess below what the mistake does, before you see it."),
    do("to-zero", "eta", "eta-zero", "Drag eta to 0 and watch both rows: pictures and curves."),
    do("another", "list", "case-opened", "Open another error from the list. Guess again."),
    do("claim", "list", "claim-opened", "Open a claim (¶): a table refutes it."),
    _ask("errata-reseed", "modes"),
    do("mystery", "modes", "mystery-opened", "Now the mystery sampler: press its tab. One fault of this list runs."),
    do("instrument", "instruments", "instrument-opened", "Open an instrument, and ask which causes it excludes."),
    do("name", "causes", "cause-named", "Name the cause. A wrong guess is answered with the reading against it."),
    do("repair", "causes", "repaired", "Repair the line, and see the sampler agree."),
)
