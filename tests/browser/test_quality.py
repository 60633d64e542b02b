"""The page "Quality map" in a browser: asked first, a cell by mouse and by keys, its digits, links, a damaged file."""

import base64
import json

import numpy as np
import pytest
from playwright.sync_api import expect

from ddim_lab.lab.pages.quality import reading
from ddim_lab.teaching.pages import find
from ddim_lab.teaching.pages.quality import GUIDE
from tests import quality_table
from tests.browser.conftest import NARROW, App
from tests.lab import truth

pytestmark = pytest.mark.browser

PIXELS = """lab => {
  const canvas = lab.querySelector(".digits > canvas"), context = canvas.getContext("2d"), columns = canvas.width / 30;
  const grey = [];
  for (let i = 0; i < 10; i++) {
    const { data } = context.getImageData(30 * (i % columns) + 1, 30 * Math.floor(i / columns) + 1, 28, 28);
    for (let k = 0; k < data.length; k += 4) grey.push(String.fromCharCode(data[k]));
  }
  return btoa(grey.join(""));
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("quality") / "quality.json"


@pytest.fixture(scope="module")
def app(tmp_path_factory, file):
    """An app of its own, which shows a table made up for these tests."""
    quality_table.write(file)  # the questions are chosen when the page is first opened
    with App(tmp_path_factory.mktemp("app") / "streamlit.log").running(DDIM_QUALITY=str(file)) as started:
        yield started


class Map:
    """An open page."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".lab.quality")

    def cell(self, name):
        return self.page.locator(f'.ours [data-cell="{name}"]')

    def wait(self, condition, argument=None):
        """Until `condition` holds; what it gave then."""
        arguments = [self.root.element_handle(), argument]
        return self.page.wait_for_function(f"([lab, argument]) => {condition}", arg=arguments).json_value()

    def drawn(self, **cell):
        """Waits until that cell's digits are on screen and checks them against dl.sample."""
        wanted = {"eta": 0, "S": 10, "spacing": "trailing", "sigma_hat": False, "seed": 0} | cell
        told = json.dumps(wanted, separators=(",", ":"))
        pixels = self.wait(f"lab.dataset.drawn == argument && ({PIXELS})(lab)", told)  # found and read in one task
        shown = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(10, 28, 28)
        truth.assert_same_picture(shown, truth.film(wanted | {"images": 10})[0][-1])


@pytest.fixture
def quality(open_at, file):
    """quality("cell=0-10"): the page at that link, over a whole table."""

    def open_one(query="", content=None, size=None):
        quality_table.write(file, content or quality_table.table(reading.shipped_weights() or ""))
        shown = Map(open_at(f"quality?{query}", **({"size": size} if size else {})))
        shown.root.and_(shown.page.locator('[data-status="ready"]')).wait_for(state="attached")
        return shown

    return open_one


def test_the_map_is_covered_until_it_was_guessed_at(quality):
    m = quality()
    expect(m.root).to_have_attribute("data-covered", "true")
    expect(m.cell("eta 0|10").locator("b")).to_be_hidden()
    expect(m.page.locator(".theirs .map")).to_contain_text("13.36")  # the paper's is there to think with
    keys = [step.key for step in GUIDE]
    for key in keys[: keys.index("choose")]:
        m.page.locator(".guide .option").nth(find(key).answer()).click()
        m.page.get_by_role("button", name="Go on").click()
    expect(m.root).to_have_attribute("data-covered", "false")
    expect(m.cell("eta 0|10").locator("b")).to_have_text("0.11")
    expect(m.page.locator(".guide-body")).to_contain_text("Click a cell")
    m.drawn()  # the learner's own setting, drawn from the start


