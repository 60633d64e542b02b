"""The lab's JavaScript: Biome, TypeScript over JSDoc, Node's own test runner, and how long files and functions are."""

import json
import re

import pytest

from tests import node_tools

ROOT = node_tools.ROOT
FILES = sorted((ROOT / "ddim_lab/lab").rglob("*.js"))
BEGINS = re.compile(r"^( *)(?:(?:static |async |get |set |\*)*[#\w$]+\([^()]*\)|.*(?:function\b.*|=>)|\)) \{$")
CONTROL = re.compile(r"^ *(?:if|for|while|switch|catch|else)\b")

tools = pytest.mark.skipif(
    not node_tools.installed(), reason="the tools for JavaScript are not installed: python -m tests.node_tools"
)


def functions(text: str):
    """(first line, length) of each function of several lines; Biome formatted it, so it ends at its own indent."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        begins = BEGINS.match(line)
        if begins and not CONTROL.match(line):
            indent = begins[1]
            end = next(k for k in range(i + 1, len(lines)) if re.match(rf"{indent}\}}", lines[k]))
            yield line.strip(), end - i + 1


def test_files_functions_and_lines_are_short():
    assert FILES
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        assert len(text.splitlines()) < 350, name
        for begins, length in functions(text):
            assert length < 60, f"{name}: {begins} has {length} lines"
        assert max(map(len, text.splitlines())) <= 120, name


def test_the_length_of_a_function_is_what_an_editor_shows():
    text = "class A {\n  async b(c) {\n    if (c) {\n    }\n  }\n}\nconst d = e => {\n  return e;\n};\n"
    assert list(functions(text)) == [("async b(c) {", 4), ("const d = e => {", 3)]


def test_a_learner_never_needs_npm():
    package = json.loads((ROOT / "package.json").read_text())
    assert package["private"]
    assert not any(package.get(kind) for kind in ("dependencies", "optionalDependencies", "peerDependencies"))
    assert all(re.fullmatch(r"[\d.]+", version) for version in package["devDependencies"].values())  # pinned
    for path in FILES:
        for source in re.findall(r"""\bfrom "([^"]+)\"""", path.read_text(encoding="utf-8")):
            assert source.startswith("."), f"{path}: a browser finds no {source}"


@tools
def test_biome_finds_nothing():
    done = node_tools.script(node_tools.BIOME, "check", "--error-on-warnings", ".")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@tools
def test_the_types_are_right():
    done = node_tools.script(node_tools.TSC, "--project", "tsconfig.json")
    assert done.returncode == 0, done.stdout


@tools
def test_what_needs_no_browser():
    tests = sorted(str(path) for path in (ROOT / "tests/javascript").glob("*.test.js"))
    done = node_tools.run("--test", *tests)
    assert done.returncode == 0, done.stdout[-6000:]
