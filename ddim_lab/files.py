"""Where the shipped files are: beside the package in a checkout, inside it once it is installed; and the one way a file
is written: whole or not at all. Standard library only."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

PACKAGE = Path(__file__).resolve().parent
INSIDE = PACKAGE / "shipped"  # pyproject.toml puts them there in the wheel
SHIPPED = INSIDE if INSIDE.is_dir() else PACKAGE.parent
ASSETS, APP = SHIPPED / "assets", SHIPPED / "app.py"
OUT = ASSETS if PACKAGE.parent == SHIPPED else Path()  # where commands write; an installed lab stays as it is


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which stands at `path` once the block has ended; an error in it leaves what was there.

    The folder is made. Until then it has a name of its own beside `path`, so two writers never share one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write(path: Path, content: bytes) -> None:
    """Writes `content` to `path`, whole or not at all; makes its folder."""
    with whole(path) as file:
        file.write(content)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """The same of `content` as readable JSON."""
    write(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
