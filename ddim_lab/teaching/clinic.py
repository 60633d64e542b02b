"""The errata clinic of the last lesson: the whole list as a table, one case as a sheet, and a step to repair."""

from collections.abc import Callable

import numpy as np

from ddim_lab import errata, exact
from ddim_lab.errata import Case, Line, mystery
from ddim_lab.exact.known import KNOWN_WORLD
from ddim_lab.run import Run
from ddim_lab.symbolic.rendering import latex
from ddim_lab.teaching.exercises import Reply

KIND_WORDS = {
    "formula": "Formulas: each has a residual, a value and a sampler that goes wrong",
    "code": "Code: each runs, and fails in the way that is stated",
    "claim": "Claims: each is refuted by a table, a citation or a count",
}
RULER = "- **ruler:** {calls} calls, from t = {start} to {end}; no t is visited twice"
RULER_TWICE = "- **ruler:** {calls} calls, from t = {start} to {end}; some t are visited twice"
VARIANCE_PARTS = (
    "> ✎ Up to there all is right, but at t = {t} the variance is {value}; the exact recursion has {wanted:.4f}.\n"
)
MEAN_PARTS = "> ✎ Up to there all is right, but at t = {t} the mean is {value}; the exact recursion has {wanted:.4f}.\n"
CLOSE = 1e-9  # how near a repaired step must come to the exact recursion
Rule = Callable[[float, float, float], tuple[float, float, float]]


def texts() -> Reply:
    """The public texts behind the catalogue, by letter."""
    lines = [f"- **{text.id}**: {text.description}." for text in errata.DOCUMENTS]
    return Reply("\n".join([*lines, "", errata.HONESTY]))


def overview(kind: str) -> Reply:
    """All cases of one kind (formula, code or claim) as a short table. Raises ValueError for another kind."""
    if kind not in KIND_WORDS:
        raise ValueError(f"kind must be one of {', '.join(KIND_WORDS)}, got {kind!r}")
    rows = [case for case in errata.ALL if case.kind == kind]
    lines = [f"**{KIND_WORDS[kind]}** ({len(rows)})", "", "| text | the error | what one believes then | key |"]
    lines += ["| --- | --- | --- | --- |"]
    lines += [f"| {case.document} | {_cell(case.title)} | {_cell(case.believed)} | `{case.key}` |" for case in rows]
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


def instruments(patient: mystery.Mystery) -> Reply:
    """The readings that are no curve, in words."""
    read, at = patient.readings(), patient.setting
    ruler = RULER_TWICE if len(set(read.visited)) < len(read.visited) else RULER
    lines = [
        f"- **setting:** η = {at.eta:g}, S = {at.S}",
        f"- **same start, same noise, run again:** largest change {_number(read.repeat)}",
        f"- **same start, other fresh noise:** largest change {_number(read.reseeded)}",
        ruler.format(calls=read.calls, start=read.visited[0], end=read.visited[-1]),
    ]
    return Reply("\n".join(lines))


def suspects(patient: mystery.Mystery) -> Reply:
    """The causes among which to choose, counted from 0."""
    return Reply("\n".join(f"{i}. {cause}" for i, cause in enumerate(patient.candidates)))


def name(patient: mystery.Mystery, choice: int | None) -> Reply:
    """What the instruments say to candidate `choice`; None is no answer yet."""
    if choice is None:
        return Reply(
            f"> ✎ No cause named yet. Write a number from 0 to {len(patient.candidates) - 1}. "
            "Ask each suspect: what would it do to the variance, to the ruler, to another noise seed?\n"
        )
    verdict = patient.judge(choice)
    return Reply(f"> {'✓' if verdict.right else '✗'} {verdict.reply}\n", verdict.right)


def repair(rule: Rule, at: Run) -> Reply:
    """Follows `rule(alpha_bar_t, alpha_bar_prev, eta)` -> (k, m, sigma) in the known world, beside the right sampler.

    Says at which t mean or variance first part from the right ones, or that they never do.
    """
    pairs = exact.levels_of(at.schedule, at.tau)
    try:
        seen = list(exact.propagate(KNOWN_WORLD, pairs, lambda a, b: rule(a, b, at.eta)))
    except (ArithmeticError, ValueError, TypeError) as error:
        return Reply(f"> ✎ Your step does not run yet: {type(error).__name__}: {error}.\n")
    right = exact.propagate(KNOWN_WORLD, pairs, exact.rules.ddim(at.eta))
    for place, ours, theirs in zip(at.transitions, seen, right, strict=True):
        for told, value, wanted in ((VARIANCE_PARTS, ours.cov, theirs.cov), (MEAN_PARTS, ours.mean, theirs.mean)):
            if not abs(complex(value) - complex(wanted)) < CLOSE:  # NaN is never close
                return Reply(told.format(t=place.t_prev, value=_number(value), wanted=float(wanted)))
    return Reply(f"> ✓ Mean and variance are those of the exact recursion at all {at.S} times. Repaired.\n", True)


def _line(line: Line) -> str:
    wrong, right = line.latex()
    at_wrong, at_right = line.at_point
    values = {**errata.P, **line.point}
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
