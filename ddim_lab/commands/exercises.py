"""Write the exercise sheets into a folder: for a learner, or with solutions as an nbgrader course for who teaches.

Nothing that stands there already is overwritten. The sheets answer at once; nbgrader is needed for grading alone.
"""

import argparse
from pathlib import Path

from ddim_lab import files

SHEETS = files.NOTEBOOKS / "exercises"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which of the two, and where it goes."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="the learner's sheets: open them in Jupyter")
    parser.add_argument(
        "--course",
        type=Path,
        metavar="DIR",
        help="an nbgrader course: source/ddim with solutions and hidden tests, and nbgrader_config.py. In that folder, "
        "`nbgrader generate_assignment ddim` makes the learner's sheets, `nbgrader autograde ddim` grades submitted/",
    )


def run(options: argparse.Namespace) -> None:
    """Writes what is asked for. Raises ValueError where nothing is asked for, or a file is there already."""
    if options.out is None and options.course is None:
        raise ValueError("say what to write: --out DIR for the learner's sheets, --course DIR for an nbgrader course")
    if options.out is not None:
        _write([(sheet, options.out / sheet.name) for sheet in sorted(SHEETS.glob("*.ipynb"))])
    if options.course is not None:
        course = SHEETS / "course"
        parts = [*sorted((course / "source" / "ddim").glob("*.ipynb")), course / "nbgrader_config.py"]
        _write([(part, options.course / part.relative_to(course)) for part in parts])


def _write(copies: list[tuple[Path, Path]]) -> None:
    """None if one of them is there already: it may hold a learner's work."""
    for _, path in copies:
        if path.exists():
            raise ValueError(f"{path} is there already, and may hold somebody's work: name another folder")
    for source, path in copies:
        files.write(path, source.read_bytes())
        print(f"wrote {path}")
