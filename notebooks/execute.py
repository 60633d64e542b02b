"""Runs the lessons and stores their outputs: `python notebooks/execute.py [names]`, or `--check` to compare only.

A lesson runs in a temporary copy of the tree, without network. Stored outputs are stable: no times, no addresses, no
kernel version, no widgets (their picture stays). Text must come out the same and numbers within a tolerance: relative
1e-6 (or absolute 1e-9), unless a cell's tag says another, such as "tolerance:0.05". Of pictures the words for who
cannot see them are compared, not the pixels. Lessons run two at a time.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import zip_longest
from pathlib import Path
from threading import Lock

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SECONDS_A_CELL = 120
AT_ONCE = 2
COPYING = Lock()
WIDGET = "application/vnd.jupyter.widget-view+json"
QUIET_CORES = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}  # a kernel that waits leaves its core to others
RELATIVE, ABSOLUTE = 1e-6, 1e-9
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
ADDRESS = re.compile(r" at 0x[0-9a-f]+", re.IGNORECASE)
ANEW = """
import os as _os
_os.chdir({folder!r})
get_ipython().reset(new_session=True)
import sys as _sys
for _name in [name for name in _sys.modules if name.partition(".")[0] == "ddim_lab"]: del _sys.modules[_name]
_sys.path_importer_cache.clear()  # it knows where ".." was
"""
OFFLINE = """
import socket as _socket
def _refuse(*_, **__): raise OSError("lessons run without network")
_socket.socket.connect = _socket.create_connection = _socket.getaddrinfo = _refuse
"""
CLOCK = "import time as _time\nprint(_time.process_time())"


def lessons() -> list[Path]:
    return sorted(HERE.glob("*.ipynb"))


def execute(path: Path) -> NotebookNode:
    """The lesson with the outputs of a fresh run. Raises RuntimeError naming the cell if one of them raises."""
    return timed(path)[0]


def timed(path: Path, kernel: AsyncKernelManager | None = None) -> tuple[NotebookNode, float]:
    """`execute`, and the processor seconds it took, imports included: they do not depend on who else is at work.

    In a kernel of its own; or in `kernel`, which then has torch and the like from the lesson before, but none of its
    names, and nothing of the lab.
    """
    fresh = nbformat.read(path, as_version=4)
    with COPYING:  # only one of the lessons that begin at once makes it
        tree = _copied().name
    with tempfile.TemporaryDirectory(dir=tree) as folder:  # beside the package, as notebooks/ is
        guard = nbformat.v4.new_code_cell(ANEW.format(folder=folder) + OFFLINE + CLOCK)
        clock = nbformat.v4.new_code_cell(CLOCK)
        fresh.cells = [guard, *fresh.cells, clock]
        client = NotebookClient(
            fresh, km=kernel, timeout=SECONDS_A_CELL, kernel_name="python3", store_widget_state=False
        )
        try:
            client.execute(cwd=folder, env=os.environ | QUIET_CORES)
        except CellExecutionError as error:
            raise RuntimeError(f"{path.name}, {_where(fresh, error)} raised {error.ename}: {error.evalue}") from error
    fresh.cells = fresh.cells[1:-1]
    begun, ended = (float(cell.outputs[0].text) for cell in (guard, clock))
    return tidied(fresh), ended - begun


@cache
def _copied() -> tempfile.TemporaryDirectory:
    """A copy of the tree for as long as the process lives: what one lesson compiles is there for the others."""
    copy = tempfile.TemporaryDirectory()
    for part in ("ddim_lab", "assets"):
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, Path(copy.name) / part, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def tidied(notebook: NotebookNode) -> NotebookNode:
    """The same notebook without what changes from run to run."""
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.metadata.pop("execution", None)
        cell.outputs = _joined(cell.outputs)
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET, None)  # names a model that ends with its kernel
            if "execution_count" in output:
                output.execution_count = count
            if "data" in output and "text/plain" in output.data:
                output.data["text/plain"] = ADDRESS.sub("", output.data["text/plain"])
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return notebook


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Neighbouring pieces of one stream as one: where a kernel cuts a stream is chance."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def differences(stored: NotebookNode, fresh: NotebookNode) -> Iterator[str]:
    """Each way in which the outputs of `fresh` leave those of `stored`, with the cell named."""
    pairs = zip(_code(stored), _code(fresh), strict=True)
    for number, (old, new) in enumerate(pairs, start=1):
        name = (
            f"code cell {number} ({old.source.strip().splitlines()[0]!r})" if old.source.strip() else f"cell {number}"
        )
        was, now = _shown(old), _shown(new)
        if [kind for kind, _ in was] != [kind for kind, _ in now]:
            yield f"{name}: stored are {[kind for kind, _ in was]}, the run gave {[kind for kind, _ in now]}"
            continue
        for (kind, before), (_, after) in zip(was, now, strict=True):
            if difference := _text_difference(before, after, _tolerance(old)):
                yield f"{name}, {kind}: {difference}"


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _shown(cell: NotebookNode) -> list[tuple[str, str]]:
    """(kind, text) of all that a cell shows, a stream as one; of pictures their words; HTML has a plain twin."""
    streams: dict[str, str] = {}
    shown = []
    for output in cell.outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
            continue
        if output.output_type == "error":
            shown.append(("error", f"{output.ename}: {output.evalue}"))
        for kind, value in sorted(output.get("data", {}).items()):
            text = "".join(value) if isinstance(value, (str, list)) else str(value)
            silent = "image/png" in output.data or kind == "text/html"  # beside a picture stands its size
            shown.append((kind, "" if silent else text))
        words = (told.get("alt") for told in output.get("metadata", {}).values())
        shown += [("words of a picture", text) for text in words if text]
    return [*sorted(streams.items()), *shown]


def _tolerance(cell: NotebookNode) -> float:
    tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("tolerance:")]
    return float(tags[0].split(":")[1]) if tags else RELATIVE


def _text_difference(before: str, after: str, relative: float) -> str:
    absolute = max(ABSOLUTE, 0.0 if relative == RELATIVE else relative)
    if NUMBER.sub("#", before) != NUMBER.sub("#", after):
        lines = zip_longest(before.strip().splitlines(), after.strip().splitlines(), fillvalue="")
        was, now = next(
            (pair for pair in lines if NUMBER.sub("#", pair[0]) != NUMBER.sub("#", pair[1])), (before, after)
        )
        return f"stored {was!r}, the run gave {now!r}"
    for was, now in zip(NUMBER.findall(before), NUMBER.findall(after), strict=True):
        if abs(float(was) - float(now)) > max(absolute, relative * abs(float(was))):
            return f"stored the number {was}, the run gave {now} (tolerance {relative:g})"
    return ""


def _where(notebook: NotebookNode, error: CellExecutionError) -> str:
    for number, cell in enumerate(_code(notebook)):  # the guard is number 0
        if any(output.output_type == "error" for output in cell.outputs):
            return f"code cell {number} ({cell.source.strip().splitlines()[0]!r})"
    return f"a cell ({error})"


def run(path: Path, check: bool) -> tuple[list[str], float]:
    """Stores the lesson, or compares it only; what differs from what was stored, and its processor seconds."""
    stored = nbformat.read(path, as_version=4)
    try:
        fresh, seconds = timed(path)
    except RuntimeError as error:
        return [str(error)], 0.0
    if check:
        return list(differences(stored, fresh)), seconds
    nbformat.write(fresh, path)
    return [], seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="lessons by the start of their name, such as 02; all if none is given")
    parser.add_argument("--check", action="store_true", help="compare with what is stored and write nothing")
    arguments = parser.parse_args()
    chosen = [path for path in lessons() if not arguments.names or path.name.startswith(tuple(arguments.names))]
    failed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for path, (different, seconds) in zip(chosen, pool.map(lambda p: run(p, arguments.check), chosen), strict=True):
            print(f"{path.name}: {seconds:.0f} s of one core", *different, sep="\n  ", flush=True)
            failed |= bool(different)
    return failed


if __name__ == "__main__":
    sys.exit(main())
