"""The app with a learner's own network: whose pictures they are, what it takes, and what it does not know."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, App

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app of this file: `streamlit run app.py -- --denoiser tests.networks:course`."""
    log = tmp_path_factory.mktemp("app") / "streamlit.log"
    with App(log, "--denoiser", "tests.networks:course").running() as started:
        yield started


def test_the_lab_shows_it_within_its_noise_levels(open_lab):
    lab = open_lab()
    page = lab.page
    expect(page.locator("footer .network")).to_contain_text(
        "Your network: tests.networks:course, log-SNR -0.5599 to 9.21"
    )
    expect(page.locator(".guide-body")).to_contain_text("This is your own network, tests.networks:course")
    page.get_by_text("More", exact=True).click()
    expect(page.get_by_label("T, length of the chain")).to_have_value("100")
    for name in ("Digit", "Guidance"):
        expect(page.get_by_label(name, exact=True)).to_be_hidden()
    page.get_by_label("Noise schedule").select_option("cosine")
    expect(page.get_by_role("alert")).to_contain_text("choose noise schedule linear, T = 100")
    page.get_by_label("Noise schedule").select_option("linear")  # the page goes on
    lab.wait_exact()
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("path", ["compare", "encode", "quality"])
def test_the_other_pages_say_whose_network_it_is(open_at, path):
    page = open_at(path, size=NARROW)
    expect(page.locator("footer .network")).to_contain_text("Your network: tests.networks:course")
    expect(page.locator(".status .mode")).to_have_text(re.compile("exact|ready|drawn|done|measured|stopped"))
    for name in ("Digit asked", "Label of your digit", "Guidance"):
        for control in page.get_by_label(name).all():
            expect(control).to_be_hidden()
