"""The exact world in a browser: crowds that follow the hand, and what is on screen is what the core gives."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

import ddim_lab as dl
from ddim_lab import exact, noise
from ddim_lab.exact import gallery
from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser


LISTEN = """lab => {
  const send = WebSocket.prototype.send;
  lab.asked = [];
  WebSocket.prototype.send = function (text) { lab.asked.push(JSON.parse(text).view); return send.call(this, text); };
}"""


class Exact:
    """An open page of the exact world."""

    def __init__(self, page):
        self.page, self.root = page, page.locator(".lab.exact")

    def data(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}")

    def slider(self, name: str):
        return self.page.get_by_role("slider", name=name, exact=True)

    def grab(self, name: str, share: float) -> None:
        box = self.slider(name).bounding_box()
        self.page.mouse.move(box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2)

    def wait(self, condition: str, argument=None) -> None:
        handle = self.root.element_handle()
        self.page.wait_for_function(f"([lab, argument]) => {condition}", arg=[handle, argument])

    def particles(self) -> tuple[dict, np.ndarray]:
        """What is on the canvas: the page's attributes and the positions (n, 2), read in one task."""
        read = "lab => [{...lab.dataset}, Array.from(lab.querySelector('.plane').shown ?? [])]"
        told, positions = self.root.evaluate(read)
        return told, np.array(positions).reshape(-1, 2)


@pytest.fixture
def world(open_at):
    """world("view=crowd&S=20"): the page at that link, once it has answered."""

    def open_one(query="", **options) -> Exact:
        page = open_at(f"exact?{query}", **options)
        page.locator('.lab.exact[data-status="ready"]').wait_for(state="attached")
        return Exact(page)

    return open_one


def crowd(eta, S, n, t, seed=0):
    """dl.sample in the ring, at time t."""
    schedule, tau = dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, S)
    x_T = torch.from_numpy(noise.rows(n, (2,), seed, noise.INITIAL, 0))
    for step in dl.sample(gallery.ring().eps, x_T, schedule, tau, eta, seed=seed):
        if step.t == t:
            return step.x_t.numpy()
    return step.x_prev.numpy()


# Every draft that was drawn: it may be gone, and the exact one there, before a busy machine looks.
KEEP_DRAFTS = """lab => {
  lab.drafts = [];
  new MutationObserver(() => {
    if (lab.dataset.crowdMode == "draft") lab.drafts.push([{...lab.dataset}, [...lab.querySelector(".plane").shown]]);
  }).observe(lab, { attributes: true, attributeFilter: ["data-crowd-eta", "data-crowd-mode"] });
}"""


def check(told, positions):
    wanted = crowd(float(told["crowdEta"]), int(told["crowdSteps"]), len(positions), int(told["crowdT"]))
    np.testing.assert_allclose(positions, wanted, atol=2e-5)
    assert int(told["crowdN"]) == len(positions)


def test_a_page_without_solvers_keeps_the_one_it_was_given_until_noise_is_asked_for(world):
    w = world("solver=dpmpp_2s&S=5")
    w.slider("S").press("ArrowRight")
    w.page.wait_for_url(lambda url: "S=6" in url and "solver=dpmpp_2s" in url)
    w.slider("eta").press("PageUp")
    w.page.wait_for_url(lambda url: "eta=0.1" in url and "solver" not in url)
    expect(w.page.locator(".notice")).to_contain_text("The solver is DDIM again")


def test_walks_follow_the_hand_and_the_crowd_stays(world):
    w = world("S=20")
    histogram = "[...lab.querySelectorAll('.crowds svg')].map(svg => svg.counts)"
    path = w.page.locator(".walk.lead").first
    before = path.get_attribute("d")
    w.grab("eta", 0.05)
    w.page.mouse.down()
    w.grab("eta", 0.6)
    expect(path).not_to_have_attribute("d", before)  # the button is still held
    w.wait("+lab.dataset.walksEta > .5")
    eta, counts = w.root.evaluate(f"lab => [+lab.dataset.walksEta, {histogram}]")
    w.page.mouse.up()
    chains = exact.chains.forward(0.8, dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 20), eta)
    wanted = np.histogram(chains[10], np.linspace(-4, 4, 65), density=True)[0]
    np.testing.assert_allclose(counts[1], wanted, rtol=1e-5)
    expect(w.page.locator(".stage.walks .verdict-line")).to_contain_text("✓ The crowd is right")
    w.page.get_by_label("Wrong covariance").check()
    expect(w.page.locator(".stage.walks .verdict-line")).to_contain_text("✗ The crowd swells")


