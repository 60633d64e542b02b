"""The browser that the tests drive: `python -m tests.chromium` makes sure there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Path of $DDIM_CHROMIUM, of a browser on the system, or of Playwright's own Chromium; None if there is none."""
    if os.environ.get("DDIM_CHROMIUM"):
        return os.environ["DDIM_CHROMIUM"]
    installed = next((path for name in NAMES if (path := shutil.which(name))), None)
    return installed or _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__" and find() is None:
    sys.exit(subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"]))
