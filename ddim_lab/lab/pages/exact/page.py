"""The exact world: same crowd and different walks, noise switched off, and a world in the plane."""

from typing import Any

from ddim_lab.lab import shell


def _content() -> dict[str, Any]:
    from ddim_lab.exact import gallery
    from ddim_lab.teaching.exact_questions import QUESTIONS
    from ddim_lab.teaching.page_guides import EXACT

    return shell.teaching(QUESTIONS, EXACT) | {
        "worlds": [[name, title] for name, (title, _) in gallery.WORLDS.items()],
        "eta_end": 1.0,  # until the first answer tells the run's own
        "farewell": "This world is yours: pick or draw one, pin a setting, change one thing, and read the error.",
    }


# own: the view that is open, the world of the plane, and where it was drawn
PAGE = shell.LivePage("exact", _content, own=("view", "world", "spots"))
