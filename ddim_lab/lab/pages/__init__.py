"""The page list. Whatever is said of the pages elsewhere (the bar, the socket's views, the questions) is read from it.

To add one: ddim_lab/lab/pages/<name>/ holds page.py, which declares `PAGE = shell.LivePage("<name>", ...)`, <name>.html
(with `<!-- head -->`, and any controls of static/parts/), <name>.css, and <name>.js, which exports
`class Page extends LivePage` of static/page.js. Then name it in PAGES below.
"""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ddim_lab.lab.live.views import View
from ddim_lab.lab.pages.compare import page as compare
from ddim_lab.lab.pages.derivation import page as derivation
from ddim_lab.lab.pages.digits import page as digits
from ddim_lab.lab.pages.encode import page as encode
from ddim_lab.lab.pages.errata import page as errata
from ddim_lab.lab.pages.exact import page as exact
from ddim_lab.lab.pages.quality import page as quality

PAGES = (digits.PAGE, exact.PAGE, derivation.PAGE, errata.PAGE, compare.PAGE, encode.PAGE, quality.PAGE)
ANSWER = View("answer", "ddim_lab.lab.live.guesses:answer")  # to a guess, on every page
VIEWS = {view.name: view for page in PAGES for view in page.views} | {ANSWER.name: ANSWER}

# The lab has its own bar and fills the window; without Streamlit's header there is nothing to skip either.
CHROME = """<style>
header[data-testid="stHeader"], a[data-testid="stSkipToContent"] { display: none; }
.stMainBlockContainer { padding: 0 !important; max-width: none; }
.stMainBlockContainer [data-testid="stVerticalBlock"] { gap: 0; }
</style>"""


def all_pages() -> list[StreamlitPage]:
    """The pages for Streamlit, the lab first; each keeps to the shared settings of `ddim_lab.lab.settings`."""
    return [
        st.Page(page.script, title=page.title, url_path=page.path or "lab", default=not page.path) for page in PAGES
    ]
