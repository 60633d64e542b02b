"""The guide in a browser: a guess first, a second try, what is remembered, what counts, links; and nothing shifts."""

import re

import pytest
from playwright.sync_api import expect

from ddim_lab.teaching.pages import find
from ddim_lab.teaching.pages.digits import GUIDE
from tests.browser.conftest import LARGE, MIDDLE, NARROW

pytestmark = pytest.mark.browser
TOPS = """lab => [...lab.querySelectorAll(".strip.x_t, .transport, .results, .controls, .status")]
  .filter(node => node.offsetParent).map(node => Math.round(node.getBoundingClientRect().top))"""


def step(key):
    return next(step for step in GUIDE if step.key == key)


def test_a_wrong_guess_an_action_a_second_try_and_the_answer_and_nothing_shifts(open_lab):
    lab = open_lab()
    page, asked = lab.page, find("eta-same")
    body, option = page.locator(".guide-body"), page.locator(".guide .option")
    tops = [lab.root.evaluate(TOPS)]
    wrong, other = (i for i in range(3) if i != asked.answer())
    option.nth(wrong).click()
    expect(body).to_contain_text(asked.do.sentence)  # what it asks to do, before anything is told
    expect(page.locator(f'[data-control="{asked.do.highlight}"].highlight')).to_be_visible()
    tops.append(lab.root.evaluate(TOPS))
    lab.slider("eta").press("PageUp")
    expect(body).to_have_text(f"✗ Not yet. {asked.options[wrong].reply}")
    expect(option).to_have_count(3)
    expect(option.nth(wrong)).to_be_disabled()
    tops.append(lab.root.evaluate(TOPS))
    option.nth(other).click()
    expect(body).to_contain_text(asked.explanation)
    tops.append(lab.root.evaluate(TOPS))
    assert all(top == tops[0] for top in tops), tops

    page.get_by_role("button", name="My answers").click()
    dialog = page.locator(".my-answers")
    expect(dialog.locator("tr").nth(1)).to_contain_text(asked.options[other].text)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download CSV").click()
    assert f'"eta-same","{asked.prompt}"' in download.value.path().read_text("utf-8-sig")
    dialog.get_by_role("button", name="Forget").click()
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator(".guide .count")).to_have_text(f"1/{len(GUIDE)}")
    expect(option.nth(wrong)).to_be_enabled()


def test_place_answers_and_setting_survive_other_pages_a_reload_and_a_closed_tab(open_lab, new_page, app):
    lab = open_lab("guide=steps&eta=0.3")
    page = lab.page
    lab.slider("S").press("PageUp")
    expect(page.locator(".guide-body")).to_contain_text(find("retraining").prompt)  # it went on by itself
    lab.wait_eta(0)  # the question's own setting
    page.locator(".guide .option").nth(1).click()
    expect(page.locator(".guide .verdict.no")).to_be_visible()
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.locator(".lab.compare .guide .count")).to_be_attached()  # its bar takes the setting along
    assert "S=20" in page.url, "the learner's own goes along"
    page.get_by_role("link", name="Lab", exact=True).click()
    for again in (lambda: None, page.reload):
        again()
        expect(page.locator(".guide-body")).to_contain_text("✗ Not yet.")
        expect(page.locator(".guide .option").nth(1)).to_be_disabled()
        lab.wait_eta(0)
    page.get_by_role("button", name="Back to mine").click()
    lab.wait_eta(0.3)
    other = new_page(own=True)  # a new tab, as after the old one was closed
    other.goto(app.url)
    expect(other.locator(".guide-body")).to_contain_text("✗ Not yet.")
    expect(other.locator(".lab")).to_have_attribute("data-level", "2")


def test_a_press_on_the_film_opens_a_step_and_what_is_pinned_makes_way(open_lab):
    lab = open_lab("guide=open-step")
    page = lab.page
    page.locator(".strip.x_t .cell.cursor").click()  # also the one whose step is open
    expect(page.locator(".guide-body")).to_contain_text(find("put-back").prompt)

    for _ in range(2):  # pinned before, it is no obstacle
        page.goto(re.sub(r"\?.*|$", "?guide=pin", page.url, count=1))
        lab.wait_exact()
        pin = page.get_by_role("button", name="Pin this")
        pin.click()
        expect(page.locator(".guide .count")).to_have_text(f"{GUIDE.index(step('pin')) + 2}/{len(GUIDE)}")
    before = lab.see().settings["seed"]
    page.get_by_role("button", name="New start").click()
    lab.wait("lab.dataset.seed != argument", str(before))
    lab.wait_exact()
    pin.click()
    expect(page.locator(".pinned .verdict")).to_have_text("0 of 8 changed")
    page.get_by_role("button", name="Unpin").click()
    expect(page.locator(".pinned")).to_be_hidden()


