"""The errata clinic of the last lesson: the whole list as a table, one case as a sheet, and a step to repair."""

from collections.abc import Callable

import numpy as np

from ddim_lab import errata, exact
from ddim_lab.errata import mystery
from ddim_lab.errata.case import Case, Line, Setting
from ddim_lab.exact.known import KNOWN_WORLD
from ddim_lab.symbolic.rendering import latex
from ddim_lab.teaching.exercises import Reply

KIND_WORDS = {
    "formula": "Formulas: each has a residual, a value and a sampler that goes wrong",
    "code": "Code: each runs, and fails in the way that is stated",
    "claim": "Claims: each is refuted by a table, a citation or a count",
}
CLOSE = 1e-9  # how near a repaired step must come to the exact recursion
Rule = Callable[[float, float, float], tuple[float, float, float]]


def texts() -> Reply:
    """The public texts behind the catalogue, by letter."""
    lines = [f"- **{one.id}**: {one.description}." for one in errata.DOCUMENTS]
    return Reply("\n".join([*lines, "", errata.HONESTY]))


def overview(kind: str) -> Reply:
    """All cases of one kind (formula, code or claim) as a short table. Raises ValueError for another kind."""
    if kind not in KIND_WORDS:
        raise ValueError(f"kind must be one of {', '.join(KIND_WORDS)}, got {kind!r}")
    rows = [case for case in errata.ALL if case.kind == kind]
    lines = [f"**{KIND_WORDS[kind]}** ({len(rows)})", "", "| text | the error | what one believes then | key |"]
    lines += ["| --- | --- | --- | --- |"]
    lines += [f"| {one.document} | {_cell(one.title)} | {_cell(one.believed)} | `{one.key}` |" for one in rows]
    return Reply("\n".join(lines))


def sheet(key: str) -> Reply:
    """One case: what the text says, wrong against right, what is left over, the value at P, and why."""
    case = errata.find(key)
    parts = [f"**{case.title}** (text {case.document}, {case.kind})", f"*The text says:* {case.claim}"]
    parts += [_line(line) for line in case.lines] if case.lines else [_sides(case)]
    if case.run or not case.lines:
        parts.append(f"*It was run:* {(case.run() if case.run else case.check()).statement}")
    parts += [f"*Why:* {case.why}"]
    parts += [f"*Source:* {case.source}"] if case.source else []
    return Reply("\n\n".join(parts))


def instruments(one: mystery.Mystery) -> Reply:
    """The readings that are no curve, in words."""
    read, at = one.readings(), one.setting
    calls = f"{read.calls} calls, from t = {read.visited[0]} to {read.visited[-1]}"
    twice = len(set(read.visited)) < len(read.visited)
    lines = [
        f"- **setting:** η = {at.eta:g}, S = {at.S}",
        f"- **same start, same noise, run again:** largest change {_number(read.repeat)}",
        f"- **same start, other fresh noise:** largest change {_number(read.reseeded)}",
        f"- **ruler:** {calls}; {'some t are visited twice' if twice else 'no t is visited twice'}",
    ]
    return Reply("\n".join(lines))


def suspects(one: mystery.Mystery) -> Reply:
    """The causes among which to choose, counted from 0."""
    return Reply("\n".join(f"{i}. {cause}" for i, cause in enumerate(one.candidates)))


def name(one: mystery.Mystery, choice: int | None) -> Reply:
    """What the instruments say to candidate `choice`; None is no answer yet."""
    if choice is None:
        return Reply(
            f"> ✎ No cause named yet. Write a number from 0 to {len(one.candidates) - 1}. "
            "Ask each suspect: what would it do to the variance, to the ruler, to another noise seed?\n"
        )
    verdict = one.judge(choice)
    return Reply(f"> {'✓' if verdict.right else '✗'} {verdict.reply}\n", verdict.right)


def repair(rule: Rule, at: Setting) -> Reply:
    """Follows `rule(alpha_bar_t, alpha_bar_prev, eta)` -> (k, m, sigma) in the known world, beside the right sampler.

    Says at which t mean or variance first part from the right ones, or that they never do.
    """
    pairs = exact.levels_of(at.schedule, at.tau)
    try:
        seen = list(exact.propagate(KNOWN_WORLD, pairs, lambda a, b: rule(a, b, at.eta)))
    except (ArithmeticError, ValueError, TypeError) as error:
        return Reply(f"> ✎ Your step does not run yet: {type(error).__name__}: {error}.\n")
    right = list(exact.propagate(KNOWN_WORLD, pairs, exact.rules.ddim(at.eta)))
    times = [*at.tau[::-1].tolist()[1:], 0]
    for t, one, other in zip(times, seen, right, strict=True):
        for name, found, wanted in (("variance", one.cov, other.cov), ("mean", one.mean, other.mean)):
            if not abs(complex(found) - complex(wanted)) < CLOSE:  # NaN is never close
                return Reply(
                    f"> ✎ Up to there all is right, but at t = {t} the {name} is {_number(found)}; "
                    f"the exact recursion has {float(wanted):.4f}.\n"
                )
    return Reply(f"> ✓ Mean and variance are those of the exact recursion at all {len(times)} times. Repaired.\n", True)


def _line(line: Line) -> str:
    wrong, right = line.latex()
    at_wrong, at_right = line.at_point
    values = {"a": 0.5, "b": 0.7, "sigma": 0.1, **line.point}
    used = sorted(map(str, line.wrong.free_symbols | line.right.free_symbols))
    point = ", ".join(f"${latex_name(name)} = {values[name]:g}$" for name in used)
    return (
        f"{line.name[0].upper()}{line.name[1:]}:\n\n$$\\text{{✗ }} {wrong} \\qquad\\qquad \\text{{✓ }} {right}$$\n\n"
        f"Left over, wrong minus right, and not 0: ${latex(line.residual)}$. "
        f"At {point}: **{at_wrong:.6f}** instead of **{at_right:.6f}**."
    )


def latex_name(name: str) -> str:
    """A symbol's name as LaTeX."""
    letter, _, index = name.partition("_")
    greek = letter if len(letter) == 1 else "\\" + letter
    return f"{greek}_{{{index}}}" if index else greek


def _sides(case: Case) -> str:
    if case.kind == "code":
        if "\n" not in case.wrong + case.right:
            return f"- ✗ `{case.wrong}`\n- ✓ `{case.right}`"
        return f"```python\n# ✗\n{case.wrong}\n# ✓\n{case.right}\n```"
    return f"- ✗ {case.wrong}\n- ✓ {case.right}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _number(value: object) -> str:
    number = complex(np.asarray(value).item())
    if np.isnan(number.real):
        return "NaN: no real number"
    return f"{number.real:.4f}" if not number.imag else f"{number:.4f}: no real number"
