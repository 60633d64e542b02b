"""What is the learner's stays, and what a page says is of what it shows: on every page, also in between."""

import re

import pytest
from playwright.sync_api import expect

from ddim_lab.errata import mystery

pytestmark = pytest.mark.browser
PATIENCE_OF_THE_GUIDE = 1500  # ms, twice as long as it waits where it goes on by itself


@pytest.fixture
def at(open_at):
    """at(path): the page there, once it has answered."""

    def open_one(path, **options):
        page = open_at(path, **options)
        page.locator('.lab:is([data-status="ready"], [data-status="exact"])').wait_for(state="attached")
        return page

    return open_one


def drag(page, locator, *shares):
    """Presses at the first share of a horizontal slider and moves over the others; the button stays down."""
    box = locator.bounding_box()
    for i, share in enumerate(shares):
        page.mouse.move(box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2)
        if i == 0:
            page.mouse.down()
        page.wait_for_timeout(30)  # a hand is no faster; answers come in between


def test_a_setting_that_a_link_brought_stays_until_the_learner_begins_and_comes_back(open_lab):
    lab = open_lab("eta=0.7")
    assert lab.see().settings["eta"] == 0.7
    lab.page.get_by_role("button", name="Begin").click()
    lab.wait("lab.dataset.status == 'exact' && lab.dataset.eta == '0'")
    expect(lab.page.locator(".guide .own")).to_contain_text("yours is kept")
    lab.page.get_by_role("button", name="Skip").click()  # the question; then the guide waits for Play
    lab.wait_eta(0.7)


@pytest.mark.parametrize(
    ("path", "act", "kept"),
    [
        ("quality?by=quadratic&cell=0.5-20", '.ours [data-cell="eta 0|50"]', (".by", "quadratic")),
        ("errata?case=noise-off&at=0.7%2C25", ".modes [data-mode=clinic]", (".clinic .eta-value", "0.700")),
    ],
)
def test_a_guide_keeps_what_a_link_brought(at, path, act, kept):
    page = at(path)
    page.locator(act).first.click()
    page.wait_for_timeout(PATIENCE_OF_THE_GUIDE)
    selector, value = kept
    if selector == ".by":
        expect(page.locator(selector)).to_have_value(value)
    else:
        expect(page.locator(selector)).to_have_text(value)


def test_back_leads_to_the_page_before_with_its_setting(at):
    page = at("?guide=end", own=True)  # with a history of its own; both guides are at their end: no question opens a
    page.goto(page.url.split("?")[0] + "exact?guide=end")  # setting in place of the learner's
    page.locator('.lab.exact[data-status="ready"], .lab.exact[data-status="exact"]').wait_for(state="attached")
    page.get_by_role("slider", name="eta", exact=True).press("PageUp")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Lab").click()
    expect(page.locator('.lab.digits, .lab[data-status="exact"]').first).to_be_attached()
    page.wait_for_url(re.compile("eta=0.1"))
    entries = page.evaluate("history.length")
    for eta in ("0.2", "0.3"):
        page.get_by_role("slider", name="eta", exact=True).press("PageUp")
        page.wait_for_url(re.compile(f"eta={eta}"))
    page.wait_for_timeout(1500)  # the script behind the page has run
    assert page.evaluate("history.length") == entries
    page.go_back()
    expect(page.locator(".lab.exact")).to_be_attached()
    assert "eta=0.1" in page.url
    expect(page.get_by_role("slider", name="eta", exact=True)).to_have_js_property("value", "0.1")


def test_a_setting_changed_and_stopped_at_once_is_what_the_page_shows(open_lab):
    lab = open_lab("S=250&images=16&guide=end", ready=False)
    lab.page.locator(".mode", has_text=re.compile(r"drawing \d")).wait_for()
    at_once = """lab => {  // in one task, so before the server can have begun
      [...lab.querySelectorAll(".eta-marks button")].find(mark => mark.textContent.includes("DDPM")).click();
      const mode = lab.querySelector(".mode").textContent;
      lab.querySelector(".stop").click();
      return mode;
    }"""
    assert lab.root.evaluate(at_once) == "waiting"
    expect(lab.root).to_have_attribute("data-status", "cancelled")
    expect(lab.page.locator(".mode")).to_have_text(re.compile("cancelled at step"))
    expect(lab.root).to_have_attribute("data-eta", "1")
    for link in lab.page.locator(".downloads a").all():
        assert "eta=1" in link.get_attribute("href")


