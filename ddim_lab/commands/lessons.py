"""Write the lessons as pages that need no network, from their stored outputs: to read, to print, to hand out.

With them come an index and the formulas on one page. Answers, hints and solutions are folded; --handout leaves them out
and leaves room to write, --key unfolds them and adds every question of the app with its answer.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path

from ddim_lab.commands import places

NEEDED = ("nbconvert", "latex2mathml", "sympy")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The folder, and what becomes of the answers."""
    parser.add_argument("--html", type=Path, required=True, metavar="DIR", help="the folder the pages are written to")
    answers = parser.add_mutually_exclusive_group()
    answers.add_argument("--handout", action="store_true", help="leave answers out, with room to write in their place")
    answers.add_argument("--key", action="store_true", help="unfold the answers, and add those of the app's questions")


def run(options: argparse.Namespace) -> None:
    """Writes the pages and says so, one at a time. Raises ImportError, ValueError or OSError in words."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise ImportError(
            f"the pages need {', '.join(missing)}: pip install 'ddim-lab[notebooks]', "
            "or -r requirements.txt in a checkout"
        )
    from ddim_lab.handouts.folds import Folds
    from ddim_lab.handouts.writing import INDEX, write

    folds = Folds.LEFT_OUT if options.handout else Folds.UNFOLDED if options.key else Folds.FOLDED
    if options.html.is_dir() or not options.html.exists():
        places.check_writable(options.html / INDEX)
    for told in write(options.html, folds):
        print(told, flush=True)
    print(f"open {options.html / INDEX}")
