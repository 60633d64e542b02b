"""The exact world: same crowd and different walks, noise switched off, and a world in the plane."""

from typing import Any

from ddim_lab.lab import shell
from ddim_lab.lab.live.views import View


def _content() -> dict[str, Any]:
    from ddim_lab.exact import gallery
    from ddim_lab.teaching.pages.exact import GUIDE, NOTES, QUESTIONS

    return shell.teaching(QUESTIONS, GUIDE, NOTES) | {
        "worlds": [[name, title] for name, (title, _) in gallery.WORLDS.items()],
        "eta_end": 1.0,  # until the first answer tells the run's own
        "farewell": "This world is yours: pick or draw one, pin a setting, change one thing, and read the error.",
    }


PAGE = shell.LivePage(
    "exact",
    "See",
    _content,
    views=(
        View("walks", "ddim_lab.lab.pages.exact.view:walks"),
        View("lanes", "ddim_lab.lab.pages.exact.view:lanes"),
        View("world", "ddim_lab.lab.pages.exact.crowd:world"),
        View("particles", "ddim_lab.lab.pages.exact.crowd:particles"),
        View("field", "ddim_lab.lab.pages.exact.crowd:field"),
        View("distances", "ddim_lab.lab.pages.exact.numbers:distances"),
        View("errors", "ddim_lab.lab.pages.exact.numbers:errors"),
    ),
    # own: the view that is open, the world of the plane, and where it was drawn
    own=("view", "world", "spots"),
)
