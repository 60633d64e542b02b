"""No run of six lines of code stands twice: imports, signatures, docstrings and comments aside."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = 6
TELLING = 4  # of the six, lines of more than a bracket


def code_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of code of a file, numbered, without indentation."""
    text = path.read_text(encoding="utf-8")
    aside: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_text or isinstance(node, ast.Import | ast.ImportFrom):
            aside |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            aside |= set(range(node.lineno, node.body[0].lineno))
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.strip().startswith("#") and number not in aside:
            yield number, line.strip()


def test_no_six_lines_stand_twice() -> None:
    places: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path in sorted([*(ROOT / "ddim_lab").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        lines = list(code_lines(path))
        for i in range(len(lines) - RUN + 1):
            run = tuple(line for _, line in lines[i : i + RUN])
            if sum(len(line) > 3 for line in run) >= TELLING:
                places[run].append(f"{path.relative_to(ROOT)}:{lines[i][0]}")
    assert [where for where in places.values() if len(where) > 1] == []
