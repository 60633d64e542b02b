"""A lesson as HTML, from its stored outputs: nothing is run, and nothing is fetched."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ddim_lab.handouts.folds import Folds, treated
from ddim_lab.handouts.markdown import code_block, formula, to_html

HIDDEN_TAGS = {"hide-input", "remove-input"}  # as Jupyter Book names them; JupyterLab's own is `source_hidden`
DOLLARS = re.compile(r"^\s*\$+(?P<latex>.*?)\$+\s*$", re.DOTALL)


@dataclass(frozen=True)
class Lesson:
    """`name`: the notebook's, without its ending, as "02_k_m_sigma"; `title`: its first heading; `body`: HTML."""

    name: str
    title: str
    body: str


def read(path: Path, folds: Folds) -> Lesson:
    """The lesson in the notebook `path`.

    Raises ValueError, naming notebook and cell, for one that was not run, or where a formula, a fold or an output
    cannot be shown; OSError if it cannot be read.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
    except (AttributeError, json.JSONDecodeError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ValueError(f"{path} is no notebook: {str(error).splitlines()[0]}") from error
    title = _title(path, notebook)
    parts = []
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            parts += _cell(cell, folds)
        except ValueError as error:
            raise ValueError(f"{path.name}, cell {number}: {error}") from error
    return Lesson(path.stem, title, "\n".join(parts))


def _title(path: Path, notebook: NotebookNode) -> str:
    first = notebook.cells[0].source if notebook.cells else ""
    if not first.startswith("# "):
        raise ValueError(f"{path.name} must begin with its title, '# ...', got {first[:40]!r}")
    return first.splitlines()[0].removeprefix("# ").strip()


def _cell(cell: NotebookNode, folds: Folds) -> Iterator[str]:
    if cell.cell_type == "markdown":
        yield to_html(treated(cell.source, folds))
    elif cell.cell_type == "code" and cell.source.strip():
        if cell.execution_count is None:
            raise ValueError("it was not run, so nothing is stored with it (python notebooks/execute.py runs lessons)")
        yield _source(cell)
        yield from map(_output, cell.outputs)


def _source(cell: NotebookNode) -> str:
    code = code_block(cell.source)
    if not _hidden(cell):
        return code
    return f'<details class="hidden-code"><summary>{escape(_first_words(cell.source))}</summary>{code}</details>'


def _hidden(cell: NotebookNode) -> bool:
    """Whether the lesson says that its code is folded."""
    folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    return folded or bool(HIDDEN_TAGS & set(cell.metadata.get("tags", [])))


def _first_words(source: str) -> str:
    """What a folded cell is called: its first line if that is a comment."""
    line = source.strip().splitlines()[0]
    return line.lstrip("# ") if line.startswith("#") else "Code"


def _output(output: NotebookNode) -> str:
    """One output as HTML, a picture before HTML before Markdown before a formula before plain text."""
    if output.output_type == "stream":
        return f'<pre class="output">{escape(output.text)}</pre>'
    if output.output_type == "error":
        raise ValueError(f"it ended with {output.ename}: {output.evalue}")
    data = output.data
    if "image/png" in data:
        words = output.metadata.get("image/png", {}).get("alt", "")
        picture = "".join(data["image/png"].split())
        return f'<figure><img src="data:image/png;base64,{picture}" alt="{escape(words)}"></figure>'
    if "text/html" in data:
        return f'<div class="output html">{data["text/html"]}</div>'
    if "text/markdown" in data:
        return f'<div class="output">{to_html(data["text/markdown"])}</div>'
    if "text/latex" in data and (found := DOLLARS.match(data["text/latex"])):
        return f'<div class="output">{formula(found["latex"], block=True)}</div>'
    if set(data) == {"text/plain"}:
        return f'<pre class="output">{escape(data["text/plain"])}</pre>'
    raise ValueError(f"no still picture and no text is stored of its output, which has {', '.join(sorted(data))}")
