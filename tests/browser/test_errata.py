"""The errata clinic in a browser: guess, see both films, drag eta; then a mystery to the repaired line."""

import re

import pytest
from playwright.sync_api import expect

from ddim_lab import errata
from ddim_lab.errata import mystery
from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser


@pytest.fixture
def clinic(open_at):
    def open_one(query="", **options):
        page = open_at(f"errata?{query}", **options)
        page.locator(".lab.errata").wait_for(state="attached")
        return page

    return open_one


def filled(page, scope: str, side: str) -> None:
    """Waits until both rows and all results of a side are there."""
    twin = page.locator(f'{scope} .twin[data-side="{side}"]')
    expect(twin.locator('.strip.x_t .cell:not([data-state="fresh"])')).to_have_count(0)
    expect(twin.locator('.results button:not([data-state="fresh"])')).to_have_count(0)
    assert twin.locator(".results button").count() == 8


def test_guess_see_and_drag(clinic):
    page = clinic()
    page.get_by_role("searchbox").fill("switched DDPM σ := 0")
    page.get_by_role("searchbox").fill("DDPM's mean")
    page.locator('.entry[data-key="noise-off"]').click()
    case = errata.find("noise-off")
    expect(page.locator(".case .title")).to_have_text(case.title)
    wrong = page.locator('.clinic .twin[data-side="wrong"]')
    expect(wrong.locator(".cover")).to_be_visible()  # nothing is shown before the guess
    expect(page.locator(".because")).to_be_hidden()
    expect(page.locator(".clinic .variance .moments-line")).to_have_count(0)
    page.get_by_role("button", name="larger than it should be").click()
    expect(page.locator(".hint-line")).to_contain_text("✗ Not yet.")
    expect(wrong.locator(".cover")).to_be_visible()
    page.get_by_role("button", name="smaller than it should be").click()
    expect(page.locator(".verdict-line")).to_contain_text("✓ Yes.")
    expect(wrong.locator(".cover")).to_be_hidden()
    for side in ("wrong", "right"):
        filled(page, ".clinic", side)
    expect(page.locator(".clinic .together")).to_contain_text("of 8 results differ visibly")

    slider = page.get_by_role("slider", name="eta")
    box = slider.bounding_box()
    before = page.locator(".clinic .moments-line.right").first.get_attribute("d")
    page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2, steps=4)
    expect(page.locator(".clinic .moments-line.right").first).not_to_have_attribute("d", before)  # still held
    page.mouse.up()
    eta = float(page.locator(".lab.errata").get_attribute("data-eta"))
    assert 0.6 < eta < 0.8
    at = errata.even_steps(eta, S=10)
    ends = errata.right_moments(at.schedule, at.tau, at.eta)[-1].variance
    expect(page.locator(".clinic .variance .moments-word.right")).to_have_text(f"✓ right {ends:.4f}")
    page.wait_for_url(re.compile(rf"case=noise-off&at={eta}%2C10"))


def test_a_claim_is_refuted_by_a_table(clinic):
    page = clinic("case=five-times")
    expect(page.locator(".measured .marked")).to_have_count(8)
    expect(page.locator(".effect")).to_be_hidden()
    expect(page.locator(".source")).to_contain_text("arXiv:2010.02502")


def test_a_mystery_to_its_repair(clinic):
    one = mystery.pick(4)
    page = clinic("patient=4", size=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Mean and variance").click()
    page.get_by_role("button", name="Counter").click()
    expect(page.locator('.instrument[data-name="moments"] .moments-line')).to_have_count(4)
    expect(page.locator(".big")).to_have_text("10")
    wrong = (one.answer + 1) % len(one.options)
    page.locator(f'.causes [data-choice="{wrong}"]').click()
    expect(page.locator(".reply")).to_contain_text(one.judge(wrong).reply[:40])
    expect(page.locator(".repair")).to_be_hidden()
    page.locator(f'.causes [data-choice="{one.answer}"]').click()
    found = one.suspect
    expect(page.locator(".at-fault")).to_have_text(found.line)
    page.get_by_role("button", name=found.others[0].line, exact=True).click()
    expect(page.locator(".repaired-reply")).to_contain_text("it still fails")
    page.get_by_role("button", name=found.repaired, exact=True).click()
    expect(page.locator(".repaired-reply")).to_contain_text("✓")
    for side in ("wrong", "right"):
        filled(page, ".mystery", side)
    expect(page.locator(".mystery .together")).to_contain_text("0 of 8 results differ visibly")


@pytest.mark.parametrize("patient", ["abc", "-1", "1.5", "0"])
def test_a_patient_that_is_none_is_said(clinic, patient):
    page = clinic(f"patient={patient}")
    expect(page.locator(".notice")).to_contain_text(f"no patient “{patient}”: a whole number from 1")
    expect(page.locator(".patient-number")).to_have_value("1")


def test_nonsense_in_the_link_is_said(clinic):
    page = clinic("case=%3Cscript%3E&at=9,9&patient=")
    expect(page.locator(".notice")).to_contain_text("no error called <script>")
