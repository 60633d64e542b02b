"""Compare: two to six settings on the same starts and the same noise."""

from dataclasses import asdict
from typing import Any

from ddim_lab.lab import shell
from ddim_lab.lab.live.views import View
from ddim_lab.lab.pages.compare import lanes
from ddim_lab.lab.settings import Settings


def _content() -> dict[str, Any]:
    from ddim_lab.teaching.pages.compare import GUIDE, NOTES
    from ddim_lab.teaching.pages.compare.comparisons import COMPARISONS
    from ddim_lab.teaching.pages.compare.questions import GUIDED, PREDICTIONS
    from ddim_lab.teaching.questions import public

    def whole(own: dict[str, Any]) -> dict[str, Any]:
        return lanes.Lane(Settings()).own() | own

    ready = [
        asdict(ready) | {"lanes": [whole(own) for own in ready.lanes], "question": public(PREDICTIONS[ready.key])}
        for ready in COMPARISONS
    ]
    return shell.teaching(GUIDED, GUIDE, NOTES) | {
        "ready": ready,
        "limits": {"lanes": [lanes.LANES_MIN, lanes.LANES_MAX], "images": lanes.IMAGES_MAX},
        "farewell": "The page is yours: two to six lanes, one thing changed at a time.",
    }


PAGE = shell.LivePage(
    "compare",
    "Do",
    _content,
    views=(
        View("compare", "ddim_lab.lab.pages.compare.view:compare", passes=True),
        View("compare_open", "ddim_lab.lab.pages.compare.view:opened"),
    ),
    # own: lanes 2 to 6; noise off in lane 1; one start for all pictures; the row shown; where the scrubber stands
    own=("l2", "l3", "l4", "l5", "l6", "off", "one", "row", "at"),
    drawn=True,
    beside="the ready-made comparisons are shown without their questions",
)
