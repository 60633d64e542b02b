"""The guides of the pages beside the lab; see `ddim_lab.teaching.guide` for what a step is."""

from ddim_lab.teaching.guide import ANSWERED, GuideStep
from ddim_lab.teaching.page_questions import find

HIGHLIGHTS = {
    "exact": (
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
    ),
    "derivation": ("knobs", "k", "m", "sigma", "hold", "needles", "plane", "sheet", "steps", "themes", "fading"),
    "errata": ("list", "forms", "guess", "eta", "S", "curves", "twins", "modes", "instruments", "causes"),
    "compare": ("predict", "scrub", "kind", "eta", "lanes", "ready", "editor"),
    "encode": ("pad", "film", "again", "eta", "modes", "weight", "start", "mask"),
    "quality": ("map", "paper", "measure", "spacing", "relative", "cell", "curves", "back"),
}
ACTIONS = {  # what the page's JavaScript reports
    "exact": (
        "eta-high", "eta-low", "x0-changed", "wrong-tried", "walks-opened", "lanes-opened", "crowd-opened", "S-changed",
        "played", "scrubbed", "world-picked", "field-shown", "left-marked", "particle-chosen", "pinned", "drawn",
    ),
    "derivation": (
        "variance-met", "both-met", "held", "held-both", "three-found", "all-shown", "stepped", "proved",
        "derivation-opened", "answered-right", "notation-changed",
    ),
    "errata": (
        "guessed", "eta-zero", "case-opened", "claim-opened", "mystery-opened", "instrument-opened", "cause-named",
        "repaired",
    ),
    "compare": ("guessed", "guessed-another", "scrubbed", "eta-changed", "lane-added"),
    "encode": (
        "digit-taken", "eta-high", "blend-opened", "slid", "change-opened", "start-changed", "fill-opened", "masked",
    ),
    "quality": ("cell-chosen", "measure-changed", "spacing-changed", "relative-changed", "drawn"),
}  # fmt: skip


def _do(key: str, highlight: str, done_by: str, sentence: str) -> GuideStep:
    return GuideStep(key, 1, sentence, highlight, done_by)


def _ask(key: str, highlight: str) -> GuideStep:
    return GuideStep(key, 1, find(key).prompt, highlight, ANSWERED + key, key)


