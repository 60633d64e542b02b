"""The lab with Streamlit's own sliders, for browsers where the live page or its socket cannot run."""

import numpy as np
import streamlit as st

from ddim_lab import spacing
from ddim_lab.figures.pixels import sheet
from ddim_lab.lab import film
from ddim_lab.lab.settings import Settings
from ddim_lab.schedule import NoiseSchedule

COLUMNS = 11


def page(settings: Settings, problems: list[str]) -> None:
    """Controls, film, results and curves of one run."""
    st.title("DDIM lab")
    for problem in problems:
        st.warning(problem, icon="⚠️")
    chosen = _controls(settings)
    if chosen is not None:
        _show(chosen)


def _controls(start: Settings) -> Settings | None:
    columns = st.columns(5)
    S = columns[1].select_slider("S", [1, 2, 5, 10, 20, 50, 100, 250, 1000], _nearest(start.S), key="native_S")
    visited = columns[2].selectbox(
        "Steps visited", spacing.KINDS, spacing.KINDS.index(start.spacing), key="native_spacing"
    )
    kinds = NoiseSchedule.KINDS
    schedule = columns[3].selectbox("Noise schedule", kinds, kinds.index(start.schedule), key="native_schedule")
    seed = columns[4].number_input("Start (seed)", 0, 2**31 - 1, start.seed, key="native_seed")
    try:
        base = Settings(S=int(S), spacing=visited, schedule=schedule, seed=int(seed))
        kept = st.session_state.get("native_eta", start.eta)  # a slider whose end moves begins anew: in its old place
        eta = columns[0].slider("eta", 0.0, base.eta_end, min(kept, base.eta_end), key="native_eta")
        return Settings.fit(base.to_dict() | {"eta": float(eta)})
    except (TypeError, ValueError) as error:
        st.error(str(error), icon="⚠️")
        return None


def _nearest(S: int) -> int:
    return min((1, 2, 5, 10, 20, 50, 100, 250, 1000), key=lambda mark: abs(mark - S))


def _show(settings: Settings) -> None:
    bar = st.progress(0.0, "sampling")
    frames = []
    try:
        for frame in film.film(settings):
            frames.append(frame)
            bar.progress(frame.j / (settings.S + 1), "sampling")
    except film.ModelUnavailableError as error:
        st.error(str(error), icon="⚠️")
        return
    finally:
        bar.empty()
    shown = [frames[i] for i in sorted({round(i) for i in np.linspace(0, settings.S, min(COLUMNS, settings.S + 1))})]
    st.caption("Upper row: x_t, what the sampler holds. Lower row: predicted x_0, what the network believes.")
    rows = np.stack([frame.x_t[0] for frame in shown] + [frame.x0[0] for frame in shown])
    st.image(sheet(rows, len(shown)), width="stretch")
    st.caption("Results")
    st.image(sheet(frames[-1].x_t, settings.images), width="stretch")
    curves = film.curves(settings)
    st.caption("sigma_t, fresh noise added at each step, over the steps visited")
    st.line_chart({"t": curves["t"], "sigma": curves["sigma"]}, x="t", y="sigma")
