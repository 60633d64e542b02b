"""Makes the learner's sheets anew from their source, by nbgrader itself: `python notebooks/exercises/generate.py`.

The source is `course/source/ddim`: with solutions and hidden tests. Edit that, never the sheets beside this file.
Needs nbgrader (requirements-dev.txt).
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COURSE, ASSIGNMENT = HERE / "course", "ddim"


def course_in(folder: Path) -> Any:
    """A copy of the course in `folder`, as nbgrader's API has it."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    shutil.copytree(COURSE, folder, dirs_exist_ok=True)
    config = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    return NbGraderAPI(config=config)


def done(work: Callable[..., dict[str, Any]], *arguments: str) -> None:
    """Has nbgrader do a piece of work. Raises RuntimeError with its log if it fails."""
    result = work(*arguments)
    if not result["success"]:
        raise RuntimeError(f"{work.__name__} {' '.join(arguments)}: {result.get('error') or result.get('log')}")


def released(folder: Path) -> list[Path]:
    """The learner's sheets, generated in `folder`."""
    done(course_in(folder).generate_assignment, ASSIGNMENT)
    return sorted((folder / "release" / ASSIGNMENT).glob("*.ipynb"))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for sheet in released(Path(folder)):
            shutil.copyfile(sheet, HERE / sheet.name)
            print(f"wrote {os.path.relpath(HERE / sheet.name)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
