"""What a lesson folds away, its answers, hints and solutions: kept folded, left out, or unfolded.

A fold is a `<details>` with its `<summary>` in a lesson's Markdown; folds that follow each other answer one question.
"""

import re
from enum import Enum

FOLD = re.compile(r"<details>\s*<summary>(?P<name>.*?)</summary>(?P<text>.*?)</details>", re.DOTALL)
GROUP = re.compile(rf"(?:{FOLD.pattern.replace('?P<name>', '').replace('?P<text>', '')}\s*)+", re.DOTALL)
ROOM = '\n<div class="room"></div>\n\n'  # to write in
UNFOLDED = '<section class="unfolded">\n<p class="fold-name">{name}</p>\n{text}\n</section>'


class Folds(Enum):
    """What becomes of the folds; the value names it in a page's head."""

    FOLDED = "lessons"
    LEFT_OUT = "handout"
    UNFOLDED = "key"


def treated(markdown: str, folds: Folds) -> str:
    """`markdown` with its folds as `folds` says. Raises ValueError where one is not closed, or stands in another."""
    _check(markdown)
    if folds is Folds.LEFT_OUT:
        return GROUP.sub(ROOM, markdown)
    if folds is Folds.UNFOLDED:
        return FOLD.sub(lambda fold: UNFOLDED.format(name=fold["name"], text=fold["text"]), markdown)
    return markdown


def _check(markdown: str) -> None:
    left = FOLD.sub("", markdown)
    if "<details" in left or "</details" in left or any("<details" in fold["text"] for fold in FOLD.finditer(markdown)):
        raise ValueError("a fold needs <details><summary>…</summary> … </details>, and stands in no other fold")
