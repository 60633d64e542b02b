"""The lab page has room for what it shows, at few steps and on narrow screens; its card is of the cursor's step."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE

pytestmark = pytest.mark.browser
PAGES = (
    "?guide=end&S=2",
    "?level=1",
    "exact",
    "derivation",
    "errata",
    "quality",
    "compare?S=2&images=2",
    "encode?S=2&T=4",
)
MIDDLES = "all => all.map(e => e.getBoundingClientRect()).map(box => box.x + box.width / 2)"
CLICK = """(lab, name) => {
  lab.querySelector(`[aria-label="${name}"]`).click();
  return lab.querySelector(".step").dataset.state;
}"""
SMALL = """() => {
  const all = root => [...root.querySelectorAll("*")].flatMap(e => e.shadowRoot ? [e, ...all(e.shadowRoot)] : [e]);
  const wanted = ".lab :is(button, select, textarea, summary, input), .bar a, .status a";
  return all(document).filter(e => e.matches(wanted) && e.checkVisibility({ visibilityProperty: true })).map(e => {
    const label = e.matches("[type=checkbox], [type=radio]") && e.closest("label");  // a click on it is one on the box
    const { width, height } = (label || e).getBoundingClientRect();
    return [`${e.tagName} ${e.getAttribute("aria-label") ?? e.textContent}`, width, height];
  }).filter(([, width, height]) => width && (width < 43.5 || height < 43.5));
}"""


def box(lab, selector):
    return lab.page.locator(selector).first.bounding_box()


def test_few_steps_make_no_larger_pictures(open_lab):
    lab = open_lab("guide=end&S=10&eta=0.5")
    shapes = {}
    for S in (1, 2, 3, 5, 10, 50):
        lab.page.locator(".S-number").fill(str(S))
        lab.page.locator(".S-number").press("Enter")
        lab.wait("lab.dataset.status == 'exact' && lab.dataset.steps == argument", str(S))
        lab.wait("lab.querySelector('.step').dataset.state == 'fresh'")
        card, cell = box(lab, ".step"), box(lab, ".strip.x_t .cell i")
        shapes[S] = {name: round(box(lab, name)["y"]) for name in (".strip.x0", ".sigma", ".ruler", ".scrub", ".step")}
        assert card["y"] + card["height"] <= WIDE["height"], f"S = {S}: the step card ends below the fold"
        assert cell["width"] == pytest.approx(cell["height"], abs=1)
        columns = lab.page.locator(".strip.x_t .cell i").evaluate_all(MIDDLES)
        ticks = lab.page.locator(".sigma .tick.middle").evaluate_all(MIDDLES)
        np.testing.assert_allclose(columns, ticks, atol=2)  # the curve stands under its pictures
    assert all(shape == shapes[10] for shape in shapes.values()), shapes  # nothing moves under the hand


@pytest.mark.parametrize("path", PAGES)
def test_narrow_targets_are_44_px(open_at, path):
    page = open_at(path, size=NARROW)
    page.locator('.lab:is([data-status="ready"], [data-status="exact"])').wait_for(state="attached")
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bar = page.locator(".bar .pages a").evaluate_all("all => all.map(a => a.scrollWidth - a.clientWidth)")
    assert max(bar) <= 0  # no name runs into the next
    if path.startswith("?guide=end"):
        for name in ("S", "start", "steps", "schedule", "more"):
            page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()
            assert page.evaluate(SMALL) == [], name


@pytest.mark.parametrize("level", [1, 4])
def test_the_narrow_page_shows_pictures_and_sigma_above_the_dock(open_lab, level):
    lab = open_lab(f"level={level}", size=NARROW)
    dock = lab.page.locator(".controls").bounding_box()["y"]
    chart = box(lab, ".sigma")
    assert chart["y"] + chart["height"] <= dock
    guide = box(lab, ".guide")
    assert guide["y"] + guide["height"] <= 200
    reset, share = (
        lab.page.get_by_role("button", name=name, exact=True).bounding_box() for name in ("Reset", "Copy link")
    )
    assert reset["y"] == share["y"]


def test_the_card_is_held_until_its_own_step_is_there(open_lab):
    lab = open_lab("guide=end&eta=0.5")
    lab.wait("lab.querySelector('.step').dataset.state == 'fresh'")
    for name, j in (("One step forward", "7"), ("One step forward", "8"), ("One step back", "7")):
        assert lab.root.evaluate(CLICK, name) == "held"
        lab.wait("lab.querySelector('.step').dataset.state == 'fresh'")
        assert lab.page.locator(".step").get_attribute("data-j") == j
    lab.page.locator("[data-control=results] button").nth(3).click()
    lab.wait("lab.querySelector('.step').dataset.state == 'fresh'")
    assert lab.page.locator(".step").get_attribute("data-j") == "7"


def test_small_numbers_keep_their_digits(open_lab):
    lab = open_lab("guide=end")
    lab.page.get_by_role("tab", name="Numbers").click()
    expect(lab.page.locator(".panel table tr").nth(1).locator("td").last).to_have_text("4.04e-5")


@pytest.mark.parametrize("S", [1, 10])
def test_the_last_steps_words_stay_under_the_arc(open_lab, S):
    lab = open_lab(f"guide=end&S={S}")
    lab.page.locator(".scrub").focus()
    lab.page.keyboard.press("End")
    expect(lab.page.locator(".arc text").first).to_have_text("Last step: no")
    corners = lab.page.locator(".arc text").evaluate_all(
        "all => all.map(t => { const box = t.getBBox(); return [box.x + box.width, box.y]; })"
    )
    for x, y in corners:
        assert (x - 30) ** 2 + (y - 128) ** 2 < 107**2
