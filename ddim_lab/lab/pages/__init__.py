"""The pages of the app. Whatever is said of them elsewhere (the bar, the socket's views) is read from here.

To add one: ddim_lab/lab/pages/<name>/ holds page.py, which declares `PAGE = shell.LivePage("<name>", ...)`, <name>.html
(with `<!-- head -->`, and any controls of static/parts/), <name>.css, and <name>.js, which exports
`class Page extends LivePage` of static/page.js. What it teaches stands in ddim_lab/teaching/pages/,
where TITLES, the one list of pages, names it.
"""

from importlib import import_module

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ddim_lab.lab.live.views import View
from ddim_lab.lab.shell import LivePage
from ddim_lab.teaching.pages import TITLES

PAGES: tuple[LivePage, ...] = tuple(import_module(f"{__name__}.{name}.page").PAGE for name in TITLES)
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
