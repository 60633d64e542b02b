"""The list of slips (`tests.benchmarks.slips`) does not rot: each still changes its file, into what Python can read."""

import ast
from pathlib import Path

import pytest

from tests.benchmarks.slips import SLIPS, TESTS

ROOT = Path(__file__).resolve().parents[1]


def test_sixty_slips_over_files_whose_tests_stand() -> None:
    assert sum(map(len, SLIPS.values())) == 60
    assert set(SLIPS) == set(TESTS)
    assert all((ROOT / "tests" / test).is_file() for tests in TESTS.values() for test in tests.split())


@pytest.mark.parametrize("file", SLIPS)
def test_what_a_slip_changes_stands_once(file: str) -> None:
    text = (ROOT / "ddim_lab" / file).read_text(encoding="utf-8")
    right = ast.dump(ast.parse(text))
    for words, (held, wrong) in SLIPS[file].items():
        assert text.count(held) == 1, words
        assert ast.dump(ast.parse(text.replace(held, wrong))) != right, words