def test_reset_and_the_chosen_image_reach_every_part_of_the_lab(open_lab):
    lab = open_lab("guide=end")
    page = lab.page
    page.get_by_role("button", name="Pin this").click()
    page.locator("[data-control=results] button").nth(3).click()
    expect(page.locator(".downloads a").first).to_have_attribute("href", re.compile("focus=3"))
    page.get_by_role("button", name="One step back").click()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("button", name="Pin this")).to_be_visible()
    expect(page.locator(".where")).to_have_text("t = 500")
    expect(page.locator(".scrub")).to_have_js_property("value", "6")


def test_a_refusal_is_forgotten_with_the_next_run(open_lab):
    lab = open_lab("images=64&guide=end&S=2")
    number, notice = lab.page.locator(".S-number"), lab.page.locator(".notice")
    number.fill("1000")
    number.press("Enter")
    expect(notice).to_contain_text("images x network calls")
    number.fill("3")
    number.press("Enter")
    expect(notice).to_be_hidden()


def test_another_world_ends_the_drawing_and_nothing_breaks(at):
    page = at("exact?view=crowd&S=10")
    lab = page.locator(".lab.exact")
    expect(lab).to_have_attribute("data-crowd-mode", "exact")
    page.get_by_role("button", name="Draw your own").click()
    expect(page.locator(".status .mode")).to_have_text("")
    page.locator(".controls .world").select_option("blob")
    expect(page.get_by_role("button", name="Draw your own")).to_be_visible()
    expect(lab).to_have_attribute("data-crowd-world", "blob")
    expect(lab).to_have_attribute("data-crowd-mode", "exact")
    expect(page.locator(".status .mode")).to_have_text("exact")
    page.locator(".plane").click()  # chooses a particle; the fixture sees any error


def test_the_exact_lanes_own_eta_lowers_nobodys(at):
    page = at("exact?eta=0.5&images=64&S=100")
    page.get_by_role("tab", name=re.compile("noise off")).click()
    page.get_by_label("S, exact number of steps").fill("500")
    page.get_by_label("S, exact number of steps").press("Enter")
    # 64 images x 500 steps, too many for the lab, are no matter here
    expect(page.locator(".lab")).to_have_attribute("data-lanes-steps", "500")
    expect(page.locator(".notice")).to_be_hidden()
    page.locator('.modes [role="tab"]').first.click()
    expect(page.get_by_role("slider", name="eta", exact=True)).to_have_js_property("value", "0.5")


def test_a_lanes_numbers_are_old_while_lane_1_is_drawn_and_images_go_along(at):
    page = at("compare?S=4&images=32&l2=S4-eta1")
    told = page.locator('.lane[data-lane="2"] .told')
    expect(told).to_contain_text("from lane 1")
    expect(told).not_to_have_class(re.compile(r"\bold\b"))
    page.locator("[aria-label='S, exact number of steps']").fill("60")
    page.locator("[aria-label='S, exact number of steps']").press("Enter")
    expect(told).to_have_class(re.compile(r"\bold\b"))
    expect(told).not_to_have_class(re.compile(r"\bold\b"))
    page.get_by_role("link", name="Lab", exact=True).click()
    page.wait_for_url(re.compile("images=32"))
    assert "S=60" in page.url


def test_a_claim_opened_while_films_are_sampled_gets_none_of_their_frames(at):
    page = at("errata?case=noise-off")
    page.locator('.entry[data-key="five-times"]').click()
    expect(page.locator(".lab")).to_have_attribute("data-case", "five-times")
    expect(page.locator(".clinic .together")).to_be_empty()
    page.wait_for_timeout(1000)  # the fixture sees any error


