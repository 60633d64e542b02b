"""Quality map: what eta, S and the steps visited do to digits, measured, beside the paper's table."""

from typing import Any

from ddim_lab.lab import shell
from ddim_lab.lab.live.views import View


def _content() -> dict[str, Any]:
    from ddim_lab.exact import paper
    from ddim_lab.quality.grid import KINDS
    from ddim_lab.teaching.pages.quality import GUIDE, QUESTIONS
    from ddim_lab.teaching.pages.quality.questions import answerable

    asked = tuple(question for question in QUESTIONS if answerable(question))
    known = {question.key for question in asked}
    guide = tuple(step for step in GUIDE if step.question is None or step.question in known)
    return shell.teaching(asked, guide) | {
        "kinds": [
            {"key": measure.key, "name": measure.name, "hint": measure.hint, "relative": measure.relative}
            for measure in KINDS
        ],
        "paper": list(paper.FID),
        "farewell": "The map is yours. Choose a cell, and ask whether its number tells what you see.",
    }


PAGE = shell.LivePage(
    "quality",
    "Do",
    _content,
    views=(
        View("quality", "ddim_lab.lab.pages.quality.view:quality"),
        View("quality_cell", "ddim_lab.lab.pages.quality.view:quality_cell", passes=True),
    ),
    # own: steps visited, measure, in units of the floor, the cell chosen, the seed of its samples, the paper's data set
    own=("by", "measure", "floor", "cell", "start", "beside"),
    beside="the table was measured on the shipped network, only a cell's digits are drawn by yours",
)
