"""The derivation with steps missing, for a lesson: `show("one")` prints what is there, `check("one", m="…")` answers.

What is typed is read by a closed grammar (`symbolic.grammar`) and never run. An empty answer gets a hint, a slip that
is known gets its own reply, and any other formula is told which condition holds and what remains of the other.
"""

from ddim_lab.symbolic import fading
from ddim_lab.symbolic.answers import Remainder
from ddim_lab.symbolic.derivation import Derivation
from ddim_lab.symbolic.rendering import as_markdown, latex
from ddim_lab.symbolic.verdicts import Verdict, judge
from ddim_lab.teaching.typed import SAID

GAP = "?"  # what stands in a lesson where the learner is to type
HINTS = {
    "k": "The mean condition is linear in k. Bring the other term to the other side.",
    "m": "Look at the variance condition: what must m² be? Then take the root.",
}


class Reply:
    """Markdown that a notebook shows, and nothing else; `solved` says whether the exercise is done."""

    def __init__(self, text: str, solved: bool = False):
        self.text, self.solved = text, solved

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Reply: {'solved' if self.solved else 'not solved yet'}>"


def show(key: str) -> Reply:
    """The steps of exercise `key` that the learner sees, and what is asked. Raises ValueError for no such key."""
    exercise = fading.find(key)
    whole = exercise.derivation
    shown = as_markdown(Derivation(whole.title, whole.assumes, exercise.shown))
    first = len(exercise.shown) + 1
    gaps = "\n\n".join(
        f"**{first + i}. ?** Your turn: ${latex(name)} = \\;?$" for i, name in enumerate(exercise.missing)
    )
    return Reply(f"{shown}\n\n{gaps}\n\n*{exercise.task}*")


def check(key: str, **typed: str) -> Reply:
    """Puts the answers, such as m="sqrt(1 - a)", into both conditions and says what remains. "?" is no answer yet.

    Raises ValueError for no such exercise, TypeError for an unknown that is not asked for.
    """
    exercise = fading.find(key)
    asked = [name.name for name in exercise.missing]
    if set(typed) != set(asked):
        raise TypeError(f"exercise {key!r} asks for {' and '.join(asked)}, got {' and '.join(typed) or 'nothing'}")
    texts = {name: "" if text.strip() == GAP else text for name, text in typed.items()}
    if not any(text.strip() for text in texts.values()):
        return Reply(f"> {SAID['nothing'].format(hint=HINTS[asked[0]])}\n")
    try:
        verdict = judge(exercise, texts)
    except ValueError as refusal:
        return Reply(f"> {SAID['refused'].format(refusal=refusal)}\n")
    lines = [_understood(verdict), *map(_condition, verdict.conditions), *_replies(verdict)]
    return Reply("\n".join(f"> {line}\n>" for line in lines) + "\n", verdict.solved)


def _understood(verdict: Verdict) -> str:
    first, *others = (f"{latex(name)} = {latex(value)}" for name, value in verdict.given.items())
    return SAID["read-two"].format(first=first, second=others[0]) if others else SAID["read-one"].format(first=first)


def _condition(condition: Remainder) -> str:
    name = condition.condition
    if condition.needs:
        first, *others = condition.needs
        told = SAID["waits-for-two"] if others else SAID["waits-for-one"]
        return told.format(condition=name, first=first, second=others[0] if others else "")
    if condition.holds:
        return SAID["holds"].format(condition=name)
    if condition.formula is None:
        return SAID["remains-much"].format(condition=name)
    return SAID["remains"].format(condition=name, formula=latex(condition.formula))


def _replies(verdict: Verdict) -> list[str]:
    """Slips and what is still to be typed; without either that it is solved, or where to look."""
    told = [SAID["lesson-slip"].format(unknown=name, reply=slip.reply) for name, slip in verdict.slips.items()]
    told += [SAID["now"].format(unknown=name, hint=HINTS[name.name]) for name in verdict.empty]
    if verdict.solved:
        return [*told, SAID["lesson-hold"]]
    if not told:
        failed = [condition.condition for condition in verdict.conditions if not condition.holds]
        told.append(SAID["by-hand-both"] if len(failed) > 1 else SAID["by-hand"].format(condition=failed[0]))
    return told
