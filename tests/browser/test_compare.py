"""The page "Compare" in a browser: a guess before the lanes show, one scrubber for all, one lane dragged alone."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from ddim_lab.teaching.pages import find as question
from ddim_lab.teaching.pages.compare.comparisons import find
from tests.browser.conftest import NARROW
from tests.lab import truth

pytestmark = pytest.mark.browser

# The eight pictures of every lane as the canvases hold them, and what the page says of each: read in one task.
READ = """lab => [...lab.querySelectorAll(".lane")].map(lane => ({
  ...lane.dataset,
  states: [...lane.querySelectorAll(".picture")].map(place => place.dataset.state),
  pictures: [...lane.querySelectorAll(".pictures-row")].flatMap(row => {
    const canvas = row.querySelector("canvas"), context = canvas.getContext("2d");
    return [...row.querySelectorAll(".picture")].map((_, i) => {
      const { data } = context.getImageData(30 * i + 1, 1, 28, 28), grey = [];
      for (let p = 0; p < data.length; p += 4) grey.push(String.fromCharCode(data[p]));
      return btoa(grey.join(""));
    });
  }),
}))"""


class Compare:
    """An open page."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".lab.compare")
        self.exact()

    def exact(self):
        """Waits until every picture of every lane is of the settings that the labels show."""
        lanes = self.root.locator(".lane")
        expect(lanes.first).to_be_attached()
        expect(self.root.locator('.lane:not([data-state="exact"])')).to_have_count(0)
        expect(self.root).to_have_attribute("data-status", "ready")

    def lanes(self):
        return self.root.evaluate(READ)

    def slider(self, name):
        return self.page.get_by_role("slider", name=name, exact=True)


@pytest.fixture
def compare(open_at):
    return lambda query="", **options: Compare(open_at(f"compare?{query}", **options))


def grey(text):
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)


def check(lane, settings):
    """The lane's pictures are dl.sample's results at `settings`."""
    x_t, _ = truth.film(settings)
    for image, picture in enumerate(lane["pictures"]):
        truth.assert_same_picture(grey(picture), x_t[-1, image], f"picture {image} at {settings}")


def test_a_ready_made_comparison_asks_before_it_shows(compare):
    lab = compare()
    one, asked = find("compare-off"), question("compare-off")
    expect(lab.root.locator(".predict .sentence")).to_have_text(one.sentence)
    second = lab.root.locator('.lane[data-lane="2"]')
    expect(second.locator(".cover")).to_be_visible()
    expect(second.locator(".told")).to_be_empty()
    lab.page.get_by_role("button", name=asked.options[0].text).click()
    expect(lab.root.locator(".predict .prompt")).to_contain_text("✗ Not yet. " + asked.options[0].reply)
    expect(second.locator(".cover")).to_be_visible()  # a hint, and a second try
    lab.page.get_by_role("button", name=asked.options[1].text).click()
    expect(lab.root.locator(".predict .verdict")).to_have_text("✓ Yes. ")
    expect(second.locator(".cover")).to_be_hidden()
    expect(second.locator(".lane-name")).to_have_text(re.compile("2 eta 1 · noise switched off"))
    expect(second.locator(".told")).to_contain_text("from lane 1")
    shown = lab.lanes()
    check(shown[0], {"eta": 1.0, "digit": "3"})
    check(shown[2], {"eta": 0.0, "digit": "3"})
    spread = [np.std([grey(p) for p in lane["pictures"]], axis=0).mean() for lane in shown]
    assert spread[1] < 0.3 * min(spread[0], spread[2])


