"""The project's own code as something to read in a lesson: shown as it is, never copied."""

import inspect
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Source:
    """Functions or classes as they stand in their file. In a notebook: the last line of a cell."""

    def __init__(self, *parts: Any):
        self.names = [part.__qualname__ for part in parts]
        files = {Path(inspect.getsourcefile(part) or "").resolve().relative_to(ROOT).as_posix() for part in parts}
        if len(files) != 1:
            raise ValueError(f"the parts must stand in one file, they stand in {', '.join(sorted(files))}")
        self.file = files.pop()
        self.text = "\n\n".join(textwrap.dedent(inspect.getsource(part)).rstrip() for part in parts)

    def _repr_markdown_(self) -> str:
        return f"`{self.file}`\n\n```python\n{self.text}\n```"

    def __repr__(self) -> str:
        return f"<Source of {', '.join(self.names)}>"


def source(*parts: Any) -> Source:
    """The source of `parts`, which stand in one file. Raises ValueError if they do not."""
    return Source(*parts)
