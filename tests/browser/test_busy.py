"""Behind a busy server a page says how many pictures are ahead, and what stays on the screen is marked as held."""

import pytest
from playwright.sync_api import expect

from ddim_lab.lab.live import messages
from tests.lab.wire import kind, unpack

pytestmark = pytest.mark.browser
FILMS = ("film", "compare", "encode", "digits")  # the views
KNOWN = ("curves", "start", "error")  # what is there before any pass


def press(key):
    return lambda page: page.get_by_role("slider", name="eta", exact=True).press(key)


def relabel(page):
    page.get_by_role("combobox", name="Label of your digit").select_option("3")


def guess_first(page):
    page.get_by_role("button", name="smaller than it should be").click()
    expect(page.locator(".verdict-line")).to_contain_text("✓ Yes.")
    for key in ("ArrowLeft", "ArrowRight"):
        press(key)(page)


# Where a film is shown; its pictures; what changes them all.
PAGES = {
    "?level=4&S=3&images=2": (".strip.x_t .cell, [data-control=results] button", press("PageUp")),
    "compare?S=3&images=2": (".lane.selected .picture", press("PageUp")),
    "encode?S=3": (".strip:is(.up, .down) .cell", relabel),
    "errata?case=noise-off": (".clinic .twin .results button", guess_first),
}


class Busy:
    """What the page's socket brings; while `is_on` only what needs no pass."""

    def __init__(self, page):
        self.is_on = False
        page.route_web_socket("**/ddim/live", self.route)

    def route(self, socket):
        server = socket.connect_to_server()
        server.on_message(lambda message: socket.send(self.held_back(message) if self.is_on else message))

    def held_back(self, message: bytes) -> bytes:
        answers = []
        for answer in unpack(message):
            del answer["pictures"]
            if answer["view"] in FILMS and kind(answer) not in KNOWN:
                answer = {"type": "part", "id": answer["id"], "view": answer["view"], "kind": "busy", "ahead": 12}
            answers.append(messages.pack(answer))
        return b"".join(answers)


@pytest.mark.parametrize("path", PAGES)
def test_what_a_busy_server_has_not_drawn_is_marked_as_held(app, new_page, path):
    pictures, change = PAGES[path]
    page = new_page(own=True)
    busy = Busy(page)
    page.goto(f"{app.url}/{path}")
    shown = page.locator(".lab").locator(pictures)
    expect(shown.first).to_have_attribute("data-state", "fresh")
    expect(shown.and_(page.locator(':not([data-state="fresh"])'))).to_have_count(0)
    busy.is_on = True
    change(page)
    expect(page.locator(".timing")).to_have_text("busy: 12 pictures are ahead")
    expect(shown.and_(page.locator(':not([data-state="held"])'))).to_have_count(0)
