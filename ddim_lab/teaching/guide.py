"""The guide that waits: one sentence, one highlighted thing, one action; it goes on when the learner has done it."""

from dataclasses import dataclass

HIGHLIGHTS = (
    "eta", "play", "seed", "S", "spacing", "schedule", "film", "results", "sigma", "arc", "step", "pin", "more",
    "ruler", "notation",
)  # fmt: skip
ACTIONS = (
    "eta-changed", "played", "new-start", "S-changed", "spacing-changed", "schedule-changed", "scrubbed",
    "focus-changed", "step-opened", "grouping-toggled", "pinned", "notation-changed", "more-opened",
)  # fmt: skip
ANSWERED = "answered:"  # + the key of a question
CONTROLS = {  # what each level shows; the levels before it stay
    1: ("eta", "play", "seed"),
    2: ("S",),
    3: ("spacing", "schedule"),
    4: ("more",),
}


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


def _ask(key: str, level: int, highlight: str, sentence: str) -> GuideStep:
    """A step that waits for the answer to the question of the same key."""
    return GuideStep(key, level, sentence, highlight, ANSWERED + key, key)


GUIDE: tuple[GuideStep, ...] = (
    _ask("eta-same", 1, "eta", "Drag eta. Which pictures stay the same?"),
    _do("play", 1, "play", "played", "Press play and watch the digits come out of the noise."),
    _ask("first-guess", 1, "film", "Look at the first picture of the row “what the network believes”: what is it like?"),
    _do("scrub", 1, "film", "scrubbed", "Move along the film and watch that guess become a digit."),
    _ask("new-start", 1, "results", "Guess first: what will a new start bring?"),
    _do("new-start-pressed", 1, "seed", "new-start", "Press “new start” and see."),
    _ask("retraining", 2, "S", "New: S, the number of steps. What must be trained again to walk only 10?"),
    _do("more-steps", 2, "S", "S-changed", "Drag S up and down: the same network draws with few steps and with many."),
    _do("open-step", 2, "step", "step-opened", "Click a step to see its three ingredients add up to the next picture."),
    _ask("put-back", 2, "arc", "Drag eta from 1 to 0: fresh noise goes; what does the predicted noise do?"),
    _do("pin", 2, "pin", "pinned", "Pin this setting: its pictures stay below, made from the same starts."),
    _ask("share", 2, "sigma", "Guess first: with eta at 1 and 1000 steps, how much of the noise in one step is fresh?"),
    _ask("leading-start", 3, "ruler", "New: steps visited. Choose “leading”: where does the run begin?"),
    _do("spacing", 3, "spacing", "spacing-changed", "Try another list of steps: the same digits arrive by other stops."),
    _ask("schedule-change", 3, "schedule", "New: the noise schedule. Change it to cosine: which of these moves?"),
    _ask("last-step", 3, "sigma", "Follow sigma to the right: how much fresh noise does the last step add?"),
    _do("grouping", 4, "step", "grouping-toggled", "Switch the step card to k, m and sigma: the same sum, grouped anew."),
    _do("notation", 4, "notation", "notation-changed", "Switch the notation to “paper” and find alpha_bar's other name."),
    _do("more", 4, "more", "more-opened", "Open “More”: everything else is in here, and the lab is yours."),
)  # fmt: skip
