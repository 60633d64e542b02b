"""A folder of pages: the lessons, their index, the sheet, and with --key the answers; each file written whole."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from ddim_lab import files
from ddim_lab.handouts import answers, lesson, page, sheet
from ddim_lab.handouts.folds import Folds
from ddim_lab.handouts.markdown import to_html
from ddim_lab.handouts.page import Page

INDEX, TITLE = "index.html", "The lessons"
PART = "<!-- pages -->"  # around what of the lessons' README is the index
HEAD = 600  # bytes in which a page's mark stands


def write(folder: Path, folds: Folds, notebooks: Path = files.NOTEBOOKS) -> Iterator[str]:
    """Writes the pages into `folder`, which is made; yields in words what was done, one page at a time.

    Raises ValueError where a file there is not this command's own, or where a notebook cannot be shown; OSError where
    something cannot be read or written.
    """
    paths = sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise FileNotFoundError(f"there are no lessons (NN_name.ipynb) in {notebooks}")
    _check(folder, folds, [INDEX, "sheet.html", answers.FILE, *(f"{path.stem}.html" for path in paths)])
    made = [_lesson(path, folds) for path in paths]  # all are read before any is written
    neighbours = dict(_neighbours(made))
    for one in [_index(notebooks, folds), sheet.page(), *made]:
        yield _written(folder, page.framed(one, folds, *neighbours.get(one.file, (None, None))), one)
    if folds is Folds.UNFOLDED:
        for told in answers.page():
            yield told if isinstance(told, str) else _written(folder, page.framed(told, folds), told)


def _lesson(path: Path, folds: Folds) -> Page:
    read = lesson.read(path, folds)
    return Page(f"{read.name}.html", read.title, read.body)


def _neighbours(made: Sequence[Page]) -> Iterator[tuple[str, tuple[Page | None, Page | None]]]:
    row = [None, *made, None]
    for (before, one), (_, after) in pairwise(pairwise(row)):
        assert one is not None
        yield one.file, (before, after)


def _index(notebooks: Path, folds: Folds) -> Page:
    """The list of lessons as their README has it."""
    readme = (notebooks / "README.md").read_text(encoding="utf-8")
    _, told, _ = readme.split(PART)
    more = ["[The formulas on one page](sheet.html), to print."]
    more += [f"[{answers.TITLE}]({answers.FILE})."] if folds is Folds.UNFOLDED else []
    return Page(INDEX, TITLE, to_html("\n\n".join([f"# {TITLE}", told.strip(), *more])), kind="index")


def _check(folder: Path, folds: Folds, names: Sequence[str]) -> None:
    """Raises ValueError for a file in `folder` that this command did not write, or wrote with its answers otherwise.

    So no answers are left among handouts, and nothing of anybody's is overwritten.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"--html must be a folder, and {folder} is a file")
    for there in (folder / name for name in names):
        if not there.exists():
            continue
        with there.open("rb") as file:
            head = file.read(HEAD).decode("utf-8", "replace")
        if page.MADE.format(folds.value) not in head:
            raise ValueError(f"{there} is another's, or was written with other options: give --html a new folder")


def _written(folder: Path, html: str, one: Page) -> str:
    path = folder / one.file
    files.write(path, html.encode())
    return f"wrote {path}"
