"""The guide that waits: one sentence, one highlighted thing, one action; it goes on when the learner has done it."""

from dataclasses import dataclass

from ddim_lab.teaching.lab_questions import find

HIGHLIGHTS = (
    "eta", "play", "seed", "S", "spacing", "schedule", "film", "results", "sigma", "arc", "step", "pin", "more",
    "ruler", "notation",
)  # fmt: skip
ACTIONS = (
    "eta-changed", "played", "new-start", "S-changed", "spacing-changed", "schedule-changed", "scrubbed",
    "focus-changed", "step-opened", "grouping-toggled", "pinned", "notation-changed", "more-opened",
)  # fmt: skip
ANSWERED = "answered:"  # + the key of a question


@dataclass(frozen=True)
class GuideStep:
    """`highlight`: one of HIGHLIGHTS; `done_by`: one of ACTIONS, or "answered:" and the key of `question`."""

    key: str
    level: int
    sentence: str
    highlight: str
    done_by: str
    question: str | None = None


def _do(key: str, level: int, highlight: str, done_by: str, sentence: str) -> GuideStep:
    return GuideStep(key, level, sentence, highlight, done_by)


def _ask(key: str, level: int, highlight: str) -> GuideStep:
    """A step that asks the question of the same key, in its own words, and waits for the answer."""
    return GuideStep(key, level, find(key).prompt, highlight, ANSWERED + key, key)


GUIDE: tuple[GuideStep, ...] = (
    _ask("eta-same", 1, "eta"),
    _do("play", 1, "play", "played", "Press play and watch the digits come out of the noise."),
    _ask("first-guess", 1, "film"),
    _do("scrub", 1, "film", "scrubbed", "Move along the film and watch that first guess become a digit."),
    _ask("new-start", 1, "results"),
    _do("new-start-pressed", 1, "seed", "new-start", "Press “new start” and see."),
    _do("steps", 2, "S", "S-changed", "Drag S, the number of steps, and find out how few will do."),
    _ask("retraining", 2, "S"),
    _do("open-step", 2, "step", "step-opened", "Click a step: three ingredients add up to the next picture."),
    _ask("put-back", 2, "arc"),
    _do("pin", 2, "pin", "pinned", "Pin this setting, so that you can compare another eta on the same starts."),
    _ask("share", 2, "sigma"),
    _do("spacing", 3, "spacing", "spacing-changed", "Try another list of steps visited and compare the digits."),
    _ask("leading-start", 3, "ruler"),
    _ask("crowd", 3, "ruler"),
    _ask("schedule-change", 3, "schedule"),
    _ask("last-step", 3, "sigma"),
    _do(
        "grouping", 4, "step", "grouping-toggled", "Group the step by k, m and sigma: another reading of the same sum."
    ),
    _do(
        "notation", 4, "notation", "notation-changed", "Switch the notation to “paper” and look what alpha_bar becomes."
    ),
    _do("more", 4, "more", "more-opened", "Open “More”: everything else is in here, and the lab is yours."),
)
