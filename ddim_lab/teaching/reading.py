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

    def _repr_html_(self) -> str:
        """With the file's name above. Markdown would do, but nbconvert sets code in Markdown outputs in a text font."""
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer

        look = HtmlFormatter(noclasses=True, prestyles="font-family: monospace; padding: 0.5em")
        return f"<p><code>{self.file}</code></p>{highlight(self.text, PythonLexer(), look)}"

    def __repr__(self) -> str:
        return f"# {self.file}\n{self.text}"


def source(*parts: Any) -> Source:
    """The source of `parts`, which stand in one file. Raises ValueError if they do not."""
    return Source(*parts)
