"""What is kept for the next who asks is what nobody can change."""

import ast
import re
from collections.abc import Iterator

import pytest

from ddim_lab.lab.once import made_once
from tests.test_layers import files

MUTABLE = r"\b(list|dict|set|bytearray|defaultdict|List|Dict|Set|Data|Part|MutableMapping)\b"
KEEPS = {"cache", "lru_cache", "cached"}  # `made_once` keeps text and hands out copies; a cached_property is its own's


def kept(code: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions whose answers functools or cachetools hand out again."""
    for node in ast.walk(code):
        if isinstance(node, ast.FunctionDef):
            makers = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
            if KEEPS & {ast.unparse(maker).rpartition(".")[2] for maker in makers}:
                yield node


def refused(code: ast.Module) -> list[str]:
    """Those of `kept` that do not say what they return, or return what can be changed."""
    return [
        function.name
        for function in kept(code)
        if function.returns is None or re.search(MUTABLE, ast.unparse(function.returns))
    ]


@pytest.mark.slow
def test_no_kept_answer_can_be_changed() -> None:
    assert [(file, name) for file, _, code in files() for name in refused(code)] == []
    assert sum(len(list(kept(code))) for _, _, code in files()) > 40


@pytest.mark.parametrize("maker", ["cache", "functools.cache", "lru_cache(8)", "cached(LRUCache(8), lock=Lock())"])
@pytest.mark.parametrize("answer", ["", " -> dict[str, Any]", " -> tuple[list[int], ...]", " -> Part"])
def test_a_kept_list_or_dictionary_is_noticed(maker: str, answer: str) -> None:
    assert refused(ast.parse(f"@{maker}\ndef told(){answer}: ...")) == ["told"]


def test_what_is_made_once_is_copied_for_each_who_asks() -> None:
    made = []

    @made_once
    def told(name: str, n: int = 1) -> dict[str, object]:
        made.append(name)
        return {"name": name, "rows": [[n]]}

    first = told("a")
    first["rows"][0].append(2)  # type: ignore[index]
    assert told("a") == {"name": "a", "rows": [[1]]}
    assert told("a", n=2) == {"name": "a", "rows": [[2]]}
    assert made == ["a", "a"]
