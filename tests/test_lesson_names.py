"""Every name that a lesson takes from the package is there, and takes the keywords it is given: read, not run."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

LESSONS = sorted((Path(__file__).resolve().parents[1] / "notebooks").rglob("*.ipynb"))


def code_of(path: Path) -> ast.Module:
    """All code cells of a lesson as one module."""
    cells = nbformat.read(path, as_version=4).cells
    return ast.parse("\n".join(cell.source for cell in cells if cell.cell_type == "code"))


def taken(owner: Any, name: str) -> Any:
    """`owner.name`, as an import would find it. Raises AttributeError or ImportError naming what lacks it."""
    if not hasattr(owner, name) and isinstance(owner, ModuleType):
        importlib.import_module(f"{owner.__name__}.{name}")
    return getattr(owner, name)


def imported(code: ast.Module) -> dict[str, Any]:
    """What the imports from the package bind: name -> object."""
    bound: dict[str, Any] = {}
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == "ddim_lab":
                    module = importlib.import_module(alias.name)
                    bound[alias.asname or "ddim_lab"] = module if alias.asname else importlib.import_module("ddim_lab")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "ddim_lab":
            module = importlib.import_module(node.module or "")
            bound |= {alias.asname or alias.name: taken(module, alias.name) for alias in node.names}
    return bound


def found(node: ast.expr, bound: dict[str, Any]) -> Any:
    """What an expression such as `dl.spacing.trailing` names; None where that is nothing of the package."""
    if isinstance(node, ast.Name):
        return bound.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = found(node.value, bound)
        return taken(owner, node.attr) if isinstance(owner, ModuleType | type) else None
    return None


def wrong(code: ast.Module) -> Iterator[str]:
    """Each name of the package that is not there, and each keyword that what is called does not take."""
    bound = imported(code)
    stored = {node.id for node in ast.walk(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(code):
        if not isinstance(node, ast.Attribute | ast.Call):
            continue
        try:
            what = found(node.func if isinstance(node, ast.Call) else node, bound)
        except (AttributeError, ImportError) as error:
            yield f"{ast.unparse(node)}: {error}"
            continue
        if isinstance(node, ast.Call) and what is not None:
            parameters = inspect.signature(what).parameters.values()
            if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
                known = {parameter.name for parameter in parameters}
                yield from (
                    f"{ast.unparse(node.func)} takes no {keyword.arg}"
                    for keyword in node.keywords
                    if keyword.arg and keyword.arg not in known
                )
    yield from (f"{name} hides what was imported" for name in stored & set(bound))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_name_of_the_package_is_there(path):
    assert list(wrong(code_of(path))) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import ddim_lab as dl\ndl.smaple(x)", "smaple"),
        ("import ddim_lab as dl\ndl.spacing.trialing(10, 5)", "trialing"),
        ("from ddim_lab import exact\nexact.GaussianMixture.nowhere()", "nowhere"),
        ("import ddim_lab as dl\ndl.coefficients(a, b, etta=1)", "dl.coefficients takes no etta"),
        ("from ddim_lab import exact\nexact = 3", "exact hides"),
    ],
)
def test_a_name_that_is_not_there_is_told(source, told):
    assert any(told in words for words in wrong(ast.parse(source)))


def test_an_import_that_is_not_there_is_told():
    with pytest.raises(ImportError, match=r"ddim_lab\.nowhere"):
        imported(ast.parse("from ddim_lab import nowhere"))
