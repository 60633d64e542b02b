"""The derivation page in a browser: needles that move under the hand, proofs walked by keys, answers typed."""

import re

import pytest
from playwright.sync_api import expect

import ddim_lab as dl
from ddim_lab.symbolic import catalogue
from tests.browser.conftest import NARROW, WIDE

pytestmark = pytest.mark.browser


class Derivation:
    """An open derivation page."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".lab.derivation")

    def data(self, name: str) -> float:
        return float(self.root.get_attribute(f"data-{name}"))

    def slider(self, name: str):
        return self.page.get_by_role("slider", name=name, exact=True)

    def place(self, name: str, value: float) -> tuple[float, float]:
        """Where on the screen the thumb of a knob stands at `value`."""
        slider, thumb = self.slider(name), 16
        box = slider.bounding_box()
        low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
        share = (value - low) / (high - low)
        return box["x"] + thumb / 2 + share * (box["width"] - thumb), box["y"] + box["height"] / 2

    def needle(self, name: str):
        return self.page.locator(f'[data-needle="{name}"]')


@pytest.fixture
def derivation(open_at):
    """derivation("eta=0.5", size=NARROW): the page at that link, once it has answered."""

    def open_one(query="", **options) -> Derivation:
        page = open_at(f"derivation?guide=end&{query}", **options)
        page.locator('.lab.derivation[data-status="ready"]').wait_for(state="attached")
        return Derivation(page)

    return open_one


def test_the_needles_follow_the_hand_and_both_can_be_closed(derivation):
    d = derivation()
    mouse, core = d.page.mouse, dl.coefficients(*levels(6), 0.0)
    expect(d.page.get_by_role("button", name="show m")).to_be_visible()  # no answer before the question
    mouse.move(*d.place("m", 0.2))
    mouse.down()
    mouse.move(*d.place("m", 0.5))
    expect(d.root).to_have_attribute("data-m", re.compile(r"^0\.(49|50)"))  # the button is still held
    shown = d.needle("variance").locator(".told")
    expect(shown).to_contain_text(f"{abs(d.data('variance-gap')):.4f}")
    expect(shown).to_contain_text("too little noise")
    mouse.move(*d.place("m", 0.87))
    expect(d.needle("variance")).to_have_attribute("data-met", "true")
    expect(shown).to_contain_text("✓ met")
    assert abs(d.data("variance-gap")) < 1e-9
    mouse.up()
    d.page.get_by_role("button", name="Help me: close the mean needle").click()
    expect(d.needle("mean")).to_have_attribute("data-met", "true")
    expect(d.root).to_have_attribute("data-finds", "1")
    expect(d.page.locator(".values")).to_contain_text(f"{core.m:.4f}")
    assert d.data("m") < core.m  # sigma is above 0 here, so less of x_t is kept than DDIM keeps


def levels(j):
    schedule, tau = dl.NoiseSchedule.linear(), [0, *dl.spacing.trailing(1000, 10).tolist()]
    return float(schedule.alpha_bar[tau[-j]]), float(schedule.alpha_bar[tau[-j - 1]])


def test_with_sigma_held_there_are_two_and_then_the_whole_curve(derivation):
    d = derivation()
    page, close = d.page, d.page.get_by_role("button", name="Help me: close the mean needle")

    def find(m):
        d.slider("m").focus()
        page.mouse.move(*d.place("m", d.data("m")))
        page.mouse.down()
        page.mouse.move(*d.place("m", m))
        expect(d.needle("variance")).to_have_attribute("data-met", "true")
        page.mouse.up()
        close.click()
        expect(d.needle("mean")).to_have_attribute("data-met", "true")

    page.get_by_label("hold sigma").check()
    find(0.88)
    expect(page.locator(".count", has_text="Found with this sigma: 1.")).to_be_visible()
    expect(page.get_by_role("button", name="Show all")).to_be_disabled()
    find(-0.88)
    expect(page.locator(".count", has_text="2 of 2")).to_be_visible()
    page.get_by_label("hold sigma").uncheck()
    page.locator(".sigma-marks button", has_text="DDIM").click()
    find(0.93)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".plane .all-line")).to_have_count(1)
    page.locator("#der-j").press("ArrowRight")
    expect(d.root).to_have_attribute("data-finds", "0")  # another transition, other solutions


def test_a_proof_is_walked_by_keys_and_each_step_is_checked(derivation):
    d = derivation("eta=0.5&j=4")
    page, steps = d.page, catalogue.derivation("k-and-m").steps
    sheet = page.locator(".step-sheet")
    expect(sheet).to_have_attribute("aria-label", f"Step 1 of {len(steps)}: {steps[0].name}")
    page.locator(".transport .next").focus()
    for number, step in enumerate(steps[1:4], start=2):
        page.keyboard.press("ArrowRight")
        expect(sheet).to_have_attribute("aria-label", f"Step {number} of {len(steps)}: {step.name}")
        expect(sheet.locator(".changed").first).to_be_visible()
        expect(sheet.locator(".left-over")).to_contain_text("✓")
    page.keyboard.press("ArrowLeft")
    expect(sheet).to_have_attribute("aria-label", f"Step 3 of {len(steps)}: {steps[2].name}")
    page.get_by_role("button", name=f"step {len(steps)}:").click()
    core = dl.coefficients(*levels(4), 0.5)
    expect(sheet.locator(".now .put-in").first).to_have_text(f"{core.k:.6g} = {core.k:.6g} ✓")
    page.locator("summary", has_text="eta and the DDPM").click()
    page.get_by_role("button", name="How far eta may go").click()
    expect(sheet).to_contain_text(catalogue.derivation("bound").steps[0].name)
    page.get_by_role("combobox", name="Notation").select_option("paper")
    expect(sheet.locator(".now")).to_contain_text("α")


def test_an_answer_is_read_judged_and_refused_in_words(derivation):
    d = derivation("eta=0.5")
    page, card = d.page, d.page.locator(".verdict-card")
    page.get_by_role("tab", name="The last two steps are missing").click()
    k, m = page.get_by_label("k =", exact=True), page.get_by_label("m =", exact=True)
    m.fill("__import__('os')")
    expect(page.locator('[data-name="m"] .read')).to_contain_text("unknown name '__import__' at character 1")
    m.fill("sqrt((1 - b - sigma)/(1 - a))")
    expect(page.locator('[data-name="m"] .read math')).to_be_visible()
    k.fill("√b − m·√a")
    k.press("Enter")
    expect(card.locator(".condition.holds")).to_contain_text("mean condition")
    expect(card.locator(".condition.fails")).to_contain_text("variance condition")
    expect(card).to_contain_text("σ stands where σ² should")
    m.fill("sqrt((1 - b - sigma^2)/(1 - a))")
    m.press("Enter")
    expect(card).to_contain_text("✓ Solved")
    expect(card.locator(".condition.holds")).to_have_count(2)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_sticks_out_at_the_side(derivation, size):
    d = derivation(size=size)
    assert d.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert d.root.evaluate("lab => lab.scrollWidth <= lab.clientWidth")


def test_the_setting_goes_along_to_the_lab(derivation):
    d = derivation("eta=0.5&S=20")
    link = d.page.get_by_role("link", name="Lab", exact=True)
    link.focus()
    assert {"eta=0.5", "S=20"} <= set(link.get_attribute("href").split("?")[1].split("&"))
