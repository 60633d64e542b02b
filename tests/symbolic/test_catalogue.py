"""The catalogue: every derivation of the package stands in it, once, and its numbers agree wherever it has some."""

import ast
import inspect
import itertools
from pathlib import Path

import pytest

from ddim_lab import symbolic
from ddim_lab.lab.pages.derivation import proof as proof_view
from ddim_lab.symbolic import catalogue
from ddim_lab.symbolic.changes import between
from ddim_lab.symbolic.derivation import Derivation, equations
from ddim_lab.symbolic.symbols import a, b, k, m, sigma, x_0, x_t

NOT_LISTED = {"catalogue:derivation", "subsequences:along_tau"}  # these take a derivation, or give a listed one


def written() -> set[str]:
    """module:function of every public function of the package that is said to return a Derivation."""
    found = set()
    for path in Path(inspect.getfile(symbolic)).parent.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            returns = ast.unparse(node.returns) if isinstance(node, ast.FunctionDef) and node.returns else ""
            if returns == "Derivation" and not node.name.startswith("_"):
                found.add(f"{path.stem}:{node.name}")
    return found - NOT_LISTED


def test_every_derivation_is_listed():
    assert written() == {entry.make for entry in catalogue.entries()}
    keys = [entry.key for entry in catalogue.entries()]
    assert len(set(keys)) == len(keys)
    assert {entry.speaks_of for entry in catalogue.entries()} <= set(catalogue.CASES)


@pytest.mark.parametrize("entry", catalogue.entries(), ids=lambda entry: entry.key)
def test_both_sides_have_the_same_number_in_every_run(entry):
    assert isinstance(catalogue.derivation(entry.key), Derivation)
    for settings in ({"eta": 0.0}, {"eta": 0.4, "S": 50, "schedule": "cosine"}, {"eta": 1.0, "spacing": "quadratic"}):
        for j in (1, 6, settings.get("S", 10)):
            told, _ = next(proof_view.numbers({"derivation": entry.key, "settings": settings, "j": j}))
            shown = [row for rows in told["rows"] for row in rows if row]
            assert all(row["agree"] in (True, None) for row in shown), (settings, j)


def test_a_wrong_equation_shows_in_the_numbers(monkeypatch):
    right = catalogue.derivation("k-and-m")
    slipped = right.with_slip(-1, 0, right.result[k] * 1.001)
    monkeypatch.setattr(catalogue, "derivation", lambda key: slipped)
    proof_view._compiled.cache_clear()
    try:
        told, _ = next(proof_view.numbers({"derivation": "k-and-m", "settings": {"eta": 0.3}, "j": 4}))
        assert [row["agree"] for row in told["rows"][-1]] == [False, True]
    finally:
        proof_view._compiled.cache_clear()


def test_an_unknown_key_is_named():
    with pytest.raises(ValueError, match="no derivation 'x'; known are k-and-m"):
        catalogue.find("x")


# What changed


def test_only_what_is_new_is_marked():
    before = equations((k + m * x_t, x_0 * sigma), (a, b))
    after = equations((k + m * b, x_0 * sigma), (a, b))
    change = between(before, after)
    assert m * b in change.new[0]
    assert k not in change.new[0]
    assert x_0 * sigma not in change.new[0]
    assert change.new[1] == frozenset()
    assert m * x_t in change.gone[0]
    assert change.gone[1] == frozenset()


def test_the_same_parts_in_another_order_are_marked_as_a_whole():
    change = between(equations((k, a + b)), equations((k, a * b)))
    assert a * b in change.new[0]


@pytest.mark.parametrize("entry", catalogue.entries(), ids=lambda entry: entry.key)
def test_every_step_marks_something(entry):
    steps = catalogue.derivation(entry.key).steps
    for before, step in itertools.pairwise(steps):
        change = between(before.equations, step.equations)
        same = set(before.equations) >= set(step.equations)
        assert any(change.new) or same, step.name
        assert all(not new or one not in before.equations for one, new in zip(step.equations, change.new, strict=True))
