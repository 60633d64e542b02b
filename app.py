"""The DDIM lab: `streamlit run app.py`, or `ddim-lab app`."""

import streamlit as st

from ddim_lab.lab.routes import SCRIPT, routes

app = st.App(SCRIPT, routes=routes())
