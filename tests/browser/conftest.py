"""The real app, started as a learner starts it, in a real Chromium."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests import chromium
from tests.browser.lab import Lab

ROOT = Path(__file__).parents[2]
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ARGS += ["--host-resolver-rules=MAP lab.test 127.0.0.1"]  # a name for what is hosted
STARTS_WITHIN = 120  # seconds, on a busy machine
PATIENCE = 60_000  # ms for anything to appear; on a quiet machine nothing takes a second
expect.set_options(timeout=PATIENCE)
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LARGE, MIDDLE = {"width": 1280, "height": 720}, {"width": 960, "height": 600}  # a projector, a small window


class App:
    """The running app: its address, and what it wrote to its log."""

    def __init__(self, log: Path, *arguments: str):
        self.log, self.arguments = log, arguments  # of app.py
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.put_below("")

    def put_below(self, path: str) -> None:
        """It will be started at `path`."""
        self.below = path
        self.url = f"http://localhost:{self.port}{path}"

    @contextmanager
    def running(self, **environment: str) -> Iterator["App"]:
        """Started, with `environment` beside ours; it ends with the block."""
        process = self.start(**environment)
        try:
            self.wait(process)
            yield self
        finally:
            process.terminate()
            process.wait(20)

    def start(self, **environment: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.headless", "true", "--server.port", str(self.port), "--server.fileWatcherType", "none"]
        command += ["--server.baseUrlPath", self.below, "--", *self.arguments]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=os.environ | environment
            )

    def wait(self, process: subprocess.Popen) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        pytest.fail(f"the app did not start within {STARTS_WITHIN} s; its log ends:\n{self.log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    with App(tmp_path_factory.mktemp("app") / "streamlit.log").running() as started:
        yield started


@pytest.fixture(scope="session")
def browser():
    path = chromium.find()
    if path is None:
        pytest.fail(
            "the browser tests need Chromium: run `python -m tests.chromium` (or `playwright install chromium`), "
            "install it with your system's package manager, or set DDIM_CHROMIUM to its path; "
            'without a browser run the other tests with `python -m pytest -m "not browser"`'
        )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def context(browser):
    """What pages share: Chromium's cache, so that each need not fetch all of Streamlit anew."""
    shared = browser.new_context(reduced_motion="reduce")
    shared.set_default_timeout(PATIENCE)
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def idle():
    """Pages that a test has left, blank again: the next one opens in a third of the time, for Streamlit is compiled."""
    return []


@pytest.fixture
def new_page(app, context, idle):
    """new_page(size, dark): an empty page; `own`: one that no other test had, for what goes along with a page.

    Afterwards no page may have raised an error or asked another machine for anything, the server's log must show no
    traceback, and what a page left in the browser is gone.
    """
    pages, errors, foreign, logged = [], [], [], app.log.stat().st_size
    heard = {
        "pageerror": lambda error: errors.append(str(error)),
        "request": lambda request: foreign.append(request.url) if _foreign(request.url, app.url) else None,
    }

    def open_one(size=WIDE, dark=False, own=False) -> Page:
        page = context.new_page() if own or not idle else idle.pop()
        pages.append((page, own))
        page.set_viewport_size(size)
        set_dark(page, dark)
        for event, listener in heard.items():
            page.on(event, listener)
        return page

    yield open_one
    for page, own in pages:
        if page.url.startswith(app.url):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        for event, listener in heard.items():
            page.remove_listener(event, listener)
        if own:
            page.close()
        else:
            _leave(page)
            idle.append(page)
    context.clear_cookies()
    assert errors == []
    assert foreign == []
    assert "Traceback" not in app.log.read_text()[logged:]


def _leave(page: Page) -> None:
    """Makes the page blank, its mouse in a corner and no button down."""
    page.goto("about:blank")
    page.mouse.move(0, 0)
    page.mouse.up()


def set_dark(page: Page, dark: bool) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")


@pytest.fixture
def open_lab(app, new_page):
    """open_lab("eta=0.5", dark=True, ...): the lab at that link, when its pictures are exact (unless ready=False).

    `before` is done to a page of its own before it goes there.
    """

    def open_one(query="", size=WIDE, dark=False, ready=True, before=None) -> Lab:
        page = new_page(size, dark, own=before is not None)
        if before:
            before(page)
        lab = Lab(page, f"{app.url}/?{query}")
        if ready:
            lab.wait_exact()
        return lab

    return open_one


@pytest.fixture
def open_at(app, new_page):
    """open_at("derivation?eta=0.5", size=NARROW): the page at that path of the app."""

    def open_one(path: str, size=WIDE, dark=False, own=False) -> Page:
        page = new_page(size, dark, own)
        page.goto(f"{app.url}/{path}")
        return page

    return open_one


def _foreign(url: str, own: str) -> bool:
    return url.startswith("http") and not url.startswith(own)
