"""The derivation with steps missing, for a lesson: `show("one")` prints what is there, `check("one", m="…")` answers.

What is typed is read by a closed grammar (`symbolic.grammar`) and never run. An empty answer gets a hint, a slip that
is known gets its own reply, and any other formula is told which condition holds and what remains of the other.
"""

from collections.abc import Mapping

import sympy as sp

from ddim_lab.symbolic import answers, fading, grammar, slips
from ddim_lab.symbolic.derivation import Derivation
from ddim_lab.symbolic.rendering import as_markdown, latex
from ddim_lab.symbolic.symbols import k, m

UNKNOWNS = {"k": k, "m": m}
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
    empty = [name for name in asked if typed[name].strip() in ("", GAP)]
    if len(empty) == len(asked):
        return Reply(f"> ✎ Nothing typed yet. {HINTS[asked[0]]}\n")
    try:
        given = {UNKNOWNS[name]: _read(name, typed[name]) for name in asked if name not in empty}
        left = answers.remainders(exercise, given)
        found = {name: slips.find(exercise, name, given) for name in given}
    except ValueError as refusal:
        return Reply(f"> ✎ {refusal}.\n")
    solved = not empty and all(one.holds for one in left) and not any(found.values())
    lines = [_understood(given), *map(_condition, left), *_replies(found, left, empty, solved)]
    return Reply("\n".join(f"> {line}\n>" for line in lines) + "\n", solved)


def _read(name: str, text: str) -> sp.Expr:
    try:
        return grammar.parse_solution(text, UNKNOWNS[name])
    except ValueError as refusal:
        raise ValueError(f"{name}: {refusal}") from refusal


def _understood(given: Mapping[sp.Symbol, sp.Expr]) -> str:
    return "Read as " + ", ".join(f"${latex(name)} = {latex(value)}$" for name, value in given.items()) + "."


def _condition(one: answers.Remainder) -> str:
    if one.needs:
        return f"… **{one.condition} condition:** waits for {' and '.join(one.needs)}."
    if one.holds:
        return f"✓ **{one.condition} condition:** holds; what remains is $0$."
    remains = f"what remains is ${latex(one.formula)}$" if one.formula is not None else "too much remains to be shown"
    return f"✗ **{one.condition} condition:** {remains}, and it should be $0$."


def _replies(
    found: Mapping[sp.Symbol, slips.Slip | None],
    left: tuple[answers.Remainder, ...],
    empty: list[str],
    solved: bool,
) -> list[str]:
    said = [f"✎ {name}: {slip.reply}" for name, slip in found.items() if slip]
    said += [f"✎ Now {name}. {HINTS[name]}" for name in empty]
    if solved:
        said.append("**Both conditions hold.** That is the missing part of the derivation.")
    elif not said:
        failed = " and the ".join(one.condition for one in left if not one.holds)
        said.append(f"✎ Put your formula into the {failed} condition by hand, and see where the rest comes from.")
    return said
