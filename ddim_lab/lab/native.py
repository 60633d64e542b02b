"""The lab with Streamlit's own sliders, for browsers where the live page or its socket cannot run."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from ddim_lab import solvers, spacing
from ddim_lab.figures.curves import sigma_figure
from ddim_lab.figures.pixels import sheet
from ddim_lab.figures.thinning import thinned
from ddim_lab.lab import choices, shell
from ddim_lab.lab.live import film, network
from ddim_lab.lab.settings import Settings
from ddim_lab.schedule import NoiseSchedule

COLUMNS = 11
S_MARKS = (1, 2, 5, 10, 20, 50, 100, 250, 1000)
# The live pages bring margins of their own, these controls need Streamlit's.
MARGINS = """<style>
.stMainBlockContainer { padding: 1rem 1.5rem !important; }
.stMainBlockContainer [data-testid="stVerticalBlock"] { gap: 0.75rem; }
</style>"""
CONTROLS = ("eta", "S", "spacing", "schedule", "solver", "seed")


def page(settings: Settings, problems: list[str], own: Iterable[str] = ()) -> None:
    """Controls, film, results and curves of one run; `own` names what else of the link is kept as it is."""
    st.html(MARGINS)
    st.title("DDIM lab")
    for problem in problems:
        st.warning(problem, icon="⚠️")
    # What the controls begin with: as long as it stays the same, Streamlit keeps what the learner set.
    chosen = _controls(st.session_state.setdefault("native_start", settings))
    if chosen is None:
        return
    _keep(chosen, ("native", *own))
    _tell_the_rest(chosen)
    _show(chosen)


def _keep(settings: Settings, own: Iterable[str]) -> None:
    """Writes the setting into the link, beside what it has under the names `own`."""
    wanted = settings.to_query() | {name: st.query_params[name] for name in own if name in st.query_params}
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)


def _controls(start: Settings) -> Settings | None:
    columns = st.columns(6)
    offered = sorted({start.S, *(S for S in S_MARKS if S <= start.T)})
    S = columns[1].select_slider("S", offered, start.S, key="native_S")
    visited = columns[2].selectbox(
        "Steps visited", spacing.KINDS, spacing.KINDS.index(start.spacing), key="native_spacing"
    )
    kinds = NoiseSchedule.KINDS
    schedule = columns[3].selectbox("Noise schedule", kinds, kinds.index(start.schedule), key="native_schedule")
    kinds = solvers.SOLVERS
    solver = columns[4].selectbox(
        "Solver", kinds, kinds.index(start.solver), format_func=choices.solver, key="native_solver"
    )
    seed = columns[5].number_input("Start (seed)", 0, 2**31 - 1, start.seed, key="native_seed")
    taken = {"S": int(S), "spacing": visited, "schedule": schedule, "solver": solver, "seed": int(seed)}
    try:
        base = replace(start, **taken, eta=0.0, sigma_hat=False)
        eta = _eta(columns[0], base, start.eta)
        sigma_hat = start.sigma_hat and eta == 1  # a second variance for eta = 1 alone
        return Settings.fit(base.to_dict() | {"eta": float(eta), "sigma_hat": sigma_hat})
    except (TypeError, ValueError) as error:
        st.error(str(error), icon="⚠️")
        return None


def _eta(column: Any, base: Settings, first: float) -> float:
    if base.eta_end == 0:
        column.caption(f"eta is 0: the solver {choices.solver(base.solver)} walks a path without fresh noise.")
        return 0.0
    kept = st.session_state.get("native_eta", first)  # a slider whose end moves begins anew: in its old place
    return column.slider("eta", 0.0, base.eta_end, min(kept, base.eta_end), key="native_eta", format="%.3f")


def _tell_the_rest(settings: Settings) -> None:
    """Whose network it is, if a learner's, and what the link set beyond these controls, in its own words."""
    told = network.told()
    if told:
        st.caption(shell.YOURS.format(**told))
    rest = {name: value for name, value in settings.to_query().items() if name not in CONTROLS}
    if rest:
        st.caption("Also set by the link: " + ", ".join(f"{name} = {value}" for name, value in rest.items()))


def _show(settings: Settings) -> None:
    bar = st.progress(0.0, "sampling")
    frames = []
    try:
        for frame in film.film(settings):
            frames.append(frame)
            bar.progress(frame.j / (settings.S + 1), "sampling")
    except (network.ModelUnavailableError, network.NetworkError, ValueError) as error:
        st.error(str(error), icon="⚠️")
        return
    finally:
        bar.empty()
    shown = [frames[i] for i in thinned(settings.S + 1, COLUMNS)]
    st.caption(f"Upper row: x_t, what the sampler holds. Lower row: predicted x_0, {choices.BELIEFS[settings.solver]}.")
    st.caption(f"{settings.calls} network calls for each image")
    rows = np.stack([frame.x_t[0] for frame in shown] + [frame.x0[0] for frame in shown])
    st.image(sheet(rows, len(shown)), width="stretch")
    st.caption("Results")
    st.image(sheet(frames[-1].x_t, settings.images), width="stretch")
    st.caption("sigma_t, fresh noise added at each step, over the steps visited")
    st.plotly_chart(sigma_figure(settings.run, dark=st.context.theme.type == "dark"), theme=None, key="native_sigma")