def test_the_lane_without_noise_collapses_at_every_S(world):
    w = world("view=lanes")
    lane = w.page.locator('.lane[data-lane="noise_off"]')
    expect(lane.locator("div.end")).to_be_hidden()  # nothing is shown before the guess
    w.page.get_by_role("button", name="As much as DDIM keeps").click()
    expect(w.page.locator(".verdict.no")).to_be_visible()
    expect(lane.locator("div.end .big")).to_be_visible()  # the hint asks to look there
    w.page.get_by_role("button", name="Show the answer").click()
    expect(lane.locator(".big")).to_have_text("0.0016")
    w.page.get_by_label("S, exact number of steps").fill("200")
    w.page.get_by_label("S, exact number of steps").press("Enter")
    expect(w.root).to_have_attribute("data-lanes-steps", "200")
    expect(lane.locator(".big")).to_have_text("0.0016")
    moments = exact.moments(exact.Gaussian(0.3, 0.5), dl.NoiseSchedule.linear(), dl.spacing.trailing(1000, 200))
    assert float(w.data("lanes-ddim")) == pytest.approx(moments.cov**0.5)


def test_particles_follow_the_hand_and_are_the_cores(world):
    w = world("view=crowd&S=12")
    w.wait("lab.dataset.crowdMode == 'exact'")
    check(*w.particles())
    w.root.evaluate(KEEP_DRAFTS)
    w.grab("eta", 0.02)
    w.page.mouse.down()
    for share in (0.5, 0.54) * 300:  # a hand at rest is drawn exactly, which on a busy machine overtakes its draft
        w.grab("eta", share)
        w.page.wait_for_timeout(60)
        if w.root.evaluate("lab => lab.drafts.some(([told]) => +told.crowdEta > .4)"):
            break
    else:
        pytest.fail("no draft of the hand's eta was drawn")
    told, positions = w.root.evaluate("lab => lab.drafts.at(-1)")  # the button is still held
    w.page.mouse.up()
    check(told, np.array(positions).reshape(-1, 2))
    w.wait("lab.dataset.crowdMode == 'exact' && +lab.dataset.crowdEta > .4")
    told, positions = w.particles()
    assert len(positions) == 5000
    check(told, positions)


def test_scrubbing_samples_nothing_and_shows_every_time(world):
    w = world("view=crowd&S=10&eta=0.8")
    w.wait("lab.dataset.crowdMode == 'exact'")
    w.wait("lab.dataset.numbersDone == 'true'")
    w.root.evaluate(LISTEN)
    for step, t in (("4", 600), ("0", 1000), ("9", 100)):
        w.slider("step").fill(step)
        expect(w.root).to_have_attribute("data-crowd-t", str(t))
        check(*w.particles())
    assert set(w.root.evaluate("lab => lab.asked")) <= {"field"}


def test_a_pinned_crowd_stays_beside(world):
    w = world("view=crowd&S=10&eta=0")
    w.wait("lab.dataset.crowdMode == 'exact'")
    w.page.get_by_role("button", name="Pin this").click()
    w.page.locator(".eta-marks button", has_text="DDPM").click(force=True)
    w.wait("lab.dataset.crowdMode == 'exact' && +lab.dataset.crowdEta == 1")
    check(*w.particles())
    expect(w.page.locator(".plane")).to_have_attribute("aria-label", re.compile("pinned: eta 0, S 10"))
    w.page.get_by_role("button", name="Unpin").click()


