"""The server is killed under a page, and comes back: the page says so, tries again, and goes on where it was."""

import os
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App

pytestmark = pytest.mark.browser
PAGES = {  # page -> what the learner did there, and a look at what must be as they left it
    "": (
        "lab => { const eta = lab.querySelector('.eta'); eta.value = 0.7; "  # a hand that still holds it
        "eta.dispatchEvent(new Event('input', { bubbles: true })); }",
        "lab => lab.querySelector('.eta').value",
    ),
    "derivation": ("lab => lab.querySelector('.guide-actions button')?.click()", "lab => lab.dataset.status"),
    "exact": ("lab => {}", "lab => lab.querySelector('.eta')?.value"),
    "errata": ("lab => {}", "lab => lab.querySelector('[aria-selected=true]')?.textContent"),
    "compare": ("lab => {}", "lab => lab.querySelectorAll('.lane').length"),
    "encode": ("lab => {}", "lab => lab.querySelector('[aria-selected=true]')?.textContent"),
    "quality": ("lab => {}", "lab => lab.querySelector('.cell')?.textContent"),
}


AWAY = float(os.environ.get("DDIM_AWAY", "3"))  # seconds


def test_every_page_goes_on_after_the_server_was_away(browser, tmp_path):
    app = App(tmp_path / "log")
    process = app.start()
    app.wait(process)
    pages = {}
    context = browser.new_context(reduced_motion="reduce")
    for name, (act, look) in PAGES.items():
        page = context.new_page()
        page.goto(f"{app.url}/{name}?S=5")
        lab = page.locator(".lab")
        expect(lab).to_have_attribute("data-status", "exact" if not name else "ready")
        lab.evaluate(act)
        pages[name] = (lab, lab.evaluate(look))
        lab.evaluate("lab => { lab.mine = true; }")
    process.kill()
    process.wait(20)
    for lab, _ in pages.values():
        expect(lab).to_have_attribute("data-status", "offline")
        expect(lab.locator(".notice")).to_contain_text("keeps trying")
    time.sleep(AWAY)
    process = app.start()
    try:
        app.wait(process)
        for name, (lab, before) in pages.items():
            expect(lab).not_to_have_attribute("data-status", "offline")
            expect(lab.locator(".notice")).not_to_contain_text("keeps trying")
            assert lab.evaluate(PAGES[name][1]) == before, name
            assert lab.evaluate("lab => lab.mine"), f"{name} was made anew"
    finally:
        process.terminate()
        process.wait(20)
        context.close()
