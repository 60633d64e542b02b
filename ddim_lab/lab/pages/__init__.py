"""The page list, and what each page is made of.

To add one: ddim_lab/lab/<name>/page.py declares `PAGE = shell.LivePage("<name>", ...)`; static/<name>/ holds
<name>.html (with `<!-- head -->`, and any controls of static/parts/), <name>.css, and <name>.js, which exports
`class Page extends LivePage` of static/page.js. Register it in `markup.ENTRIES` (the bar) and in `SCRIPTS` below, and
each function that its JavaScript asks the socket for in `views.VIEWS`. What two pages need lies one folder up.
"""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ddim_lab.lab import markup
from ddim_lab.lab.pages.compare import page as compare
from ddim_lab.lab.pages.derivation import page as derivation
from ddim_lab.lab.pages.digits import page as digits
from ddim_lab.lab.pages.encode import page as encode
from ddim_lab.lab.pages.errata import page as errata
from ddim_lab.lab.pages.exact import page as exact
from ddim_lab.lab.pages.quality import page as quality

SCRIPTS = {
    "": digits.script,
    "exact": exact.PAGE.script,
    "derivation": derivation.PAGE.script,
    "errata": errata.PAGE.script,
    "compare": compare.PAGE.script,
    "encode": encode.PAGE.script,
    "quality": quality.PAGE.script,
}  # path -> the page's script

# The lab has its own bar and fills the window; without Streamlit's header there is nothing to skip either.
CHROME = """<style>
header[data-testid="stHeader"], a[data-testid="stSkipToContent"] { display: none; }
.stMainBlockContainer { padding: 0 !important; max-width: none; }
.stMainBlockContainer [data-testid="stVerticalBlock"] { gap: 0; }
</style>"""


def all_pages() -> list[StreamlitPage]:
    """The pages of `markup.ENTRIES`, the lab first; each keeps to the shared settings of `ddim_lab.lab.settings`."""
    return [
        st.Page(SCRIPTS[entry.path], title=entry.title, url_path=entry.path or "lab", default=not entry.path)
        for entry in markup.ENTRIES
    ]
