"""The page list."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ddim_lab.lab import derivation_page, errata_page, exact_page, lab_page, shell

SCRIPTS = {
    "": lab_page.page,
    "exact": exact_page.page,
    "derivation": derivation_page.page,
    "errata": errata_page.page,
}  # path -> the page's script

# The lab has its own bar and fills the window; without Streamlit's header there is nothing to skip either.
CHROME = """<style>
header[data-testid="stHeader"], a[data-testid="stSkipToContent"] { display: none; }
.stMainBlockContainer { padding: 0 !important; max-width: none; }
.stMainBlockContainer [data-testid="stVerticalBlock"] { gap: 0; }
</style>"""


def all_pages() -> list[StreamlitPage]:
    """The pages of `shell.ENTRIES`, the lab first; each keeps to the shared settings of `ddim_lab.lab.settings`."""
    return [
        st.Page(SCRIPTS[entry.path], title=entry.title, url_path=entry.path or "lab", default=not entry.path)
        for entry in shell.ENTRIES
    ]
