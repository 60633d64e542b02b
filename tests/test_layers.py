"""What each room may import: one table, read against every file, imports inside functions among them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ddim_lab"
NUMBERS = "checks schedule spacing transition noise walk solvers run"
TENSORS = f"{NUMBERS} tensors"
TABLE = {  # room -> the rooms it may import; each stands below what it imports, so no two can import each other
    "checks": "",
    "files": "",
    "address": "",
    "symbolic": "",
    "schedule": "checks",
    "spacing": "checks",
    "transition": "checks",
    "noise": "checks",
    "walk": "checks schedule spacing",
    "solvers": "checks walk",
    "run": "checks schedule spacing transition walk solvers",
    "tensors": "checks schedule",
    "sampler": TENSORS,
    "model": f"{TENSORS} files sampler",
    "exact": f"{NUMBERS} model",  # model.parameterization, which needs NumPy only
    "latents": f"{TENSORS} sampler model exact",
    "errata": f"{NUMBERS} symbolic sampler exact",
    "referee": f"{NUMBERS} address sampler exact",
    "quality": f"{NUMBERS} files sampler model exact latents",
    "figures": f"{TENSORS} files symbolic sampler model exact latents errata",
    "__init__": f"{NUMBERS} sampler model exact latents figures",
    "teaching": f"{NUMBERS} __init__ files symbolic sampler model exact latents errata referee quality figures",
    "handouts": "files symbolic errata figures teaching",
    "lab": f"{NUMBERS} __init__ files address symbolic sampler model exact latents errata quality figures teaching",
    "commands": f"{NUMBERS} __init__ files address sampler model exact referee quality figures handouts lab",
    "__main__": "commands",
}
TORCH = {
    "tensors",
    "sampler",
    "model",
    "latents",
    "quality",
    "figures",
    "teaching",
    "commands",
}  # may import it when imported


def rooms_of(node: ast.AST) -> Iterator[str]:
    """The packages, and of ours the rooms as `ddim_lab.room`, that an import names."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        inside = node.module == "ddim_lab"
        names = [f"ddim_lab.{alias.name}" for alias in node.names] if inside else [node.module or ""]
    else:
        names = []
    for name in names:
        package, *inner = name.split(".")
        yield f"ddim_lab.{inner[0] if inner else '__init__'}" if package == "ddim_lab" else package


def files() -> Iterator[tuple[str, str, ast.Module]]:
    """Every file of the package, its room, and its code."""
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE)
        yield file.as_posix(), file.parts[0].removesuffix(".py"), ast.parse(path.read_text(encoding="utf-8"))


def at_import(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes that run when a module is imported: not those of functions, nor those for type checkers only."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            continue
        inner = getattr(statement, "body", None)
        yield from at_import(inner) if isinstance(inner, list) else [statement]


def test_the_table_names_every_room_and_runs_one_way() -> None:
    assert set(TABLE) == {room for _, room, _ in files()}
    for i, (room, below) in enumerate(TABLE.items()):
        assert set(below.split()) <= set(list(TABLE)[:i]), room


def test_every_file_imports_what_its_room_may() -> None:
    beyond = {
        (file, name.partition(".")[2])
        for file, room, code in files()
        for node in ast.walk(code)
        for name in rooms_of(node)
        if name.startswith("ddim_lab.") and name.partition(".")[2] not in {room, *TABLE[room].split()}
    }
    assert not beyond


def test_only_the_lab_imports_streamlit() -> None:
    uses = {room for _, room, code in files() for node in ast.walk(code) if "streamlit" in rooms_of(node)}
    assert uses == {"lab"}


def test_torch_is_imported_by_its_rooms_only() -> None:
    uses = {room for _, room, code in files() for node in at_import(code.body) if "torch" in rooms_of(node)}
    assert uses <= TORCH