def test_the_scrubber_moves_all_lanes_each_to_its_own_nearest_moment(compare):
    lab = compare("S=10&images=2&l2=S4&l3=S4-quadratic")
    scrub = lab.slider("noise level")
    scrub.focus()
    scrub.press("Home")
    assert [lane["t"] for lane in lab.lanes()] == ["1000"] * 3
    first = lab.lanes()
    assert first[0]["pictures"] == first[1]["pictures"] == first[2]["pictures"]  # one x_T
    box = scrub.bounding_box()
    for place in (0.31, 0.62, 0.9):
        x = box["x"] + 8 + place * (box["width"] - 16)
        lab.page.mouse.click(x, box["y"] + box["height"] / 2)
        t = 1000 - int(scrub.input_value())
        assert abs(t - (1 - place) * 1000) < 20
        visited = [list(range(0, 1001, 100)), [0, 250, 500, 750, 1000], [0, 63, 250, 563, 1000]]
        for lane, times in zip(lab.lanes(), visited, strict=True):
            assert abs(int(lane["t"]) - t) == min(abs(one - t) for one in times)
    scrub.press("ArrowRight")  # the next moment that any lane visits: t = 63 after t = 100
    assert lab.lanes()[2]["t"] == "63"
    lab.page.get_by_role("button", name="predicted x0").click()
    lab.page.wait_for_url(re.compile("row=x0"))


def test_a_question_opens_lanes_of_its_own_and_the_learners_come_back(compare):
    lab = compare("S=10&images=2&l2=S4&l3=S4-quadratic")
    own = [re.compile("S 10"), re.compile("S 4 · even"), re.compile("S 4 · quadratic")]
    names = lab.root.locator(".lane-name")
    expect(names).to_have_text(own)
    lab.slider("noise level").press("Home")  # what the guide's step asks for; its next one is about three other lanes
    lab.page.get_by_role("button", name="Go on with the guide").click()
    expect(lab.root.locator(".guide-body")).to_contain_text(question("compare-ways").prompt)
    expect(names.nth(1)).to_have_text(re.compile("noise switched off"))
    lab.page.get_by_role("button", name="Skip").click()
    expect(names).to_have_text(own)


def test_dragging_one_lanes_eta_draws_that_lane_alone(compare):
    lab = compare("S=6&l2=S6-eta1")
    before = lab.lanes()
    lab.page.get_by_role("button", name="Edit lane 2", exact=True).click()
    slider = lab.slider("eta")
    expect(slider).to_have_js_property("value", "1")
    box = slider.bounding_box()
    y, at = box["y"] + box["height"] / 2, lambda share: box["x"] + 8 + share * (box["width"] - 16)
    lab.root.evaluate("lab => { lab.seen = []; new MutationObserver(() => lab.seen.push(lab.querySelector('.lane').dataset.state)).observe(lab, { subtree: true, attributes: true, attributeFilter: ['data-state'] }); }")  # noqa: E501  # fmt: skip
    end = float(slider.get_attribute("max"))
    lab.page.mouse.move(at(1 / end), y)
    lab.page.mouse.down()
    lab.page.mouse.move(at(0.5), y, steps=5)
    second = lab.root.locator('.lane[data-lane="2"]')
    expect(second).not_to_have_attribute("data-eta", "1")  # drawn anew while the button is down
    assert lab.lanes()[0]["pictures"] == before[0]["pictures"]
    lab.page.mouse.move(at(0.4), y, steps=3)
    lab.page.mouse.up()
    wanted = float(slider.input_value())
    expect(second).to_have_attribute("data-eta", re.compile(rf"^{round(wanted, 3):g}"))
    lab.exact()
    after = lab.lanes()
    assert after[0]["pictures"] == before[0]["pictures"]
    assert set(lab.root.evaluate("lab => lab.seen")) == {"exact"}  # lane 1 was never held, let alone drawn
    check(after[0], {"S": 6})
    check(after[1], {"S": 6, "eta": float(after[1]["eta"])})
    lab.page.wait_for_url(re.compile(rf"l2=eta{after[1]['eta']}-S6"))


