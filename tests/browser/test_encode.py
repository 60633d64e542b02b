"""Encode and edit in a browser: draw and see it come back, a bad upload in words, another digit, a part filled in."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(open_at):
    """desk(query): the page, once the ready digit is on it."""

    def open_one(query="S=3", **options):
        page = open_at(f"encode?guide=end&{query}", **options)
        expect(page.locator(".lab.encode")).to_have_attribute("data-picture", "ready")
        return page

    return open_one


def draw(page, selector, *points):
    """A stroke over points in shares of the canvas."""
    box = page.locator(selector).bounding_box()
    where = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*where[0])
    page.mouse.down()
    for point in where[1:]:
        page.mouse.move(*point, steps=4)
    page.mouse.up()


def fresh(page, selector, n):
    """Waits until the n pictures of a row are of the present setting."""
    expect(page.locator(f'{selector} .cell[data-state="fresh"]')).to_have_count(n)


def test_draw_a_digit_and_see_it_come_back(desk):
    page = desk()
    page.get_by_role("button", name="Clear", exact=True).first.click()
    expect(page.get_by_role("alert").filter(has_text="The pad is empty")).to_be_visible()
    draw(page, ".pad", (0.55, 0.15), (0.5, 0.85))
    expect(page.locator(".lab.encode")).to_have_attribute("data-picture", "own")
    expect(page.locator(".reads")).to_contain_text("The judge reads a 1")
    expect(page.get_by_role("combobox", name="Label of your digit")).to_have_value("1")
    fresh(page, ".strip.up", 4)
    fresh(page, ".strip.down", 4)
    expect(page.locator(".stage-code .verdict-line")).to_contain_text("network calls in 3 steps")
    expect(page.locator('.again-row .cell[data-state="fresh"]').first).to_be_visible()
    expect(page.locator(".gaussian tbody tr")).to_have_count(4)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".refusal")).to_contain_text("empty")  # the pad is as it was: nothing on it


def test_the_pad_works_with_the_keyboard(desk):
    page = desk()
    page.get_by_role("button", name="Clear", exact=True).first.click()
    page.locator(".pad").focus()
    for key in ["ArrowUp"] * 12 + [" "] + ["ArrowDown"] * 24 + [" "]:
        page.keyboard.press(key)
    expect(page.locator(".reads")).to_contain_text("The judge reads a 1")


def test_uploads_are_taken_or_refused_in_words(desk):
    page = desk()
    file = page.locator(".file")
    file.set_input_files({"name": "digit.png", "mimeType": "image/png", "buffer": b"not a picture"})
    expect(page.locator(".refusal")).to_contain_text("This file is no picture that can be read")
    expect(page.locator(".lab.encode")).to_have_attribute("data-picture", "ready")  # nothing is lost
    stroke = np.full((200, 160, 3), 255, np.uint8)
    stroke[30:170, 70:90] = (20, 40, 120)
    out = io.BytesIO()
    Image.fromarray(stroke).save(out, "JPEG")
    file.set_input_files({"name": "one.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    expect(page.locator(".reads")).to_have_text("The judge reads a 1. Dark on light: inverted.")
    expect(page.locator(".refusal")).to_be_hidden()


def test_another_digit(desk):
    page = desk("S=3&do=change")
    fresh(page, ".ten", 10)
    expect(page.locator(".stage-change .verdict-line")).to_contain_text("The judge reads the digit that was asked for")
    page.get_by_role("button", name="under label 7").click()
    page.get_by_role("button", name="Add noise").click()
    expect(page.locator(".turn-name")).to_contain_text("noised up to t = 1000")
    slider = page.get_by_role("slider", name="How far up")
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    expect(page.locator(".turn-name")).to_contain_text("noised up to t = 333")
    fresh(page, ".ten", 10)
    page.wait_for_url("**do=change**")


def test_a_part_is_filled_in(desk):
    page = desk("S=3&do=fill&eta=1", size=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    fresh(page, ".fills", 4)
    page.locator(".halves").get_by_role("button", name="Clear").click()
    expect(page.locator(".stage-fill .verdict-line")).to_contain_text("Nothing is marked")
    page.locator(".mask").scroll_into_view_if_needed()
    draw(page, ".mask", (0.2, 0.3), (0.8, 0.3))
    fresh(page, ".fills", 4)
    expect(page.locator(".stage-fill .verdict-line")).to_contain_text("What was not covered is untouched.")


def test_two_codes_and_what_is_taken_away(desk):
    page = desk("S=2&do=blend")
    fresh(page, ".strip.sphere", 9)
    fresh(page, ".strip.line", 9)
    expect(page.locator(".big.line output")).to_contain_text("length 0.")
    page.locator(".take summary").click()
    expect(page.locator(".python")).to_contain_text("dl.interpolate")
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    picture = Image.open(download.value.path())
    assert picture.size == (4 * (9 * 30 - 2), 4 * (2 * 30 - 2))
    page.get_by_role("button", name="Four").click()
    fresh(page, ".grid", 25)
