"""The server is killed under a page, and comes back: the page says so, tries again, and goes on where it was.

`DDIM_AWAY="1 5 30" python -m pytest -n 0 tests/browser/test_comes_back.py` leaves it away for so many seconds in turn.
"""

import os
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App

pytestmark = pytest.mark.browser
AWAY = [float(seconds) for seconds in os.environ.get("DDIM_AWAY", "3").split()]
GUIDE = "lab.querySelector('.guide-body')?.innerText"
MOVED = """(lab, value) => { const eta = lab.querySelector('.eta'); eta.value = value;
  eta.dispatchEvent(new Event('input', { bubbles: true })); return eta.value; }"""  # by a hand that still holds it


def guided(page):
    """One step on in the guide, or an answer to its question."""
    body = page.locator(".guide-body")
    before = body.inner_text()
    page.locator(".guide-actions button").first.click()
    expect(body).not_to_have_text(before)


def dragged(page):
    page.locator(".lab").evaluate(MOVED, 0.7)


def typed(page):
    page.get_by_role("tab", name="The last two steps are missing").click()
    page.get_by_label("k =", exact=True).fill("√b − m·√a")
    page.get_by_label("m =", exact=True).fill("sqrt((1 - b - sigma)/(1 - a))")


def drawn(page):
    """A stroke on the pad, by keys."""
    page.get_by_role("button", name="Clear", exact=True).first.click()
    page.locator(".pad").focus()
    for key in ["ArrowUp"] * 12 + [" "] + ["ArrowDown"] * 24 + [" "]:
        page.keyboard.press(key)
    expect(page.locator(".reads")).to_contain_text("The judge reads a 1")


PAGES = {  # page -> what the learner did there, and a look at what must be as they left it
    "": (dragged, f"lab => [lab.querySelector('.eta').value, {GUIDE}]"),
    "derivation": (typed, "lab => [...lab.querySelectorAll('input[type=text]')].map(input => input.value)"),
    "exact": (dragged, f"lab => [lab.querySelector('.eta').value, {GUIDE}]"),
    "errata": (guided, f"lab => [lab.querySelector('[aria-selected=true]')?.textContent, {GUIDE}]"),
    "compare": (guided, f"lab => [lab.querySelectorAll('.lane').length, {GUIDE}]"),
    "encode": (drawn, "lab => [lab.querySelector('.pad').toDataURL(), lab.querySelector('.reads').innerText]"),
    "quality": (guided, f"lab => [lab.querySelector('.cell')?.textContent, {GUIDE}]"),
}


READY = {"": ("data-status", "exact"), "encode": ("data-picture", "ready")}  # which is at work for long


def test_every_page_goes_on_after_the_server_was_away(browser, tmp_path):
    app = App(tmp_path / "log")
    process = app.start()
    app.wait(process)
    context = browser.new_context(reduced_motion="reduce")
    pages, before = {}, {}
    try:
        for name, (act, look) in PAGES.items():
            page = context.new_page()
            page.goto(f"{app.url}/{name}?S=5")
            pages[name] = lab = page.locator(".lab")
            expect(lab).to_have_attribute(*READY.get(name, ("data-status", "ready")))
            act(page)
            before[name] = lab.evaluate(look)
            lab.evaluate("lab => { lab.mine = true; }")
        for away in AWAY:
            process.kill()
            process.wait(20)
            for lab in pages.values():
                expect(lab).to_have_attribute("data-status", "offline")
                expect(lab.locator(".notice")).to_contain_text("keeps trying")
            time.sleep(away)
            process = app.start()
            app.wait(process)
            for name, lab in pages.items():
                expect(lab).not_to_have_attribute("data-status", "offline")
                expect(lab.locator(".notice")).not_to_contain_text("keeps trying")
                assert lab.evaluate(PAGES[name][1]) == before[name], name
                assert lab.evaluate("lab => lab.mine"), f"{name} was made anew"
            goes_on(pages)
    finally:
        process.terminate()
        process.wait(20)
        context.close()


def goes_on(pages):
    """What is done now is answered: a drag is drawn, a formula judged, the digit on the pad is walked."""
    expect(pages[""]).to_have_attribute("data-status", "exact")
    pages["derivation"].get_by_label("k =", exact=True).press("Enter")
    expect(pages["derivation"].locator(".verdict-card")).to_contain_text("σ stands where σ² should")
    expect(pages["encode"].locator('.strip.down .cell[data-state="fresh"]').first).to_be_visible()
