"""On a projector, a phone and a small window every page has room for its words, and its guide covers nothing."""

import pytest

from tests.browser.conftest import LARGE, MIDDLE, NARROW, WIDE

pytestmark = pytest.mark.browser
PAGES = (
    "?ask=share",  # a long question, with a setting of its own
    "?guide=end&S=2",
    *("exact", "exact?view=lanes&guide=end", "exact?view=crowd&guide=end"),
    *("derivation", "errata", "quality", "compare", "encode?S=2&T=4"),
)
# What is wrong on the screen, in words; `controls`: the names of what can be used on it.
LOOK = """async lab => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));  // charts follow their size
  const wrong = [], near = 1.5, found = [...lab.querySelectorAll("*")];
  const name = e => `${e.tagName} ${e.getAttribute("class") ?? ""} «${e.textContent.trim().slice(0, 30)}»`;
  const visible = e => e.checkVisibility({ visibilityProperty: true });
  const box = e => e.getBoundingClientRect();
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page is wider than the screen");
  const guide = lab.querySelector(".guide"), panel = guide.querySelector(".guide-panel");
  if (box(panel).bottom > box(guide).bottom + near) wrong.push("the guide covers the page");
  for (const e of guide.querySelectorAll(".guide-body, button")) {
    if (!visible(e) || !e.textContent) continue;
    const { left, right, top, bottom } = box(e);
    if (left < 0 || right > innerWidth || top < 0 || bottom > innerHeight) wrong.push(`off the screen: ${name(e)}`);
    const there = lab.getRootNode().elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (!guide.contains(there)) wrong.push(`covered: ${name(e)}`);
  }
  const cuts = (style, long, room) => ["hidden", "clip"].includes(style) && long > room + near;
  for (const e of [lab, ...found.filter(e => !e.matches("svg, svg *, math *, .sr, .file"))]) {
    const { overflowX, overflowY } = getComputedStyle(e);
    if (!e.textContent.trim() || !visible(e)) continue;
    if (cuts(overflowX, e.scrollWidth, e.clientWidth)) wrong.push(`cut at the side: ${name(e)}`);
    if (cuts(overflowY, e.scrollHeight, e.clientHeight)) wrong.push(`cut below: ${name(e)}`);
  }
  for (const e of found.filter(e => e.matches("svg text") && visible(e))) {
    const { left, right } = box(e), room = box(e.closest("svg"));
    if (left < room.left - near || right > room.right + near) wrong.push(`cut in a chart: ${name(e)}`);
  }
  const used = found.filter(e => e.matches("button, select, input, summary, textarea") && visible(e));
  const controls = used.map(e => e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent);
  return { wrong, controls };
}"""


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_room(open_at, path):
    page = open_at(f"{path}{'&' if '?' in path else '?'}show=projector", size=LARGE)
    lab = page.locator('.lab:is([data-status="ready"], [data-status="exact"])')
    lab.wait_for(state="attached")
    seen = {"projector": lab.evaluate(LOOK)}
    lab.evaluate("lab => { delete lab.dataset.show; }")
    for size in (MIDDLE, NARROW):
        page.set_viewport_size(size)
        seen[f"{size['width']} x {size['height']}"] = lab.evaluate(LOOK)
    assert {where: look["wrong"] for where, look in seen.items() if look["wrong"]} == {}
    assert set(seen["projector"]["controls"]) <= set(seen["960 x 600"]["controls"])


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "phone"])
@pytest.mark.parametrize(
    ("path", "asks", "below"),
    [("compare", ".predict", ".stage"), ("errata?guide=end", ".asked-first", ".curves, .clinic .twins")],
)
def test_a_reply_on_the_page_moves_nothing(open_at, path, asks, below, size):
    page = open_at(path, size=size)
    box, tops = page.locator(asks), []

    def see(state):
        box.locator(state).first.wait_for()
        lines = page.locator(f"{asks}, {below}").evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
        tops.append([round(line - lines[0]) for line in lines])

    page.locator('.lab[data-status="ready"]').wait_for(state="attached")
    see(".option")
    box.locator(".option:enabled").first.click()
    see(".verdict")
    box.locator(".give-up").click() if box.locator(".verdict.no").count() else None
    see(".verdict:not(:has-text('Not yet'))")
    assert all(top == tops[0] for top in tops), tops
