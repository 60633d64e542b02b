"""Every error is there, each complete, each verified by what it brings along."""

import subprocess
import sys
from pathlib import Path

import pytest

from ddim_lab import errata
from ddim_lab.errata.misconceptions import MISCONCEPTIONS
from tests.errata.measured import checked

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {  # document -> kind -> keys: the list that the catalogue was made from, item by item
    "A": {
        "formula": {"covariance", "forward-index"},
        "code": {"linked-direction", "linked-noise", "linked-training-root", "short-chain"},
        "claim": {"only-unskipped"},
    },
    "B": {
        "formula": {"circular", "alpha-for-alpha-bar", "noise-off", "substitution", "simplification"},
        "code": {
            "class-mean-only", "class-unscaled-noise", "class-no-skipping", "class-index-zero", "class-int-time",
            "class-no-buffer", "class-no-grad",
        },
        "claim": {"reverse-markov", "always-deterministic", "noise-falls", "hard-to-train"},
    },
    "C": {
        "formula": {"same-noise", "x-for-x0", "alpha-midway"},
        "code": {
            "sigma-table", "last-transition", "uniform-repeats", "exp-is-quadratic", "assert-text", "zero-test",
            "named-x0", "equals-none",
        },
        "claim": set(),
    },
    "D": {
        "formula": set(),
        "code": set(),
        "claim": {"five-times", "same-objective", "stray-comma", "whole-strides"},
    },
    "E": {
        "formula": {"lost-root", "variance-is-deviation", "eta-once", "training-without-roots"},
        "code": set(),
        "claim": {"ddpm-at-full-length", "year"},
    },
}  # fmt: skip
EACH = pytest.mark.parametrize("case", errata.ALL, ids=lambda case: case.key)


def test_nothing_is_missing_and_nothing_is_there_twice() -> None:
    found = {
        one.id: {kind: {case.key for case in cases if case.kind == kind} for kind in errata.KINDS}
        for one, cases in errata.by_document().items()
    }
    assert found == EXPECTED
    assert (
        len({case.key for case in errata.ALL}) == len(errata.ALL) == sum(len(c) for c in errata.by_document().values())
    )
    for case in errata.ALL:
        assert errata.find(case.key) is case
    with pytest.raises(ValueError, match="covariance"):
        errata.find("covarince")
    with pytest.raises(ValueError, match="A, B"):
        errata.document("Z")


@EACH
def test_a_case_is_complete(case: errata.Case) -> None:
    assert case.document in {one.id for one in errata.DOCUMENTS}
    assert case.misconception in MISCONCEPTIONS or " " in case.misconception
    assert case.believed
    for text in (case.title, case.claim, case.why):
        assert text.strip() == text
        assert len(text) > 10
    assert case.why.count(". ") <= 3  # a sentence or two, seldom four
    form, wrong, right = case.forms
    assert wrong != right
    assert form == {"formula": "latex", "code": "code", "claim": "words"}[case.kind]
    if case.kind == "formula":
        assert case.lines
        assert case.recipe is not None
    else:
        assert case.run is not None or case.recipe is not None
    assert bool(case.source) == (case.kind == "claim")


@EACH
def test_a_case_shows_what_it_says(case: errata.Case) -> None:
    found = checked(case.key)
    assert found.holds, found
    assert found.facts
    assert found.statement.endswith(".")


@pytest.mark.parametrize("case", [case for case in errata.ALL if case.lines], ids=lambda case: case.key)
def test_no_residual_is_zero(case: errata.Case) -> None:
    for line, residual in zip(case.lines, case.residuals, strict=True):
        assert residual != 0
        wrong, right = line.at_point
        values = {**errata.P, **line.point}
        names = {symbol: values[str(symbol)] for symbol in residual.free_symbols}
        assert float(residual.subs(names)) == pytest.approx(wrong - right, abs=1e-9)
        assert abs(wrong - right) > 1e-6


def test_cases_without_a_sampler_say_so() -> None:
    import torch

    case, at = errata.find("year"), errata.even_steps()
    with pytest.raises(ValueError, match="year"):
        case.sampler(lambda x, a: x, torch.zeros(1, 1), at.schedule, at.tau)
    with pytest.raises(ValueError, match="year"):
        case.moments(at.schedule, at.tau)
    assert {case.key for case in errata.ALL if case.recipe is not None} == {case.key for case in errata.samplers()}


@pytest.mark.parametrize("note", errata.NOTES, ids=lambda note: note.key)
def test_what_is_right_is_shown_to_be_right(note: errata.Note) -> None:
    found = note.run()
    assert found.holds, found
    assert note.document in {one.id for one in errata.DOCUMENTS}


@pytest.mark.slow
def test_the_catalogue_needs_no_torch_until_something_runs() -> None:
    code = "import sys; from ddim_lab import errata; errata.find('covariance').check(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_texts_name_no_place_that_a_learner_does_not_have() -> None:
    texts = [text for case in errata.ALL for text in (case.title, case.claim, case.why, *case.forms)]
    texts += [text for one in errata.DOCUMENTS for text in (one.description, one.covers)]
    for text in texts:
        assert not any(word in text for word in ("/shared", "sources.md", "/work", ".txt", "http")), text


@pytest.mark.parametrize("page", ["README.md", "notebooks/README.md"])
def test_the_readmes_count_them_right(page):
    assert f"{len(errata.ALL)} errors" in (ROOT / page).read_text(encoding="utf-8")
