"""The app and a page of Chromium, for a benchmark."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests import chromium
from tests.browser.conftest import ARGS, WIDE, App


@contextmanager
def opened() -> Iterator[tuple[App, Page]]:
    """A running app and an empty wide page. Raises SystemExit where there is no Chromium."""
    path = chromium.find()
    if path is None:
        raise SystemExit("no Chromium: run `python -m tests.chromium`, or set DDIM_CHROMIUM to its path")
    with (
        tempfile.TemporaryDirectory() as folder,
        App(Path(folder) / "log").running() as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        page = browser.new_page(viewport=WIDE)
        page.set_default_timeout(60_000)
        yield app, page
        browser.close()
