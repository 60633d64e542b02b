"""The curves of a run over t, as Plotly figures for the app: noise left is at the left (t = T), data at the right.

Scales are fixed, so that a moving slider moves the curve and not the axes; every line differs from its neighbours in
dash or marker too. Figures are small (float32, few points), so `fig.to_json()` can be sent at each slider move.
"""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ddim_lab.figures import palette
from ddim_lab.figures.thinning import thinned
from ddim_lab.run import Run
from ddim_lab.schedule import LOG_SNR_MAX, LOG_SNR_MIN, log_snr

MARKERS_UP_TO = 60  # visited steps; above, markers would touch and only the line is drawn
POINTS = 240  # of the alpha_bar and log-SNR curves
FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"


def sigma_figure(run: Run, dark: bool = False) -> go.Figure:
    """sigma of each transition at its t, under its bound sqrt(1 - alpha_bar_prev), which eta_max reaches."""
    figure = _figure("σ: fresh noise", (0, 1.04), run.schedule.T, dark)
    grey, fresh = palette.NEUTRAL, palette.FRESH
    figure.add_trace(_line(run.t, run.sigma_max, "bound √(1 − ᾱ_prev), at η_max", grey.text(dark), grey.dash))
    figure.add_trace(_line(run.t, run.sigma, f"σ at η = {run.eta:.3f}", fresh.colour, fresh.dash, fresh.marker))
    return figure


def k_m_figure(run: Run, dark: bool = False) -> go.Figure:
    """k (on the predicted x0) and m (on x_t) of each transition. Both lie in 0..1 for every admissible eta."""
    figure = _figure("k and m", (0, 1.04), run.schedule.T, dark)
    shade = palette.NEUTRAL.text(dark)
    figure.add_trace(_line(run.t, run.k, "k, on predicted x0", shade, "solid", palette.X0.marker))
    figure.add_trace(_line(run.t, run.m, "m, on x_t", shade, palette.NEUTRAL.dash, palette.NEUTRAL.marker))
    return figure


def alpha_bar_figure(run: Run, dark: bool = False) -> go.Figure:
    """alpha_bar over all t, with the steps visited marked."""
    return _level_figure(run, run.schedule.alpha_bar, "ᾱ: data variance left", (0, 1.04), dark)


def snr_figure(run: Run, dark: bool = False) -> go.Figure:
    """log-SNR over t = 1..T (at t = 0 it is infinite), with the steps visited marked; the trained range as scale."""
    levels = log_snr(run.schedule.alpha_bar)
    return _level_figure(run, levels, "log-SNR", (LOG_SNR_MIN, LOG_SNR_MAX), dark)


def _level_figure(
    run: Run, levels: NDArray[np.float64], title: str, limits: tuple[float, float], dark: bool
) -> go.Figure:
    figure = _figure(title, limits, run.schedule.T, dark)
    first = 0 if np.isfinite(levels[0]) else 1
    t = first + thinned(run.schedule.T - first + 1, POINTS)
    visited = run.t
    shade = palette.NEUTRAL.text(dark)
    figure.add_trace(_line(t, levels[t], title.split(":")[0], shade, "solid"))
    points = go.Scatter(
        x=_small(visited),
        y=_small(levels[visited]),
        name="steps visited",
        mode="markers",
        marker={"symbol": "circle-open", "size": 7 if len(visited) <= MARKERS_UP_TO else 3, "color": shade},
        hovertemplate="%{y:.4f}",
    )
    figure.add_trace(points)
    return figure


def _line(t: ArrayLike, values: ArrayLike, name: str, colour: str, dash: str, marker: str = "") -> go.Scatter:
    mode = "lines+markers" if marker and len(np.asarray(t)) <= MARKERS_UP_TO else "lines"
    return go.Scatter(
        x=_small(t),
        y=_small(values),
        name=name,
        mode=mode,
        line={"color": colour, "dash": dash, "width": 2},
        marker={"symbol": marker or "circle", "size": 6, "color": colour},
        hovertemplate="%{y:.4f}",
    )


def _figure(title: str, limits: tuple[float, float], T: int, dark: bool) -> go.Figure:
    """An empty chart; `template` is set, because Plotly's own would add seven kilobytes to each message."""
    ground = palette.ground(dark)
    axis = {"gridcolor": ground.grid, "linecolor": ground.muted, "zeroline": False, "ticks": "outside", "ticklen": 4}
    return go.Figure(
        layout=go.Layout(
            template=go.layout.Template(),
            paper_bgcolor="rgba(0,0,0,0)",
            plot_bgcolor="rgba(0,0,0,0)",
            font={"family": FONT, "size": 12, "color": ground.text},
            margin={"l": 48, "r": 12, "t": 30, "b": 38},
            height=200,
            hovermode="x unified",
            hoverlabel={"bgcolor": ground.background, "font": {"color": ground.text}},
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "bgcolor": "rgba(0,0,0,0)"},
            xaxis={**axis, "range": [T, 0], "title": {"text": "t (noise left, data right)"}, "showgrid": False},
            yaxis={**axis, "range": list(limits), "title": {"text": title}},
            uirevision="fixed",  # a zoom made by hand survives the next redraw
        )
    )


def _small(values: ArrayLike) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)