EXACT: tuple[GuideStep, ...] = (
    _ask("exact-crowd", "eta"),
    _do("jagged", "eta", "eta-high", "Drag eta to 1: jagged walks, and the crowd stays on the dashed curve."),
    _do("swell", "wrong", "wrong-tried", "Now a common mistake: tick “Wrong covariance”, and look at the crowd."),
    _ask("exact-fault", "wrong"),
    _do("lanes", "modes", "lanes-opened", "Open the second tab: what if one just switches the noise off?"),
    _ask("exact-off", "lanes"),
    _ask("exact-steps", "S"),
    _do("plane", "modes", "crowd-opened", "Open the third tab: a whole world, in which every answer is known."),
    _do("play", "play", "played", "Press play: 5,000 particles go from noise to the data."),
    _do("mark", "left", "left-marked", "Tick “Mark who started on the left”."),
    _ask("exact-left", "eta"),
    _do("pin", "pin", "pinned", "Pin this, then drag eta or S: the same starts, two settings."),
    _do("draw", "worlds", "drawn", "Press “Draw your own”, and draw a world into the square."),
)
DERIVATION: tuple[GuideStep, ...] = (
    _ask("derive-how-many", "needles"),
    _do("close-variance", "m", "variance-met", "Drag m until the right needle stands at 0: now the noise is right."),
    _do("close-mean", "k", "both-met", "Drag k until the left needle is at 0 too. A dot stays in the plane."),
    _ask("derive-hold", "hold"),
    _do("find-both", "hold", "held-both", "Tick “hold sigma” and find them all. (Did you try m below 0?)"),
    _do("find-three", "sigma", "three-found", "Let sigma go, choose another one, and find a third setting."),
    _ask("derive-bound", "sigma"),
    _do("show-all", "plane", "all-shown", "Press “Show all”: this is the curve on which your dots lie."),
    _do("step", "steps", "stepped", "Now prove it. Press “Next” and look at what is framed: only that has changed."),
    _do("prove", "steps", "proved", "Go on to the last step. Guess each one before you press."),
    _do("finish", "fading", "answered-right", "Your turn: finish one of the exercises below."),
)
ERRATA: tuple[GuideStep, ...] = (
    _ask("errata-yardstick", "curves"),
    _ask("errata-hides", "forms"),
    _do("guess", "guess", "guessed", "Read both forms. Then guess below what the mistake does, before you see it."),
    _do("to-zero", "eta", "eta-zero", "Drag eta to 0 and watch both rows: pictures and curves."),
    _do("another", "list", "case-opened", "Open another error from the list. Guess again."),
    _do("claim", "list", "claim-opened", "Open a claim (¶): a table refutes it."),
    _ask("errata-reseed", "modes"),
    _do("mystery", "modes", "mystery-opened", "Now the mystery sampler: press its tab. One fault of this list runs."),
    _do("instrument", "instruments", "instrument-opened", "Open an instrument, and ask which causes it excludes."),
    _do("name", "causes", "cause-named", "Name the cause. A wrong guess is answered with the reading against it."),
    _do("repair", "causes", "repaired", "Repair the line, and see the sampler agree."),
)
COMPARE: tuple[GuideStep, ...] = (
    _do("predict", "predict", "guessed", "Three lanes, one start. Guess what lane 2 will draw, then see."),
    _do("scrub", "scrub", "scrubbed", "Drag the scrubber to the left and back: all lanes keep to one noise level."),
    _ask("compare-ways", "kind"),
    _do("eta", "eta", "eta-changed", "Choose lane 3 and drag its eta up to 1. Lanes 1 and 2 stay as they are."),
    _ask("compare-far", "lanes"),
    _do("another", "ready", "guessed-another", "Open another comparison, and guess before you look."),
    _do("own", "editor", "lane-added", "Now your own: duplicate a lane, and change one thing in the copy."),
)
ENCODE: tuple[GuideStep, ...] = (
    _do("draw", "pad", "digit-taken", "Draw a digit on the black pad, or take a ready one below it."),
    _ask("encode-twice", "film"),
    _ask("encode-solved", "again"),
    _ask("encode-eta", "eta"),
    _do("fresh", "eta", "eta-high", "Drag eta to 1: the way up stays, the way back leads somewhere else."),
    _do("blend", "modes", "blend-opened", "Open “Blend”: two codes, and what lies between them."),
    _do("slide", "weight", "slid", "Drag the slider from A to B, and compare both pictures in the middle."),
    _ask("encode-halfway", "weight"),
    _do("change", "modes", "change-opened", "Open “Another digit”: one code, ten labels."),
    _ask("encode-turn", "start"),
    _do("turn", "start", "start-changed", "Drag “How far up”, and find where your digit lets go of its shape."),
    _do("fill", "modes", "fill-opened", "Open “Fill in”: a part is covered, and the model guesses it four times."),
    _do("mask", "mask", "masked", "Cover another part: paint over it, or press a button."),
)
QUALITY: tuple[GuideStep, ...] = (
    _ask("quality-variety", "map"),
    _ask("quality-floor", "map"),
    _do(
        "choose",
        "map",
        "cell-chosen",
        "The map is open. Click a cell, or walk with the arrow keys: its digits are drawn.",
    ),
    _ask("quality-apart", "map"),
    _do("measure", "measure", "measure-changed", "Choose another measure. Does it name the same best cell?"),
    _ask("quality-hat", "paper"),
    _do("spacing", "spacing", "spacing-changed", "Choose other steps visited, and keep an eye on the left columns."),
    _ask("quality-back", "back"),
)
GUIDES: dict[str, tuple[GuideStep, ...]] = {
    "exact": EXACT,
    "derivation": DERIVATION,
    "errata": ERRATA,
    "compare": COMPARE,
    "encode": ENCODE,
    "quality": QUALITY,
}
