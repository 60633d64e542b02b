"""What lessons 2 and 9 leave to the learner: the checkers know right from wrong, and the folded solutions are right."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

import ddim_lab as dl
from ddim_lab import errata
from ddim_lab.errata import mystery
from ddim_lab.symbolic import grammar
from ddim_lab.teaching import clinic, exercises

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
FOLDED = re.compile(r"<details>(.*?)</details>", re.DOTALL)


def text_of(name: str) -> str:
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def folded(name: str, start: str) -> str:
    """The code, in single back-ticks on a line of its own, of the folded text in which it starts with `start`."""
    (found,) = [line for fold in FOLDED.findall(text_of(name)) for line in fold.splitlines() if line.startswith(start)]
    return found.strip("`")


# The derivation with steps missing


@pytest.mark.parametrize(("key", "start"), [("one", "`m="), ("two", "`k=")])
def test_the_folded_solution_solves_the_exercise(key, start):
    answer = dict(re.findall(r"(\w)=\"([^\"]*)\"", folded("02_k_m_sigma.ipynb", start)))
    reply = exercises.check(key, **answer)
    assert reply.solved
    assert reply.text.count("✓") == 2


def test_the_lesson_shows_gaps_and_not_their_answers():
    answer = dict(re.findall(r"(\w)=\"([^\"]*)\"", folded("02_k_m_sigma.ipynb", "`k=")))
    shown = exercises.show("two").text
    assert shown.count("Your turn") == 2
    assert exercises.latex(grammar.parse(answer["k"])) not in shown


def test_nothing_typed_gets_a_hint():
    for reply in (exercises.check("one", m="?"), exercises.check("two", k=" ", m="?")):
        assert not reply.solved
        assert reply.text.startswith("> ✎ Nothing typed yet.")


def test_the_guess_of_the_lesson_is_answered_as_folded():
    """Forgetting to divide: the mean condition holds, the variance condition does not."""
    reply = exercises.check("one", m="sqrt((1 - b) * (1 - a))")
    assert not reply.solved
    assert "✓ **mean condition:** holds" in reply.text
    assert "✗ **variance condition:** what remains is" in reply.text


def test_one_gap_at_a_time():
    reply = exercises.check("two", k="sqrt(b) - m*sqrt(a)", m="?")
    assert "… **variance condition:** waits for m" in reply.text
    assert "Now m." in reply.text
    assert not reply.solved


def test_the_other_root_meets_the_conditions_and_is_not_taken():
    reply = exercises.check("two", k="sqrt(b) - m*sqrt(a)", m="-sqrt((1 - b - sigma^2) / (1 - a))")
    assert reply.text.count("✓") == 2
    assert not reply.solved


@pytest.mark.parametrize("hostile", ["__import__('os')", "m.__class__", "9**9**9", "(", "lambda: 1", "a" * 500])
def test_what_is_no_formula_is_refused_in_words(hostile):
    reply = exercises.check("one", m=hostile)
    assert not reply.solved
    assert reply.text.startswith("> ✎ m: ")


def test_wrong_calls_are_errors():
    with pytest.raises(ValueError, match="no exercise 'three'"):
        exercises.check("three", m="1")
    with pytest.raises(TypeError, match="asks for m, got k and m"):
        exercises.check("one", k="1", m="1")


# The clinic


def test_the_overview_lists_every_case_once():
    listed = "".join(clinic.overview(kind).text for kind in clinic.KIND_WORDS)
    for case in errata.ALL:
        assert listed.count(f"`{case.key}`") == 1
    with pytest.raises(ValueError, match="kind must be one of"):
        clinic.overview("poem")


def test_a_table_row_keeps_its_columns():
    rows = [line for line in clinic.overview("claim").text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


@pytest.mark.parametrize("key", ["covariance", "lost-root", "sigma-table", "five-times"])
def test_a_sheet_has_both_forms_and_their_numbers(key):
    case, text = errata.find(key), clinic.sheet(key).text
    assert case.claim in text
    assert case.why in text
    for wrong, right in case.at_P.values():
        assert f"**{wrong:.6f}** instead of **{right:.6f}**" in text
    if not case.lines:
        assert case.wrong in text
        assert case.right in text


def rule(a: float, b: float, eta: float) -> tuple[float, float, float]:
    c = dl.coefficients(a, b, eta)
    return float(c.k), float(c.m), float(c.sigma)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_the_right_step_is_content(eta):
    assert clinic.repair(rule, errata.even_steps(eta, S=7)).solved


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda k, m, s: (k, m, s * 1.001), "the variance is"),
        (lambda k, m, s: (k + 1e-6, m, s), "is"),
        (lambda k, m, s: (k, float("nan"), s), "NaN"),
        (lambda k, m, s: (k, m, s / 0), "does not run yet: ZeroDivisionError"),
        (lambda k, m, s: (k, m), "does not run yet: ValueError"),
    ],
)
def test_a_wrong_step_is_told_where_it_leaves(change, said):
    reply = clinic.repair(lambda *at: change(*rule(*at)), errata.even_steps(eta=0.5, S=20))
    assert not reply.solved
    assert said in reply.text


def test_the_step_of_the_lesson_is_repaired_by_the_folded_line():
    cells = nbformat.read(NOTEBOOKS / "09_errata_clinic.ipynb", as_version=4).cells
    (source,) = [cell.source.split("\n\n")[0] for cell in cells if cell.source.startswith("def step(a, b, eta)")]
    line = folded("09_errata_clinic.ipynb", "`direction = ")
    repaired = re.sub(r"direction = .*", line, source)
    at = lesson_mystery().setting
    for code, solved in ((source, False), (repaired, True)):
        names: dict[str, Any] = {"dl": dl}
        exec(code, names)  # the lesson's own cell
        assert clinic.repair(names["step"], at).solved is solved


def lesson_mystery() -> mystery.Mystery:
    cells = nbformat.read(NOTEBOOKS / "09_errata_clinic.ipynb", as_version=4).cells
    (seed,) = {found for cell in cells for found in re.findall(r"one = mystery\.pick\((\d+)\)", cell.source)}
    return mystery.pick(int(seed))


def test_the_mystery_of_the_lesson_is_the_one_its_fold_explains():
    one = lesson_mystery()
    cause = one.suspect.cause
    assert cause.removeprefix("eta") in text_of("09_errata_clinic.ipynb")  # the fold writes η
    replies = [clinic.name(one, choice) for choice in range(len(one.candidates))]
    assert [reply.solved for reply in replies] == [i == one.answer for i in range(len(replies))]
    assert "No cause named yet" in clinic.name(one, None).text
    assert all(cause in clinic.suspects(one).text for cause in one.candidates)
