"""The script Streamlit runs for every page; `app.py` holds the app and its routes.

It stands alone: Streamlit takes a folder `pages` beside its script for its own kind of pages, and tells the first who
opens another page than the first that there is no such page.
"""

import streamlit as st

from ddim_lab.lab import pages

st.set_page_config(page_title="DDIM lab", page_icon="🎛️", layout="wide", initial_sidebar_state="collapsed")
st.html(pages.CHROME)
st.navigation(pages.all_pages(), position="hidden").run()
