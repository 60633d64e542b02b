"""Exercises that check and count: `check("tau", my_tau)` says which property fails, where, and the likely mistake.

In a notebook it is a cell's last line: a learner reads the sentences, nbgrader the points. NumPy only. Nothing that is
handed in raises, whatever it is; all calls of one check together have ten seconds.
"""

from typing import Any

from ddim_lab import checks
from ddim_lab.teaching.graded import exercise, levels, repair, step, walks, weights
from ddim_lab.teaching.report import Marks

SHEETS = {
    "1_the_numbers": (levels.ALPHA_BAR, levels.TAU, weights.WEIGHTS, weights.ETA_MAX),
    "2_the_sampler": (step.STEP, walks.WALK, walks.ENCODE),
    "3_repair": repair.PATIENTS,
}
EXERCISES = {each.key: each for sheet in SHEETS.values() for each in sheet}


def check(key: str, answer: Any, seed: int | None = None) -> Marks:
    """What is to be said of `answer` to the exercise `key`; a `seed` adds inputs that are drawn by it.

    Raises ValueError if there is no such exercise.
    """
    return exercise.check(EXERCISES[checks.choice("exercise", key, tuple(EXERCISES))], answer, seed)
