"""The page list, and what each page is made of.

A page is a folder of Python, `ddim_lab/lab/<name>/`, whose page.py has the function `page` (the script that Streamlit
runs); a folder in the browser, `ddim_lab/lab/static/<name>/`, with <name>.html, <name>.css and <name>.js, which exports
the class `Page`; an entry in `shell.ENTRIES` for the bar, and one in `SCRIPTS` below; and in `views.VIEWS` a name for
each function that its JavaScript asks the socket for. What two pages need lies one folder up.
"""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ddim_lab.lab import shell
from ddim_lab.lab.derivation import page as derivation
from ddim_lab.lab.digits import page as digits
from ddim_lab.lab.errata import page as errata
from ddim_lab.lab.exact import page as exact

SCRIPTS = {
    "": digits.page,
    "exact": exact.page,
    "derivation": derivation.page,
    "errata": errata.page,
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