def test_a_number_that_names_no_patient_keeps_the_diagnosis(at):
    page = at("errata?patient=4")
    wrong = (mystery.pick(4).answer + 1) % len(mystery.pick(4).options)
    page.get_by_role("button", name="Counter").click()
    page.locator(f'.causes [data-choice="{wrong}"]').click()
    expect(page.locator(".reply")).to_contain_text("✗")
    page.locator(".patient-number").fill("0")
    page.locator(".patient-number").press("Enter")
    expect(page.locator(".notice")).to_contain_text("no patient")
    expect(page.locator(".patient-number")).to_have_value("4")
    expect(page.locator(".reply")).to_contain_text("✗")
    expect(page.locator(".score")).to_contain_text("1 of")


def test_dragging_eta_lowers_nothing_that_was_admitted(at):
    page = at("encode?S=10&T=20")
    notices = "lab => { lab.told = []; new MutationObserver(() => lab.told.push(lab.querySelector('.notice').textContent)).observe(lab.querySelector('.notice'), { childList: true, characterData: true, subtree: true }); }"  # noqa: E501
    lab = page.locator(".lab.encode")
    lab.evaluate(notices)
    drag(page, page.get_by_role("slider", name="eta", exact=True), *(0.02 * i for i in range(35)))
    page.mouse.up()
    assert [text for text in lab.evaluate("lab => lab.told") if "lowered" in text] == []


def test_nothing_is_said_of_fillings_where_nothing_is_marked(at):
    page = at("encode?S=20&do=fill&eta=1")
    expect(page.locator('.fills .cell[data-state="fresh"]')).to_have_count(4)
    page.locator(".resamples").press("ArrowRight")  # more rounds: it is under way
    page.locator(".halves").get_by_role("button", name="Clear").click()
    verdict = page.locator(".stage-fill .verdict-line")
    expect(verdict).to_contain_text("Nothing is marked")
    page.wait_for_timeout(1500)
    expect(verdict).to_contain_text("Nothing is marked")
    expect(page.locator(".status .mode")).to_have_text("ready")


def test_a_label_chosen_by_hand_outlives_the_next_stroke(at):
    page = at("encode?S=2&T=4")
    box = page.locator(".pad").bounding_box()
    label = page.get_by_role("combobox", name="Label of your digit")

    def stroke(x):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + 0.2 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + x * box["width"], box["y"] + 0.8 * box["height"], steps=4)
        page.mouse.up()

    page.get_by_role("button", name="Clear", exact=True).first.click()
    stroke(0.5)
    expect(page.locator(".reads")).to_contain_text("The judge reads a 1")
    label.select_option("7")
    prepared = page.locator("canvas.prepared")
    before = prepared.evaluate("canvas => canvas.toDataURL()")
    stroke(0.8)
    with_stroke = "([canvas, before]) => canvas.toDataURL() != before"
    page.wait_for_function(with_stroke, arg=[prepared.element_handle(), before])
    expect(page.locator(".lab.encode")).to_have_attribute("data-done", "code")
    expect(label).to_have_value("7")


def test_a_verdict_goes_with_the_text_it_was_of(at):
    page = at("derivation?eta=0.5")
    page.get_by_role("tab", name="The last step is missing").click()
    m = page.get_by_label("m =", exact=True).or_(page.get_by_label("k =", exact=True)).first
    m.fill("sqrt(1 - b)")
    m.press("Enter")
    expect(page.locator(".verdict-card h3")).to_have_text(re.compile("Solved|What your answer does"))
    expect(page.locator(".verdict-card")).to_have_attribute("data-state", re.compile("solved|told"))
    m.fill("sqrt(a) + 7")
    expect(page.locator(".verdict-card")).to_have_attribute("data-state", "empty")
    expect(page.locator(".lab")).to_have_attribute("data-solved", "false")
    expect(page.locator(".gap .read").first).to_contain_text("read as")
