"""Pictures that move in Jupyter: any figure under sliders, and a still picture of one state where no widget runs.

One output carries both. Live Jupyter shows the widget; GitHub, PDF, HTML and a lesson that was not run yet show the
picture. `notebooks/execute.py` stores the picture alone, since a widget without its kernel shows nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from ddim_lab.figures import palette
from ddim_lab.figures.printing import PrintFigure

WIDGET = "application/vnd.jupyter.widget-view+json"
Draw = Callable[..., PrintFigure]


@dataclass(frozen=True)
class Control:
    """One thing a learner can move: its words, the values it can take, where it starts, and how it looks."""

    words: str
    values: tuple[Any, ...]
    start: Any
    kind: str  # "slider" or "buttons"


def slider(words: str, values: Iterable[Any], start: Any) -> Control:
    """A slider over `values`, in their order. Raises ValueError if `start` is none of them."""
    return _control(words, values, start, "slider")


def buttons(words: str, values: Iterable[Any], start: Any) -> Control:
    """One button for each of `values`. Raises ValueError if `start` is none of them."""
    return _control(words, values, start, "buttons")


class Explorer:
    """`draw(**values)` under its controls. In a notebook: the last line of a cell.

    `still`: what is shown where no widget runs; `draw` at the controls' starts if none is given. Values are few and
    each picture is drawn once, so `draw` must depend on its arguments alone.
    """

    def __init__(self, draw: Draw, still: Callable[[], PrintFigure] | None = None, **controls: Control):
        if not controls:
            raise ValueError("an explorer needs at least one control, such as eta=slider(...)")
        self.controls = controls
        self._still = still
        self._draw = cache(lambda *values: draw(**dict(zip(controls, values, strict=True))))
        self._png = cache(lambda *values: self._draw(*values)._repr_png_()[0])

    @property
    def starts(self) -> dict[str, Any]:
        """The value of each control before anybody moves it."""
        return {name: control.start for name, control in self.controls.items()}

    def still(self) -> PrintFigure:
        """The picture for paper, with one line that says which state it shows and what moves it."""
        figure = self._still() if self._still else self._draw(*self.starts.values())
        state = ", ".join(f"{control.words} = {_label(control.start)}" for control in self.controls.values())
        names = " and ".join(control.words for control in self.controls.values())
        words = "In Jupyter, run this cell: then you can move " + names
        figure.supxlabel(
            f"{words}." if self._still else f"Shown: {state}. {words}.",
            fontsize=8, color=palette.LIGHT.muted, x=0.01, ha="left",
        )  # fmt: skip
        return figure

    def widget(self) -> Any:
        """The controls above the picture, as an ipywidgets box. Raises ImportError without ipywidgets."""
        import ipywidgets

        parts = [_widget(control) for control in self.controls.values()]
        picture = ipywidgets.Image(format="png", layout=ipywidgets.Layout(max_width="100%", object_fit="contain"))
        words = ipywidgets.HTML()  # wraps, as a label does not

        def show(_: Any = None) -> None:
            values = [part.value for part in parts]
            picture.value, words.value = self._png(*values), escape(self._draw(*values).description)

        for part in parts:
            part.observe(show, names="value")
        show()
        return ipywidgets.VBox([ipywidgets.HBox(parts, layout=ipywidgets.Layout(flex_flow="row wrap")), picture, words])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            live = {WIDGET: self.widget()._repr_mimebundle_()[WIDGET]}
        except ImportError:
            live = {}
        still = self.still()
        png, metadata = still._repr_png_()
        names = ", ".join(control.words for control in self.controls.values())
        return {**live, "image/png": png, "text/plain": f"<Explorer of {names}>"}, {"image/png": metadata}


def _control(words: str, values: Iterable[Any], start: Any, kind: str) -> Control:
    values = tuple(values)
    if start not in values:
        raise ValueError(f"the start of {words!r} must be one of {values}, got {start!r}")
    return Control(words, values, start, kind)


def _widget(control: Control) -> Any:
    import ipywidgets

    kind = ipywidgets.SelectionSlider if control.kind == "slider" else ipywidgets.ToggleButtons
    return kind(
        options=[(_label(value), value) for value in control.values],
        value=control.start,
        description=control.words,
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="26em" if control.kind == "slider" else "auto"),
    )


def _label(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
