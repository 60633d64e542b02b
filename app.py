"""The DDIM lab: `streamlit run app.py`."""

import streamlit as st

from ddim_lab.lab.routes import routes

app = st.App("ddim_lab/lab/script.py", routes=routes())
