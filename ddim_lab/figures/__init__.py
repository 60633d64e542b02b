"""Every figure of the lab, for both faces: Plotly for the app (`curves`), Matplotlib for the lessons (the others).

`palette` holds the colours as data and imports nothing; each other module is imported by whoever draws with it.
`save` writes one's own tensors as a sheet (PNG) or a film (GIF).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ddim_lab.figures.saving import save as save


def __getattr__(name: str) -> Any:
    if name == "save":
        from ddim_lab.figures.saving import save

        return save
    raise AttributeError(f"module 'ddim_lab.figures' has no attribute {name!r}")
