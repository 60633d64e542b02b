"""Sixty slips such as a reader could make (`tests.benchmarks.slips`): which test notices each?

    python -m tests.benchmarks.bench_slips [--only NAME] [--whole]

Works on a copy of the tree. Without any slip the tests must pass; then each slip is made alone, and the tests about its
file are run: some ten minutes. `--only`: the slips whose file or words hold NAME. `--whole`: what these tests do not
notice goes through the fast part, and what that does not, through the slow part without the browser. Exits with 1 where
a slip is not noticed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.slips import SLIPS, TESTS

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (".git", ".hypothesis", ".*_cache", ".venv", "__pycache__", "runs")
ALONE = ("-n0", "-m", "not slow")
WHOLE = {"the fast part": ("-n2", "-m", "not slow"), "the slow part": ("-n2", "-m", "slow and not browser")}
SECONDS = 1800  # past which a run counts as failed: some slips let a test wait for ever
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def failed(tree: Path, tests: Iterable[str], options: Iterable[str]) -> str | None:
    """The first test that fails in `tree`; None if all pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
    command += ["--ignore=tests/test_slips.py", *options, *tests]  # it would notice any change
    environment = os.environ | {"PYTHONPATH": str(tree)}
    try:
        run = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"a test that takes more than {SECONDS} s"
    shutil.rmtree(tree / ".hypothesis", ignore_errors=True)  # a slip's examples are no other's
    if run.returncode == 0:
        return None
    found = FAILED.search(run.stdout)
    return found[1] if found else f"pytest itself: {run.stdout[-500:]}{run.stderr[-500:]}"


def about(file: str) -> list[str]:
    """The tests about a file."""
    return [f"tests/{test}" for test in TESTS[file].split()]


def noticed(tree: Path, file: str, right: str, wrong: str, whole: bool) -> str | None:
    """Who notices a slip, with the part that it took; None if nobody does."""
    path = tree / "ddim_lab" / file
    text = path.read_text(encoding="utf-8")
    if text.count(right) != 1:
        raise ValueError(f"{right!r} must stand once in {file}, it stands {text.count(right)} times")
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    try:
        if name := failed(tree, about(file), ALONE):
            return name
        for part, options in WHOLE.items() if whole else ():
            if name := failed(tree, (), options):
                return f"{name}, in {part}"
        return None
    finally:
        path.write_text(text, encoding="utf-8")


def main(only: str, whole: bool) -> bool:
    """Makes the slips and prints who noticed; whether somebody noticed each."""
    chosen = [
        (file, words, *texts)
        for file, slips in SLIPS.items()
        for words, texts in slips.items()
        if only in file or only in words
    ]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
        tests = sorted({test for file, *_ in chosen for test in about(file)})
        if name := failed(tree, tests, ALONE):
            print(f"without any slip: {name} fails")
            return False
        count = 0
        for file, words, right, wrong in chosen:
            name = noticed(tree, file, right, wrong, whole)
            count += name is not None
            print(f"{file}: {words}: {f'noticed by {name}' if name else 'NOT NOTICED'}", flush=True)
    print(f"{count} of {len(chosen)} slips noticed")
    return count == len(chosen)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--whole", action="store_true")
    options = parser.parse_args()
    sys.exit(0 if main(options.only, options.whole) else 1)