def test_a_link_opens_a_question_on_its_page_and_copy_link_keeps_the_place(open_at):
    page = open_at("?ask=exact-off")
    expect(page.locator(".lab.exact .guide-body")).to_contain_text(find("exact-off").prompt)
    expect(page.locator(".lab")).to_have_attribute("data-tab", "lanes")
    page.goto(page.url.split("/exact")[0] + "/?ask=nonsense&level=3")
    expect(page.locator(".notice")).to_contain_text("ask must name a question, got 'nonsense'")
    first = next(one for one in GUIDE if one.level == 3)
    expect(page.locator(".guide-body")).to_contain_text(first.sentence)
    copied = page.evaluate("""() => new Promise(done => {
      Object.defineProperty(navigator, "clipboard", { value: { writeText: async text => done(text) } });
      const find = root => root.querySelector(".share") ?? [...root.querySelectorAll("*")]
        .map(node => node.shadowRoot && find(node.shadowRoot)).find(Boolean);
      find(document).click();
    })""")
    assert {f"guide={first.key}", "level=3"} <= set(copied.split("?")[1].split("&"))


def test_a_projector_shows_replies_when_they_are_revealed(open_lab):
    lab = open_lab("show=projector", size=LARGE)
    page, asked = lab.page, find("eta-same")
    assert page.locator(".guide-body strong").evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 22
    page.locator(".guide .option").nth(asked.answer()).click()
    page.get_by_role("button", name="Tell me without it").click()
    expect(page.locator(".guide-body")).to_contain_text("press Reveal")
    expect(page.locator(".verdict")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.locator(".guide-body .verdict")).to_have_text("✓ Yes. ")
    right = "lab => Math.max(...[...lab.querySelectorAll('.guide button')].map(b => b.getBoundingClientRect().right))"
    assert lab.root.evaluate(right) <= LARGE["width"]


@pytest.mark.parametrize("size", [NARROW, MIDDLE], ids=["phone", "960 x 600"])
def test_on_a_small_screen_the_guide_is_usable_and_nothing_shifts(open_lab, size):
    lab = open_lab(size=size)
    page, asked = lab.page, find("eta-same")
    before = lab.root.evaluate(TOPS)
    page.locator(".guide .option").nth(asked.answer()).click()
    page.get_by_role("button", name="Tell me without it").click()
    expect(page.locator(".guide-body .verdict")).to_have_text("✓ Yes. ")
    assert lab.root.evaluate(TOPS) == before
    page.get_by_role("button", name="Go on").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(links).to_have_count(7)
    for link in links.all():
        link.scroll_into_view_if_needed()
        expect(link).to_be_in_viewport()


@pytest.mark.parametrize(("ask", "part"), [("radius", "arc"), ("arc-end", "card"), ("sharper-guess", "card")])
def test_a_link_to_a_question_beside_the_guide_shows_what_it_is_about(open_at, ask, part):
    page = open_at(f"?ask={ask}")
    expect(page.locator(".guide-body")).to_contain_text(find(ask).prompt)
    expect(page.locator(f'.lab [data-part~="{part}"]').first).to_be_visible()


def test_a_comparison_that_was_answered_counts(open_at):
    page = open_at("compare?guide=predict")
    page.locator(".predict .option").nth(find("compare-off").answer()).click()
    expect(page.locator(".predict .verdict.yes")).to_be_visible()
    page.get_by_role("button", name="My answers").click()
    expect(page.locator(".my-answers tr").nth(1)).to_contain_text("✓ yes")


def test_what_a_question_speaks_of_is_marked_when_a_link_opens_it(open_at):
    page = open_at("exact?ask=exact-left")
    expect(page.locator(".guide-body")).to_contain_text("The dark ones")
    expect(page.locator(".controls input.left")).to_be_checked()