def test_a_new_drawing_begins_empty_and_leaving_it_empty_loses_nothing(world):
    w = world("view=crowd&S=10&world=blob")
    w.wait("lab.dataset.crowdMode == 'exact'")
    _, before = w.particles()
    w.page.get_by_role("button", name="Draw your own").click()
    expect(w.root).to_have_attribute("data-crowd-mode", "empty")
    assert w.particles()[1].size == 0  # no other world's crowd stands under the pen
    expect(w.page.locator(".stage.crowd .made")).to_be_empty()
    w.page.get_by_role("button", name="Done").click()
    expect(w.root).to_have_attribute("data-crowd-mode", "exact")
    assert w.data("crowd-world") == "blob"
    np.testing.assert_array_equal(w.particles()[1], before)


def test_a_world_drawn_by_hand(world):
    w = world("view=crowd&S=10")
    w.wait("lab.dataset.crowdMode == 'exact'")
    w.page.get_by_role("button", name="Draw your own").click()
    box = w.page.locator(".plane").bounding_box()
    x, y, side = w.root.evaluate("lab => lab.querySelector('.plane').places.now")
    middle = box["x"] + x + side / 2, box["y"] + y + side / 2
    w.page.mouse.move(middle[0] - 100, middle[1])
    w.page.mouse.down()
    w.page.mouse.move(middle[0] + 100, middle[1], steps=8)
    w.page.mouse.up()
    for _ in range(60):  # a hand that rests in the middle of its stroke gets that half exactly, too
        w.wait("lab.dataset.crowdWorld == 'drawn' && lab.dataset.crowdMode == 'exact' && lab.dataset.crowdT == 0")
        _, positions = w.particles()
        if positions[:, 0].std() > 4 * positions[:, 1].std():
            break
        w.page.wait_for_timeout(250)
    assert positions[:, 0].std() > 4 * positions[:, 1].std()  # a horizontal stroke
    assert abs(positions[:, 1].mean()) < 0.2
    w.page.get_by_role("button", name="Done").click()
    w.page.wait_for_url(re.compile("spots="))
    drawn = w.root.evaluate("lab => lab.querySelector('.controls .world').value")
    w.page.reload()  # the link holds the drawing
    w.wait("lab.dataset.crowdMode == 'exact' && lab.dataset.crowdT == 0")
    assert (drawn, w.data("crowd-world")) == ("drawn", "drawn")
    np.testing.assert_array_equal(w.particles()[1], positions)


def test_a_world_drawn_by_keyboard(world):
    w = world("view=crowd&S=10")
    w.page.get_by_role("button", name="Draw your own").press("Enter")
    plane = w.page.locator(".plane")
    plane.focus()
    for key in (*["Shift+ArrowRight"] * 2, "ArrowUp", "Space"):
        plane.press(key)
    w.wait("lab.dataset.crowdWorld == 'drawn' && lab.dataset.crowdMode == 'exact' && lab.dataset.crowdT == 0")
    _, positions = w.particles()
    grid = 2.5 / 31  # an arrow moves the pen three places of it, with Shift nine
    np.testing.assert_allclose(positions.mean(axis=0), [18 * grid, 3 * grid], atol=0.02)
    w.page.get_by_role("button", name="Done").press("Enter")
    expect(plane).to_have_attribute("role", "img")


def test_a_link_that_names_no_world_says_so(world):
    for query in ("view=crowd&world=mars", "view=crowd&world=drawn&spots=A!"):
        expect(world(query).page.locator(".notice")).to_contain_text("names no world")


def test_a_link_opens_a_view_and_keeps_its_setting(world):
    w = world("view=crowd&world=blob&eta=0.5&S=7")
    w.wait("lab.dataset.crowdMode == 'exact' && lab.dataset.numbersDone == 'true'")
    assert (w.data("crowd-world"), w.data("crowd-eta"), w.data("crowd-steps")) == ("blob", "0.5", "7")
    world_of, schedule = gallery.named("blob"), dl.NoiseSchedule.linear()
    end = exact.moments(world_of, schedule, dl.spacing.trailing(1000, 7), 0.5)
    assert float(w.data("numbers-w2")) == pytest.approx(exact.w2(end, exact.marginal(world_of, 1.0)))


@pytest.mark.parametrize("view", ["walks", "lanes", "crowd"])
def test_no_view_scrolls_sideways_on_a_phone(world, view):
    w = world(f"view={view}&S=5", size=NARROW)
    assert w.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert w.root.evaluate("lab => lab.scrollWidth <= innerWidth")