def test_a_link_restores_lanes_and_moment(compare):
    lab = compare("S=5&images=3&seed=4&l2=eta1-S5-off&l3=S3-quadratic-cosine&at=0.4&row=x0")
    assert lab.root.locator(".lane-name").all_text_contents() == [
        "1 eta 0 (DDIM) · S 5 · even steps, ending at T · linear noise schedule",
        "2 eta 1 · S 5 · even steps, ending at T · linear noise schedule · noise switched off",
        "3 eta 0 (DDIM) · S 3 · quadratic steps · cosine noise schedule",
    ]
    assert lab.lanes()[0]["t"] == "600"
    _, x0 = truth.film({"S": 5, "seed": 4, "images": 3})
    for image, picture in enumerate(lab.lanes()[0]["pictures"]):
        truth.assert_same_picture(grey(picture), x0[2, image])
    lab.page.get_by_role("button", name="Duplicate lane").click()
    expect(lab.root.locator(".lane")).to_have_count(4)
    lab.page.wait_for_url(re.compile("l4="))
    lab.page.get_by_role("link", name="Lab", exact=True).click()  # lane 1 goes along
    lab.page.wait_for_url(re.compile(r"/\?.*S=5"))


def test_what_cannot_be_done_is_said_and_nothing_is_lost(open_at):
    page = open_at("compare?S=1000&l2=S1000&l3=S4&l4=%3Cb%3E")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("these 3 lanes need 16032 network passes")
    number = page.get_by_role("spinbutton", name="S, exact number of steps")
    for lane in (1, 2):
        page.get_by_role("button", name=f"Edit lane {lane}", exact=True).click()
        number.fill("3")
        number.press("Enter")
    Compare(page)
    assert [lane["t"] for lane in Compare(page).lanes()] == ["0"] * 3
    expect(notice).to_be_hidden()


def test_nonsense_in_the_link_is_said(compare):
    lab = compare("S=2&images=1&l2=eta1-S2&l3=%3Cb%3E")
    expect(lab.root.locator(".notice")).to_contain_text("lane 3: a lane has no setting '<b>'")
    assert len(lab.lanes()) == 2


def test_the_picture_that_is_taken_away(compare):
    lab = compare("S=3&images=2&l2=S3-eta1&l3=S2-dpmpp_2s", size=NARROW)
    assert lab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with lab.page.expect_download() as download:
        lab.page.get_by_role("button", name="PNG").click()
    picture = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert picture.format == "PNG"
    assert (np.asarray(picture.convert("L"))[60:120] < 30).mean() > 0.1  # digits on black, not an empty sheet
    lab.page.get_by_text("Code the Python").click()
    for lines in ("lanes.append(dl.last(dl.sample(", 'solver="dpmpp_2s"'):
        expect(lab.root.locator(".code")).to_contain_text(lines)
    check(lab.lanes()[2], {"S": 2, "solver": "dpmpp_2s"})


def test_the_guide_waits_for_each_step(compare):
    lab = compare()
    page, guide = lab.page, lab.root.locator(".guide-body .count")
    expect(guide).to_have_text("1/7")
    page.locator(".predict .give-up").click()
    expect(guide).to_have_text("2/7")
    lab.slider("noise level").press("Home")
    expect(guide).to_have_text("3/7")
    page.locator(".guide .option").nth(2).click()
    page.get_by_role("button", name="Go on").click()
    expect(guide).to_have_text("4/7")
    page.get_by_role("button", name="Edit lane 3", exact=True).click()
    lab.slider("eta").press("PageUp")
    expect(guide).to_have_text("5/7")
    page.locator(".guide .option").nth(1).click()
    expect(page.locator(".guide-body .verdict")).to_have_text("✓ Yes. ")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name=find("compare-hat").title).click()
    page.locator(".predict .give-up").click()
    expect(guide).to_have_text("7/7")
    page.get_by_role("button", name="Duplicate lane").click()
    expect(page.locator(".guide-body")).to_contain_text("The page is yours")
