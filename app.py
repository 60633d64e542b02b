"""The DDIM lab: `streamlit run app.py`, or `ddim-lab app`. After ` -- `: `--denoiser package.module:function`."""

import sys

import streamlit as st

from ddim_lab.lab import ending
from ddim_lab.lab.live import network
from ddim_lab.lab.routes import GUARDS, SCRIPT, routes

network.choose(sys.argv[1:])
app = st.App(SCRIPT, routes=routes(), middleware=GUARDS, lifespan=ending.lifespan)