def test_a_cell_is_chosen_by_mouse_and_by_keys(quality):
    m = quality("cell=0-5")
    m.drawn(S=5)
    m.cell("eta 0.5|5").click()
    m.drawn(S=5, eta=0.5)
    expect(m.page.locator("#quality-chosen")).to_contain_text("eta 0.5, S 5")
    expect(m.page.locator(".numbers-box")).to_contain_text("Recall")
    m.cell("eta 0.5|5").focus()
    m.page.keyboard.press("ArrowRight")
    m.page.keyboard.press("ArrowUp")
    expect(m.cell("eta 0.2|10")).to_be_focused()
    expect(m.cell("eta 0.2|10")).to_have_attribute("aria-selected", "true")
    m.drawn(S=10, eta=0.2)
    m.page.get_by_role("button", name="New start").click()
    m.drawn(S=10, eta=0.2, seed=1)
    m.page.wait_for_url("**cell=0.2-10**")


def test_marks_and_your_setting_are_words_too(quality):
    m = quality("cell=1-20&eta=0.5&S=20")
    expect(m.cell("eta 0.5|20")).to_have_attribute(
        "aria-label", "eta 0.5, S 20, 0.095, interval 0.091 – 0.099, your setting"
    )
    best = m.page.locator(".ours td.best")
    expect(best).to_have_count(1)
    assert "the best" in best.get_attribute("aria-label")
    expect(m.page.locator(".you-words")).to_have_text("your setting")


def test_a_setting_off_the_map_is_named_the_nearest(quality):
    m = quality("cell=1-20&S=12")
    expect(m.page.locator(".you-words")).to_have_text("nearest to your setting (S 12 is 10 here)")
    expect(m.cell("eta 0|10")).to_have_class("yours")


def test_a_link_restores_measure_spacing_cell_and_start(quality):
    m = quality("by=quadratic&measure=recall&floor=1&cell=hat-10&start=3&beside=CelebA")
    m.wait("lab.dataset.measure == 'recall' && lab.dataset.by == 'quadratic' && lab.dataset.relativeShown == 'true'")
    expect(m.cell("sigma-hat|10")).to_have_attribute("aria-selected", "true")
    expect(m.page.locator('.data [aria-pressed="true"]')).to_have_text("CelebA")
    m.drawn(eta=1, sigma_hat=True, spacing="quadratic", seed=3)
    href = m.page.locator(".to-lab").get_attribute("href")
    assert "sigma_hat=true" in href
    assert "spacing=quadratic" in href


def test_a_long_run_waits_for_a_press_and_can_be_stopped(quality):
    m = quality("cell=0-1000")
    expect(m.page.locator(".drawn-how")).to_have_text("1000 steps take a while: press Draw")
    m.page.get_by_role("button", name="Draw", exact=True).click()
    expect(m.page.locator(".drawn-how")).to_contain_text("of 1000")
    m.page.get_by_role("button", name="Stop", exact=True).click()
    expect(m.page.get_by_role("button", name="Draw", exact=True)).to_be_visible()
    m.cell("eta 0|5").click()
    m.drawn(S=5)


def test_a_damaged_file_gives_a_message_and_the_page_goes_on(quality, file, open_at):
    file.write_text("{ not a table")
    m = Map(open_at("quality?cell=0-5"))
    expect(m.page.locator(".trouble")).to_contain_text("is damaged")
    expect(m.page.locator(".trouble")).to_contain_text("python -m ddim_lab quality")
    expect(m.page.locator(".theirs .map")).to_contain_text("13.36")
    m.drawn(S=5)


def test_the_table_goes_home_as_csv_and_as_a_picture(quality):
    m = quality("cell=0-5")
    with m.page.expect_download() as csv:
        m.page.get_by_role("button", name="CSV").click()
    assert csv.value.path().read_text().count("\n") == 78
    with m.page.expect_download() as png:
        m.page.get_by_role("button", name="PNG").click()
    assert png.value.path().read_bytes().startswith(b"\x89PNG")


def test_nothing_scrolls_sideways_on_a_phone(quality):
    m = quality("cell=0-5", size=NARROW)
    m.drawn(S=5)
    assert m.root.evaluate("lab => lab.scrollWidth <= innerWidth")
    assert m.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
