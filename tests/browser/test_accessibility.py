"""The page for everyone: names and roles, and axe-core clean in light and dark, wide and narrow, at levels 1 and 4."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, set_dark

pytestmark = pytest.mark.browser


LOOKS = [(size, dark) for dark in (False, True) for size in (WIDE, NARROW)]
ALL, COLOURS = {}, {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
RUN = """async ([script, options]) => {
  if (!window.axe) window.eval(script);
  const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(node => node.html.slice(0, 160))]);
}"""
# Of every part what axe reads, but its colours and its text.
PARTS = """() => [...document.body.querySelectorAll("*")].map(e =>
  [e.tagName, ...[...e.attributes].filter(a => /^(aria-.*|role|alt|for|id|tabindex|title|type|href)$/.test(a.name))
    .map(a => a.name + a.value)].join()).join("\\n")"""


def look(page, size, dark) -> str:
    """Gives the page a size and a theme, and waits until it has both; how they are called."""
    page.set_viewport_size(size)
    set_dark(page, dark)
    lab = page.locator(".lab")
    expect(lab).to_have_class(re.compile(r"\bdark\b") if dark else re.compile(r"^(?!.*\bdark\b)"))
    paper = lab.evaluate("lab => getComputedStyle(lab).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert (sum(paper) < 384) is dark  # it is the theme that was asked for
    return f"{'dark' if dark else 'light'}, {'wide' if size == WIDE else 'narrow'}"


def violations(page) -> dict[str, list[str]]:
    """What axe finds, wide and narrow, in light and in dark: of a page that differs in its colours only, in these."""
    violated, parts = {}, {}
    for size, dark in LOOKS:
        name = look(page, size, dark)
        as_in_light = parts.setdefault(str(size), now := page.evaluate(PARTS)) == now and dark
        for rule, nodes in page.evaluate(RUN, [Axe().axe_script, COLOURS if as_in_light else ALL]):
            violated[f"{name}: {rule}"] = nodes
    return violated


def test_axe_finds_nothing(open_lab):
    lab = open_lab()
    lab.wait("lab.querySelector('.step').dataset.state == 'fresh'")
    assert violations(lab.page) == {}
    look(lab.page, WIDE, dark=False)
    lab.page.get_by_role("button", name="Show all controls").click()
    expect(lab.root).to_have_attribute("data-level", "4")
    lab.page.locator(".more summary").click()
    lab.wait("lab.querySelector('.step').dataset.state == 'fresh'")
    assert violations(lab.page) == {}


OTHER_PAGES = (
    "exact",
    "exact?view=lanes",
    "exact?view=crowd",
    "derivation",
    "errata",
    "errata?case=five-times",
    "errata?patient=1",
    "quality",
    "quality?cell=hat-5&measure=recall",
    "compare",
    "encode?S=2&T=4",
    "encode?S=2&T=4&do=blend",
    "encode?S=2&T=4&do=change",
    "encode?S=2&T=4&do=fill",
    "compare?S=2&images=2&l2=eta1-S2-off&l3=S2-cosine&l4=S2&one=1&digit=any",
)


@pytest.mark.parametrize("path", OTHER_PAGES)
def test_axe_finds_nothing_on_the_other_pages(open_at, path):
    page = open_at(path)
    page.locator('.lab[data-status="ready"]').wait_for(state="attached")
    assert violations(page) == {}


def test_every_live_control_has_its_role_and_name(open_lab):
    page = open_lab("guide=end&S=2").page
    page.locator(".more summary").click()
    wanted = {
        "slider": ["eta", "S", "step"],
        "button": ["Play", "One step back", "One step forward", "New start", "Pin this", "Copy link", "Reset"],
        "combobox": ["Notation", "Steps visited", "Noise schedule", "Digit"],
        "spinbutton": ["Guidance", "Images", "Seed of the start"],
        "tab": ["Curves", "Numbers", "Code"],
    }
    for role, names in wanted.items():
        for name in names:
            expect(page.get_by_role(role, name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox", name="sigma-hat (needs eta 1)")).to_be_visible()  # its formula may follow


def test_level_one_shows_at_most_four_controls(open_lab):
    page = open_lab("S=2").page
    controls = page.locator(".controls")
    shown = [c for c in controls.locator("input, select, .buttons button, summary").all() if c.is_visible()]
    assert len(shown) + page.get_by_role("button", name="Play", exact=True).count() <= 4


def test_the_narrow_page_shows_one_control_at_a_time(open_lab):
    page = open_lab("guide=end&S=2", size=NARROW).page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dock = page.get_by_role("toolbar")
    for name, control in (("S", "S"), ("schedule", "Noise schedule"), ("eta", "eta")):
        button = dock.get_by_role("button", name=name, exact=True)
        assert button.bounding_box()["height"] >= 44
        button.click()
        shown = [
            kind
            for kind in ("eta", "S", "spacing", "schedule")
            if page.locator(f".controls > [data-control={kind}]").is_visible()
        ]
        assert shown == [name]
        expect(page.locator(".controls").get_by_label(control, exact=True)).to_be_visible()
